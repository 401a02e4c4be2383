// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cimarron::test {
namespace {

void add_dram(const SmallRun& run) {
    run.edit("chip.yaml", "dram: {bytes: 0}",
             "dram: {bytes: 1048576, banks: 8, row_bytes: 2048, burst_bytes: 32, pins: 16, "
             "activate_cycles: auto, precharge_cycles: auto, access_cycles: auto, "
             "bytes_per_cycle: auto}");
}

Json simulate(const SmallRun& run, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"simulate", "--json", "r.json"});
    const ProgramResult result = run.cimarron(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const Json r = Json::parse(run.text("r.json"));
    for (const Json& check : r["checks"])
        EXPECT_TRUE(check["passed"].get<bool>()) << check["name"] << " " << check["detail"];
    return r;
}

// The shipped run: the network does not fit and still gives the reference's logits.
TEST(ReloadRun, ResNet18RunsOnAChipWithAFifthOfItsMacros) {
    const SmallRun run;
    const std::string file = CIMARRON_SOURCE_DIR "/configs/run/resnet18_reload.yaml";
    const Json r = simulate(run, {file});
    const Json& reload = r["reload"];
    EXPECT_GT(reload["rounds"].get<int>(), 5);
    EXPECT_LE(reload["writes_per_cell"].get<int>(), reload["rounds"].get<int>());
    EXPECT_LT(reload["cycles"].get<int>(), r["cycles"].get<int>());
    // 11 million binary weights, and copies of some
    EXPECT_GT(reload["cell_writes"].get<int>(), 11000000);
    EXPECT_GT(r["dram"]["bytes_read"].get<int>(), 11000000 / 8);
    EXPECT_EQ(r["programming"]["cell_writes"], 0);
    EXPECT_NEAR(r["energy_j"].get<double>(),
                r["dynamic_energy_j"].get<double>() + r["leakage_energy_j"].get<double>() +
                    reload["energy_j"].get<double>(),
                1e-12 * r["energy_j"].get<double>());

    const ProgramResult inspected = run.cimarron({"inspect", file});
    EXPECT_EQ(inspected.exit_code, 0) << inspected.err;
    EXPECT_NE(inspected.out.find("Weights are reloaded: "), std::string::npos) << inspected.out;
}

// The same network with and without room: the same accuracy, work and read energy; writes apart.
TEST(ReloadRun, WritesArePricedApartFromReads) {
    const SmallRun run;
    add_dram(run);
    const Json whole = simulate(run, {"run.yaml"});
    const Json again = simulate(run, {"run.yaml", "--set", "accelerator.tiles=1"});
    EXPECT_EQ(whole["reload"]["rounds"], 1);
    EXPECT_EQ(whole["reload"]["cell_writes"], 0);
    EXPECT_GT(again["reload"]["rounds"].get<int>(), 1);
    EXPECT_EQ(again["top1"], whole["top1"]);
    EXPECT_EQ(again["reload"]["cell_writes"], whole["programming"]["cell_writes"]);
    EXPECT_EQ(again["programming"]["cell_writes"], 0);
    EXPECT_GT(again["reload"]["energy_j"].get<double>(),
              whole["programming"]["energy_j"].get<double>());  // with the way over the bus
    EXPECT_EQ(again["components"][0]["name"], "macro.array");
    EXPECT_EQ(again["components"][0]["event_energy_j"], whole["components"][0]["event_energy_j"]);
    EXPECT_GT(again["cycles"].get<int>(), whole["cycles"].get<int>());
}

TEST(ReloadRun, WhatCannotReloadSaysWhy) {
    const SmallRun run;
    const auto refusal = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(),
                         {"simulate", "run.yaml", "--set", "accelerator.tiles=1"});
        const ProgramResult result = run.cimarron(arguments);
        EXPECT_EQ(result.exit_code, 2);
        return result.err;
    };
    EXPECT_NE(refusal({}).find("give it a dram to reload weights from"), std::string::npos);
    add_dram(run);
    EXPECT_NE(refusal({"--set", "accelerator.dataflow=pipelined"})
                  .find("weights are reloaded with dataflow: sequential only"),
              std::string::npos);
    EXPECT_NE(refusal({"--set", "accelerator.dram.bytes=2048"}).find("bytes, dram.bytes is 2048"),
              std::string::npos);
}

}  // namespace
}  // namespace cimarron::test
