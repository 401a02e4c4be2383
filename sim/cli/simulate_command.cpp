// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/file.h"
#include "sim/cli/cli.h"
#include "sim/cli/trace_arguments.h"
#include "sim/report/headline.h"
#include "sim/result/result_tree.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>

namespace cimarron {

namespace {

struct Arguments {
    std::filesystem::path file;
    std::vector<std::string> overrides;
    std::filesystem::path json;
    TraceArguments trace;
    Fault fault = Fault::none;
    int threads = 0;
    std::optional<int> parent;
};

int simulate_command(const Arguments& arguments) {
    // A point of a killed sweep must not go on working, nor begin.
    if (arguments.parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != *arguments.parent) raise(SIGKILL);
    }
    SimulateOptions options;
    options.fault = arguments.fault;
    options.threads = arguments.threads;
    options.trace = arguments.trace.options();
    const Outcome outcome = simulate(load_run(arguments.file, arguments.overrides), options);
    const Priced priced = price(outcome);
    std::vector<Check> checks = outcome.checks;
    checks.push_back(component_energy_sums(outcome, priced));
    const Json result = result_tree(outcome, priced, checks);
    if (!arguments.json.empty()) write_atomically(arguments.json, result.dump(1) + "\n");
    fmt::print("{}", headline(result));
    int failed = 0;
    for (const Check& check : checks) {
        if (check.passed) continue;
        fmt::print(stderr, "cimarron: check {} failed: {}\n", check.name, check.detail);
        ++failed;
    }
    arguments.trace.finish(outcome.timed);
    return failed == 0 ? 0 : 1;
}

}  // namespace

void add_simulate_command(CLI::App& app, int& exit_code) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("simulate", "Run one network on one chip");
    command->add_option("run", arguments->file, "Run file, configs/run/*.yaml")->required();
    command
        ->add_option("--set", arguments->overrides,
                     "KEY=VALUE of the run, or accelerator.KEY, technology.KEY, device.KEY")
        ->allow_extra_args(false);
    command->add_option_function<std::string>(
        "--images",
        [arguments](const std::string& n) { arguments->overrides.push_back("images=" + n); },
        "Test images to run, instead of the run file's");
    command
        ->add_option("--threads", arguments->threads,
                     "Of the reference network (default: one a processor); changes no result")
        ->check(CLI::PositiveNumber);
    command->add_option("--json", arguments->json, "Write the result tree to this file");
    arguments->trace.add_to(*command);
    command->add_option("--end-with-parent", arguments->parent)->group("");
    const std::map<std::string, Fault> faults = {{"skip_evaluation", Fault::skip_evaluation},
                                                 {"corrupt_code", Fault::corrupt_code},
                                                 {"lose_cycle", Fault::lose_cycle},
                                                 {"lose_payload", Fault::lose_payload},
                                                 {"lose_credit", Fault::lose_credit},
                                                 {"rtl_code", Fault::rtl_code},
                                                 {"rtl_timing", Fault::rtl_timing}};
    command->add_option("--fault", arguments->fault, "For the tests of the checks")
        ->transform(CLI::CheckedTransformer(faults))
        ->group("");
    command->callback([arguments, &exit_code] { exit_code = simulate_command(*arguments); });
}

}  // namespace cimarron
