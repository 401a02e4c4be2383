// SPDX-License-Identifier: Apache-2.0
#include "common/parallel.h"
#include "sim/cli/cli.h"
#include "sim/sweep/sweep.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

namespace cimarron {

namespace {

struct Arguments {
    std::filesystem::path file;
    SweepOptions options;
    int seeds = 0;
};

// Open MPI and the PMI launchers (MPICH, Slurm) tell each rank the size of the job.
bool started_by_mpirun() {
    return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
}

// Under mpirun each rank is this program; without this every one of them would run every point.
[[noreturn]] void become_rank(const Arguments& arguments) {
    const SweepOptions& options = arguments.options;
    std::vector<std::string> words = {"sweep", arguments.file.string()};
    for (const std::string& assignment : options.overrides)
        words.insert(words.end(), {"--set", assignment});
    if (arguments.seeds > 0)
        words.insert(words.end(), {"--seeds", std::to_string(arguments.seeds)});
    if (!options.folder.empty()) words.insert(words.end(), {"--out", options.folder.string()});
    become(program_beside("cimarron-sweep-mpi"), words, "built when Boost.MPI is found");
}

}  // namespace

void add_sweep_command(CLI::App& app, int& exit_code, const ChildRunner& runner) {
    auto arguments = std::make_shared<Arguments>();
    arguments->options.jobs = processors();
    CLI::App* command =
        app.add_subcommand("sweep", "Run every point of a sweep, each in a process of its own");
    command->add_option("sweep", arguments->file, "Sweep file, configs/sweep/*.yaml")->required();
    command
        ->add_option("--set", arguments->options.overrides, "KEY=VALUE of the run, for every point")
        ->allow_extra_args(false);
    command
        ->add_option("--jobs", arguments->options.jobs,
                     "Processes at a time (default: cores); under mpirun one on each rank")
        ->check(CLI::Range(1, 4096));
    command
        ->add_option("--seeds", arguments->seeds,
                     "Repeat each point with seeds 1 to N, and report what they spread over")
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--out", arguments->options.folder,
                        "Folder of the results (default: out/ and the sweep's name)");
    command->callback([arguments, runner, &exit_code] {
        if (!runner && started_by_mpirun()) become_rank(*arguments);
        SweepOptions options = arguments->options;
        if (runner) options.run = runner;
        const SweepConfig sweep = load_sweep(arguments->file, arguments->seeds);
        if (options.folder.empty()) options.folder = "out" / arguments->file.stem();
        const int failed = run_sweep(sweep, options);
        for (const char* name :
             {"results.json", "results.csv", "statistics.json", "statistics.csv"})
            if (std::filesystem::exists(options.folder / name))
                fmt::print("{}\n", (options.folder / name).string());
        if (failed > 0) fmt::print(stderr, "cimarron: {} points failed\n", failed);
        exit_code = failed == 0 ? 0 : 1;
    });
}

}  // namespace cimarron
