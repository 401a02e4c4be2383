// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/file.h"
#include "sim/cli/cli.h"
#include "sim/report/result.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <memory>

namespace cimarron {

namespace {

struct Arguments {
    std::filesystem::path file;
    std::vector<std::string> overrides;
    std::filesystem::path json;
    TraceOptions trace;
    Fault fault = Fault::none;
    bool end_with_parent = false;
};

int simulate_command(const Arguments& arguments) {
    // A point of a killed sweep must not go on working.
    if (arguments.end_with_parent) prctl(PR_SET_PDEATHSIG, SIGKILL);
    SimulateOptions options;
    options.fault = arguments.fault;
    if (!arguments.trace.file.empty()) options.trace = arguments.trace;
    const Outcome outcome = simulate(load_run(arguments.file, arguments.overrides), options);
    const Priced priced = price(outcome);
    std::vector<Check> checks = outcome.checks;
    checks.push_back(component_energy_sums(outcome, priced));
    const Json result = result_tree(outcome, priced, checks);
    if (!arguments.json.empty()) write_atomically(arguments.json, result.dump(1) + "\n");
    fmt::print("{}", headline(result));
    if (outcome.timed.trace_stopped_at >= 0)
        fmt::print(stderr, "cimarron: {}: ended after cycle {} at the --limit of {} bytes\n",
                   arguments.trace.file.string(), outcome.timed.trace_stopped_at,
                   arguments.trace.limit_bytes);
    int failed = 0;
    for (const Check& check : checks) {
        if (check.passed) continue;
        fmt::print(stderr, "cimarron: check {} failed: {}\n", check.name, check.detail);
        ++failed;
    }
    return failed == 0 ? 0 : 1;
}

void check_trace(const Arguments& arguments) {
    const TraceOptions& trace = arguments.trace;
    if (trace.file.empty()) return;
    if (trace.scope.empty())
        throw UserError("--vcd needs --scope PATH, such as accelerator.tile_0.macro_0");
    if (trace.to_cycle <= trace.from_cycle)
        throw UserError(fmt::format("--to {}: must be a cycle after --from {}", trace.to_cycle,
                                    trace.from_cycle));
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
    command->add_option("--json", arguments->json, "Write the result tree to this file");
    command->add_option("--vcd", arguments->trace.file, "Write a waveform to this file");
    command->add_option("--scope", arguments->trace.scope,
                        "Instance to trace, with all below it: accelerator.tile_0.macro_0");
    command->add_option("--from", arguments->trace.from_cycle, "First cycle of the waveform");
    command->add_option("--to", arguments->trace.to_cycle, "Cycle after the last of the waveform");
    command
        ->add_option("--limit", arguments->trace.limit_bytes,
                     "End the waveform when it has grown to this many bytes")
        ->check(CLI::PositiveNumber);
    command->add_flag("--end-with-parent", arguments->end_with_parent)->group("");
    const std::map<std::string, Fault> faults = {{"skip_evaluation", Fault::skip_evaluation},
                                                 {"corrupt_code", Fault::corrupt_code},
                                                 {"lose_cycle", Fault::lose_cycle},
                                                 {"lose_payload", Fault::lose_payload},
                                                 {"rtl_code", Fault::rtl_code},
                                                 {"rtl_timing", Fault::rtl_timing}};
    command->add_option("--fault", arguments->fault, "For the tests of the checks")
        ->transform(CLI::CheckedTransformer(faults))
        ->group("");
    command->callback([arguments, &exit_code] {
        check_trace(*arguments);
        exit_code = simulate_command(*arguments);
    });
}

}  // namespace cimarron
