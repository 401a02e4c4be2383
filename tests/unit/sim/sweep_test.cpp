// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"
#include "sim/process/process.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>

namespace cimarron::test {
namespace {

std::vector<std::string> points(const SmallRun& run, const std::string& folder) {
    std::vector<std::string> names;
    for (const std::string& name : run.files())
        if (name.rfind(folder + "/points/", 0) == 0 &&
            std::filesystem::path(name).filename() == "result.json")
            names.push_back(name);
    return names;
}

ProgramResult sweep(const SmallRun& run, const std::string& folder, const std::string& jobs,
                    std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"sweep", "sweep.yaml", "--out", folder, "--jobs", jobs};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run.cimarron(arguments);
}

TEST(Sweep, one_or_two_workers_give_the_same_bytes_in_sweep_order) {
    const SmallRun run;
    EXPECT_EQ(sweep(run, "one", "1").exit_code, 0);
    EXPECT_EQ(sweep(run, "two", "2").exit_code, 0);
    EXPECT_EQ(run.text("one/results.json"), run.text("two/results.json"));
    EXPECT_EQ(run.text("one/results.csv"), run.text("two/results.csv"));
    const Json results = Json::parse(run.text("one/results.json"));
    ASSERT_EQ(results.size(), 4u);
    const int bits[] = {1, 1, 4, 4};
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(results[i]["activation_bits"], bits[i]);
    EXPECT_EQ(results[0]["device"], results[2]["device"]);
    EXPECT_NE(results[0]["device"], results[1]["device"]);
    EXPECT_EQ(run.cimarron({"simulate", "run.yaml", "--set", "activation_bits=4", "--json", "r"})
                  .exit_code,
              0);
    EXPECT_EQ(Json::parse(run.text("r")), results[2]) << "a point is what simulate gives";
}

TEST(Sweep, finished_points_are_reused_and_lost_or_broken_ones_run_again) {
    const SmallRun run;
    EXPECT_EQ(sweep(run, "out", "2").err, "");
    const std::string results = run.text("out/results.json");
    const auto names = points(run, "out");
    ASSERT_EQ(names.size(), 4u);
    std::filesystem::remove(run.path(names[0]));  // as after a kill while it was written
    run.write(names[0] + ".7.part", "{");
    run.write(names[1], run.text(names[1]).substr(0, 1000));  // as after a full disk
    const auto untouched = std::filesystem::last_write_time(run.path(names[2]));
    const ProgramResult again = sweep(run, "out", "2");
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_EQ(again.err, "2 of 4 points are there already and are reused\n");
    EXPECT_EQ(run.text("out/results.json"), results);
    EXPECT_EQ(std::filesystem::last_write_time(run.path(names[2])), untouched);
    EXPECT_FALSE(std::filesystem::exists(run.path(names[0] + ".7.part")));
    EXPECT_EQ(sweep(run, "out", "2").err, "4 of 4 points are there already and are reused\n");
}

TEST(Sweep, killed_at_any_moment_it_resumes_to_the_same_bytes) {
    const SmallRun run;
    EXPECT_EQ(sweep(run, "whole", "2").exit_code, 0);
    for (const char* seconds : {"0.02", "0.05", "0.1", "0.2"}) {
        run_children({{{"timeout", "-s", "KILL", seconds, CIMARRON_BINARY_DIR "/bin/cimarron",
                        "sweep", "sweep.yaml", "--out", "killed", "--jobs", "2"},
                       run.path("log"),
                       run.path("")}},
                     1, [](std::size_t, int) {});
        for (const std::string& name : points(run, "killed"))
            EXPECT_TRUE(Json::accept(run.text(name))) << name << " is half written";
    }
    EXPECT_EQ(sweep(run, "killed", "2").exit_code, 0);
    EXPECT_EQ(run.text("killed/results.json"), run.text("whole/results.json"));
}

// A point whose sweep is gone before it begins does not begin.
TEST(Sweep, a_point_needs_its_sweep) {
    const SmallRun run;
    EXPECT_EQ(run.cimarron({"simulate", "run.yaml", "--json", "r", "--end-with-parent",
                            std::to_string(getpid())})
                  .exit_code,
              0);
    EXPECT_TRUE(std::filesystem::exists(run.path("r")));
    EXPECT_EQ(
        run.cimarron({"simulate", "run.yaml", "--json", "s", "--end-with-parent", "999999999"})
            .exit_code,
        128 + SIGKILL);
    EXPECT_FALSE(std::filesystem::exists(run.path("s")));
}

TEST(Sweep, a_changed_input_is_another_point) {
    const SmallRun run;
    EXPECT_EQ(sweep(run, "out", "2").exit_code, 0);
    EXPECT_EQ(sweep(run, "out", "2", {"--set", "images=5"}).err, "");
    EXPECT_EQ(points(run, "out").size(), 8u);
    const auto size = std::filesystem::file_size(run.path("data/t10k-images-idx3-ubyte"));
    std::string pixels = run.text("data/t10k-images-idx3-ubyte");
    pixels[size - 1] = static_cast<char>(pixels[size - 1] ^ 1);
    run.write("data/t10k-images-idx3-ubyte", pixels);
    EXPECT_EQ(sweep(run, "out", "2").err, "");
    EXPECT_EQ(points(run, "out").size(), 12u);
}

TEST(Sweep, a_failed_point_is_named_and_the_others_finish) {
    const SmallRun run;
    run.edit("sweep.yaml", "vary:", "vary:\n  accelerator.tiles: [2, 3]");
    const ProgramResult result = sweep(run, "out", "2");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("accelerator.tiles=2 activation_bits=1"), std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("needs 3 tiles, the accelerator has 2"), std::string::npos);
    EXPECT_NE(result.err.find("4 points failed"), std::string::npos);
    const Json results = Json::parse(run.text("out/results.json"));
    EXPECT_EQ(results.size(), 4u);
    EXPECT_NE(run.text("out/results.csv").find("accelerator.tiles,network"), std::string::npos);
}

TEST(Sweep, seeds_are_repetitions_that_statistics_sum_up) {
    const SmallRun run;
    run.edit("run.yaml", "seed: 1",
             "non_idealities: " CIMARRON_SOURCE_DIR
             "/configs/non_idealities/default.yaml\nseed: 1");
    run.edit("sweep.yaml", "vary:",
             "seeds: 2\nvary:\n  non_idealities.variation: [true]\n  "
             "device.variation.on_sigma.value: [40]");
    run.edit("sweep.yaml", "activation_bits: [1, 4]", "activation_bits: [4]");
    EXPECT_EQ(sweep(run, "out", "2").exit_code, 0);
    Json results = Json::parse(run.text("out/results.json"));
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(results[1]["manifest"]["seed"], 2);
    Json spread = Json::parse(run.text("out/statistics.json"));
    ASSERT_EQ(spread.size(), 2u) << "one for each device";
    EXPECT_EQ(spread[0]["seeds"], Json::array({1, 2}));
    EXPECT_NE(results[2]["energy_j"], results[3]["energy_j"]) << "each seed is another chip";
    EXPECT_EQ(spread[1]["energy_j"]["min"],
              std::min(results[2]["energy_j"].get<double>(), results[3]["energy_j"].get<double>()));

    EXPECT_EQ(sweep(run, "out", "2", {"--seeds", "3"}).exit_code, 0);  // more of them resume
    EXPECT_EQ(points(run, "out").size(), 6u);
    spread = Json::parse(run.text("out/statistics.json"));
    EXPECT_EQ(spread[0]["seeds"], Json::array({1, 2, 3}));
    const ProgramResult report = run.cimarron({"report", "out"});
    EXPECT_EQ(report.exit_code, 0) << report.err;
    EXPECT_NE(report.out.find("chips"), std::string::npos);
    EXPECT_NE(run.text("out/figures/chips.svg").find("</svg>"), std::string::npos);
    EXPECT_NE(run.text("out/report.html").find("Over chips"), std::string::npos);

    run.edit("sweep.yaml", "vary:", "vary:\n  seed: [1, 2]");
    const ProgramResult twice = sweep(run, "out", "2");
    EXPECT_EQ(twice.exit_code, 2);
    EXPECT_NE(twice.err.find("sweep.yaml:4: vary.seed:"), std::string::npos) << twice.err;
}

TEST(Report, writes_table_figures_and_one_self_contained_page) {
    const SmallRun run;
    EXPECT_EQ(sweep(run, "out", "2").exit_code, 0);
    const ProgramResult result = run.cimarron({"report", "out"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("accuracy %"), std::string::npos);
    for (const char* figure : {"accuracy", "energy", "latency", "pareto"}) {
        const std::string name = std::string("out/figures/") + figure;
        EXPECT_NE(run.text(name + ".svg").find("</svg>"), std::string::npos);
        EXPECT_NE(run.text(name + ".gp").find("plot "), std::string::npos);
        EXPECT_FALSE(std::filesystem::exists(run.path(name + ".log")));
    }
    const std::string page = run.text("out/report.html");
    for (const char* external : {"<link", "<script", "src=", "@import", "url("})
        EXPECT_EQ(page.find(external), std::string::npos) << external;
    EXPECT_NE(page.find("checks passed"), std::string::npos);
    EXPECT_NE(page.find("</html>"), std::string::npos);
    const std::string first = page;
    EXPECT_EQ(run.cimarron({"report", "out"}).exit_code, 0);
    EXPECT_EQ(run.text("out/report.html"), first);
}

}  // namespace
}  // namespace cimarron::test
