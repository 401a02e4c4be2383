// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cli.h"
#include "sim/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

namespace cimarron {

void add_sweep_command(CLI::App& app, int& exit_code) {
    struct Arguments {
        std::filesystem::path file;
        SweepOptions options;
    };
    auto arguments = std::make_shared<Arguments>();
    arguments->options.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    CLI::App* command =
        app.add_subcommand("sweep", "Run every point of a sweep, each in a process of its own");
    command->add_option("sweep", arguments->file, "Sweep file, configs/sweep/*.yaml")->required();
    command
        ->add_option("--set", arguments->options.overrides, "KEY=VALUE of the run, for every point")
        ->allow_extra_args(false);
    command->add_option("--jobs", arguments->options.jobs, "Processes at a time (default: cores)")
        ->check(CLI::Range(1, 4096));
    command->add_option("--out", arguments->options.folder,
                        "Folder of the results (default: out/ and the sweep's name)");
    command->callback([arguments, &exit_code] {
        SweepOptions options = arguments->options;
        const SweepConfig sweep = load_sweep(arguments->file);
        if (options.folder.empty()) options.folder = "out" / arguments->file.stem();
        const int failed = run_sweep(sweep, options);
        fmt::print("{}\n{}\n", (options.folder / "results.json").string(),
                   (options.folder / "results.csv").string());
        if (failed > 0) fmt::print(stderr, "cimarron: {} points failed\n", failed);
        exit_code = failed == 0 ? 0 : 1;
    });
}

}  // namespace cimarron
