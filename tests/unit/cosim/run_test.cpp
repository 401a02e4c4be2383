// SPDX-License-Identifier: Apache-2.0
// Through the program itself.
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace cimarron::test {
namespace {

#ifdef CIMARRON_TEST_RTL
// A run's result with what the implementation's name itself changes left out.
Json result_of(const SmallRun& run, std::vector<std::string> arguments, const char* name) {
    arguments.insert(arguments.end(), {"--json", "r.json", "--set",
                                       std::string("accelerator.macro.implementation=") + name});
    const ProgramResult program = run.cimarron(arguments);
    EXPECT_EQ(program.exit_code, 0) << program.err;
    Json result = Json::parse(run.text("r.json"));
    EXPECT_EQ(result["config"]["accelerator"]["macro"]["implementation"], name);
    result.erase("config");
    result.erase("kernel_events");
    for (const Json& check : result["checks"]) EXPECT_TRUE(check["passed"].get<bool>());
    return result;
}

// The shipped networks on Fashion-MNIST's first ten images, cycle by cycle: the same results, value
// by value, for logits (a check of the run), cycles, stalls, counters and joules.
class ShippedNetwork : public testing::TestWithParam<int> {};

TEST_P(ShippedNetwork, runs_on_rtl_as_on_the_model) {
    const SmallRun run;
    const std::vector<std::string> arguments = {
        "simulate", CIMARRON_SOURCE_DIR "/configs/run/fashion_cnn.yaml",
        "--set",    "activation_bits=" + std::to_string(GetParam()),
        "--set",    "images=10",
        "--set",    "timed_images=10"};
    const Json model = result_of(run, arguments, "model");
    Json rtl = result_of(run, arguments, "rtl");
    EXPECT_EQ(model["timed_images"], 10);
    // RTL is clocked: it takes a step in each cycle in which its macro works.
    std::int64_t working = 0;
    for (const Json& layer : model["layers"])
        for (const char* cycles : {"converting", "evaluating", "accumulating"})
            working += layer["macro_cycles"][cycles].get<std::int64_t>();
    EXPECT_EQ(rtl["macro_steps"], working);
    rtl["macro_steps"] = model["macro_steps"];
    EXPECT_EQ(rtl, model);
}
INSTANTIATE_TEST_SUITE_P(Bits, ShippedNetwork, testing::Values(1, 2, 4, 8),
                         testing::PrintToStringParamName());

TEST(Rtl, mismatch_fails_the_run_and_names_what_differs) {
    const SmallRun run;
    const ProgramResult program = run.cimarron({"simulate", "run.yaml", "--fault", "rtl_timing",
                                                "--set", "accelerator.macro.implementation=rtl"});
    EXPECT_EQ(program.exit_code, 1);
    EXPECT_NE(program.err.find("accelerator.tile_0.macro_0: cycle "), std::string::npos)
        << program.err;
    EXPECT_NE(program.err.find("settled: expected 1, got 0"), std::string::npos) << program.err;
}
#else
TEST(Rtl, says_what_is_missing) {
    const SmallRun run;
    const ProgramResult program =
        run.cimarron({"simulate", "run.yaml", "--set", "accelerator.macro.implementation=rtl"});
    EXPECT_EQ(program.exit_code, 2);
    EXPECT_NE(program.err.find("needs a build with Verilator"), std::string::npos) << program.err;
}
#endif

#ifdef CIMARRON_TEST_ICARUS
TEST(Vectors, of_a_run_pass_in_icarus) {
    const SmallRun run;
    for (const char* scope : {"tile_0.macro_0", "accelerator.tile_2.macro_1"}) {
        const ProgramResult program =
            run.cimarron({"vectors", "run.yaml", "--scope", scope, "--out", "v", "--mvms", "5"});
        ASSERT_EQ(program.exit_code, 0) << program.err;
        const std::string command = "cd " + run.path("v").string() +
                                    " && iverilog -g2012 -o testbench " CIMARRON_SOURCE_DIR
                                    "/hw/rtl/*.sv testbench.sv && vvp -n testbench > log 2>&1";
        EXPECT_EQ(std::system(command.c_str()), 0) << run.text("v/log");
        EXPECT_NE(run.text("v/log").find("PASS "), std::string::npos);
    }
}
#endif

TEST(Vectors, unknown_macro_is_the_users_error) {
    const SmallRun run;
    const ProgramResult program =
        run.cimarron({"vectors", "run.yaml", "--scope", "tile_9.macro_0", "--out", "v"});
    EXPECT_EQ(program.exit_code, 2);
    EXPECT_NE(program.err.find("tile_0.macro_0"), std::string::npos) << program.err;
}

}  // namespace
}  // namespace cimarron::test
