// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "sim/cli/cli.h"
#include "sim/compare/differences.h"
#include "sim/result/read_results.h"

#include <fmt/format.h>

#include <limits>
#include <memory>

namespace cimarron {

namespace {

constexpr std::size_t kShown = 20;

struct Arguments {
    std::filesystem::path a, b;
    double tolerance = 1e-6;
    bool all = false;
};

Json results_in(const std::filesystem::path& place) {
    Json results =
        read_result_trees(std::filesystem::is_directory(place) ? place / "results.json" : place);
    if (results.empty()) throw UserError(fmt::format("{}: holds no result", place.string()));
    return results;
}

int compare_command(const Arguments& arguments) {
    const Comparison found =
        compare(results_in(arguments.a), results_in(arguments.b), arguments.tolerance);
    fmt::print("{}",
               to_text(found, arguments.all ? std::numeric_limits<std::size_t>::max() : kShown));
    return found.differences.empty() ? 0 : 1;
}

}  // namespace

void add_compare_command(CLI::App& app, int& exit_code) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "compare", "Tell in which values two results or sweeps differ; exit code 1 when they do");
    command->add_option("a", arguments->a, "Result (.json), or folder of a sweep")->required();
    command->add_option("b", arguments->b, "The other one")->required();
    command
        ->add_option("--tolerance", arguments->tolerance,
                     "Relative difference that numbers may have (default: 1e-6); 0: none")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--all", arguments->all, "List all differences, not only the worst");
    command->callback([arguments, &exit_code] { exit_code = compare_command(*arguments); });
}

}  // namespace cimarron
