// SPDX-License-Identifier: Apache-2.0
#include "sim/process/process.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace cimarron {
namespace {

ChildCommand shell(const std::string& script) {
    return {{"sh", "-c", script}, {}, testing::TempDir()};
}

std::map<std::size_t, int> run(const std::vector<ChildCommand>& commands, int jobs) {
    std::map<std::size_t, int> codes;
    run_children(commands, jobs, [&](std::size_t index, int code) { codes[index] = code; });
    return codes;
}

TEST(RunChildren, reports_every_exit_code) {
    const auto codes = run(
        {shell("exit 0"), shell("exit 7"), shell("kill -9 $$"), {{"/no/such/program"}, {}, {}}}, 2);
    EXPECT_EQ(codes, (std::map<std::size_t, int>{{0, 0}, {1, 7}, {2, 128 + 9}, {3, 127}}));
}

TEST(RunChildren, runs_no_more_than_asked_at_a_time) {
    // Each child counts those alive (as files) and fails when there are more than two.
    const std::string folder = testing::TempDir() + "/cimarron_alive";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const ChildCommand child =
        shell("touch " + folder + "/$$; n=$(ls " + folder + " | wc -l); sleep 0.05; rm " + folder +
              "/$$; [ \"$n\" -le 2 ]");
    const auto codes = run(std::vector<ChildCommand>(8, child), 2);
    EXPECT_EQ(codes.size(), 8u);
    for (const auto& [index, code] : codes) EXPECT_EQ(code, 0) << index;
    std::filesystem::remove_all(folder);
}

TEST(RunChildren, logs_what_the_child_says_in_the_folder_it_runs_in) {
    const std::filesystem::path log = std::filesystem::path(testing::TempDir()) / "child.log";
    run({{{"sh", "-c", "pwd; echo oops >&2"}, log, "/usr"}}, 1);
    std::ifstream in(log);
    std::string first, second;
    std::getline(in, first);
    std::getline(in, second);
    EXPECT_EQ(first, "/usr");
    EXPECT_EQ(second, "oops");
    std::filesystem::remove(log);
}

}  // namespace
}  // namespace cimarron
