// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cli.h"
#include "sim/vectors/vectors.h"

#include <fmt/format.h>

#include <memory>

namespace cimarron {

namespace {

constexpr int kMostMvms = 1 << 16;

struct Arguments {
    std::filesystem::path file;
    std::vector<std::string> overrides;
    std::string scope;
    std::filesystem::path folder;
    int mvms = 16;
};

void vectors_command(const Arguments& arguments) {
    const RunConfig config = load_run(arguments.file, arguments.overrides);
    const VectorWork work = macro_work(config, arguments.scope, arguments.mvms);
    const VectorCounts counts = write_golden_vectors(arguments.folder, work);
    fmt::print("{} cycles, {} MVMs, {} conversions of {} in {}\n", counts.cycles, work.mvms.size(),
               counts.conversions, arguments.scope, arguments.folder.string());
    fmt::print(
        "cd {} && iverilog -g2012 -s testbench -o testbench RTL/*.sv testbench.sv && vvp -n "
        "testbench\n",
        arguments.folder.string());
}

}  // namespace

void add_vectors_command(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "vectors", "Golden vectors of a macro's digital part, with a testbench for any simulator");
    command->add_option("run", arguments->file, "Run file, configs/run/*.yaml")->required();
    command->add_option("--scope", arguments->scope, "The macro: tile_0.macro_0")->required();
    command->add_option("--out", arguments->folder, "Folder to write to")->required();
    command->add_option("--mvms", arguments->mvms, "MVMs of the first image (default: 16)")
        ->check(CLI::Range(1, kMostMvms));
    command->add_option("--set", arguments->overrides, "KEY=VALUE of the run")
        ->allow_extra_args(false);
    command->callback([arguments] { vectors_command(*arguments); });
}

}  // namespace cimarron
