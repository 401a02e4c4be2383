// SPDX-License-Identifier: Apache-2.0
#include "sim/process/process.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <set>

namespace cimarron::test {
namespace {

constexpr const char* kCimarron = CIMARRON_BINARY_DIR "/bin/cimarron";

ProgramResult mpirun(const SmallRun& run, int ranks, const std::vector<std::string>& command) {
    std::vector<std::string> words = {"--allow-run-as-root", "--oversubscribe", "-n",
                                      std::to_string(ranks)};
    words.insert(words.end(), command.begin(), command.end());
    return run.cimarron(words, "mpirun");
}

TEST(MpiSweep, any_number_of_ranks_gives_the_bytes_of_a_local_sweep) {
    const SmallRun run;
    EXPECT_EQ(run.cimarron({"sweep", "sweep.yaml", "--out", "local"}).exit_code, 0);
    for (const int ranks : {1, 3, 6}) {
        const std::string folder = "ranks" + std::to_string(ranks);
        const ProgramResult result =
            mpirun(run, ranks, {kCimarron, "sweep", "sweep.yaml", "--out", folder});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        EXPECT_EQ(run.text(folder + "/results.json"), run.text("local/results.json"));
        EXPECT_EQ(run.text(folder + "/results.csv"), run.text("local/results.csv"));
    }
}

TEST(MpiSweep, a_failed_point_is_named_and_a_bad_file_ends_every_rank) {
    const SmallRun run;
    run.edit("sweep.yaml", "vary:", "vary:\n  accelerator.tiles: [2, 3]");
    const ProgramResult failed = mpirun(run, 3, {kCimarron, "sweep", "sweep.yaml", "--out", "out"});
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_NE(failed.err.find("needs 3 tiles, the accelerator has 2"), std::string::npos);
    EXPECT_NE(failed.err.find("4 points failed"), std::string::npos);
    run.edit("sweep.yaml", "vary:", "varies:");
    const ProgramResult bad = mpirun(run, 3, {kCimarron, "sweep", "sweep.yaml", "--out", "bad"});
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_NE(bad.err.find("sweep.yaml:1: vary: is missing"), std::string::npos) << bad.err;
}

TEST(MpiSweep, every_rank_takes_part) {
    const SmallRun run;
    const ProgramResult result =
        mpirun(run, 3, {CIMARRON_BINARY_DIR "/bin/mpi_ranks", run.path("rank").string()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::set<std::string> ranks;
    for (int i = 0; i < 6; ++i) ranks.insert(run.text("rank" + std::to_string(i)));
    EXPECT_EQ(ranks, (std::set<std::string>{"0\n", "1\n", "2\n"}));
    EXPECT_EQ(result.out, "0 1 2 3 4 5 \n") << "the exit codes, each reported once";
}

}  // namespace
}  // namespace cimarron::test
