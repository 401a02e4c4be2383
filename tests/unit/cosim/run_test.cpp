// SPDX-License-Identifier: Apache-2.0
// Through the program itself.
#include "sim/config/yaml_json.h"
#include "tests/support/vcd_reader.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace cimarron::test {
namespace {

#ifdef CIMARRON_TEST_RTL
// A run's result with what the implementation's name itself changes left out.
Json result_of(const SmallRun& run, std::vector<std::string> arguments, const char* name) {
    for (const char* block : {"macro", "tile.post_processing"})
        arguments.insert(arguments.end(), {"--set", std::string("accelerator.") + block +
                                                        ".implementation=" + name});
    arguments.insert(arguments.end(), {"--json", "r.json"});
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
class ShippedNetwork : public testing::TestWithParam<int> {
protected:
    void compare(const std::string& dataflow) const;
};

void ShippedNetwork::compare(const std::string& dataflow) const {
    const SmallRun run;
    const std::vector<std::string> arguments = {
        "simulate", CIMARRON_SOURCE_DIR "/configs/run/fashion_cnn.yaml",
        "--set",    "activation_bits=" + std::to_string(GetParam()),
        "--set",    "images=10",
        "--set",    "timed_images=10",
        "--set",    "accelerator.dataflow=" + dataflow};
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

TEST_P(ShippedNetwork, runs_on_rtl_as_on_the_model) {
    compare("sequential");
}
TEST_P(ShippedNetwork, runs_pipelined_on_rtl_as_on_the_model) {
    compare("pipelined");
}
INSTANTIATE_TEST_SUITE_P(Bits, ShippedNetwork, testing::Values(1, 2, 4, 8),
                         testing::PrintToStringParamName());

// Chosen macros: the rest is the model, and everything else is as before.
TEST(Rtl, runs_in_chosen_macros) {
    const SmallRun run;
    Json all = result_of(run, {"simulate", "run.yaml"}, "rtl");
    Json model = result_of(run, {"simulate", "run.yaml"}, "model");
    Json one = result_of(
        run, {"simulate", "run.yaml", "--set", "accelerator.rtl_scope=[tile_0.macro_1, tile_2]"},
        "rtl");
    EXPECT_GT(one["macro_steps"], model["macro_steps"]);
    EXPECT_LT(one["macro_steps"], all["macro_steps"]);
    for (Json* result : {&all, &model, &one}) result->erase("macro_steps");
    EXPECT_EQ(one, model);
    EXPECT_EQ(all, model);
    // The fault is in tile_0.macro_0, which is the model now.
    const auto fault = [&](const std::string& scope) {
        return run
            .cimarron({"simulate", "run.yaml", "--fault", "rtl_timing", "--set",
                       "accelerator.macro.implementation=rtl", "--set",
                       "accelerator.rtl_scope=" + scope})
            .exit_code;
    };
    EXPECT_EQ(fault("tile_0.macro_1"), 0);
    EXPECT_EQ(fault("tile_0"), 1);
}

// A macro of the second layer in a tile is named by where it stands.
TEST(Rtl, runs_in_chosen_macros_of_a_shared_tile) {
    const SmallRun run;
    std::vector<std::string> arguments = {"simulate", "run.yaml",
                                          "--set",    "accelerator.tile.share=true",
                                          "--set",    "accelerator.tile.duplicate=false"};
    Json model = result_of(run, arguments, "model");
    arguments.insert(arguments.end(), {"--set", "accelerator.rtl_scope=[tile_0.macro_1]"});
    Json one = result_of(run, arguments, "rtl");
    EXPECT_GT(one["macro_steps"], model["macro_steps"]);
    for (Json* result : {&model, &one}) result->erase("macro_steps");
    EXPECT_EQ(one, model);
    const ProgramResult inspect =
        run.cimarron({"inspect", "run.yaml", "--set", arguments[3], "--set", arguments[5]});
    EXPECT_NE(inspect.out.find("2 of 3 tiles"), std::string::npos) << inspect.out;
}

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
    for (const char* block : {"macro", "tile.post_processing"}) {
        const ProgramResult program =
            run.cimarron({"simulate", "run.yaml", "--set",
                          std::string("accelerator.") + block + ".implementation=rtl"});
        EXPECT_EQ(program.exit_code, 2);
        EXPECT_NE(program.err.find(std::string(block) + ".implementation: rtl needs a build with "
                                                        "Verilator"),
                  std::string::npos)
            << program.err;
    }
}
#endif

TEST(Rtl, scope_that_names_nothing_is_the_users_error) {
    const SmallRun run;
    const auto error = [&](const std::string& scope, const char* implementation) {
        const ProgramResult program =
            run.cimarron({"simulate", "run.yaml", "--set",
                          std::string("accelerator.macro.implementation=") + implementation,
                          "--set", "accelerator.rtl_scope=" + scope});
        EXPECT_EQ(program.exit_code, 2);
        return program.err;
    };
    EXPECT_NE(error("tile_0", "model").find("rtl_scope: nothing has implementation: rtl"),
              std::string::npos)
        << error("tile_0", "model");
#ifdef CIMARRON_TEST_RTL
    for (const char* scope : {"tile_9", "tile_0.macro_9", "tile_", "macro_0"})
        EXPECT_NE(error(scope, "rtl")
                      .find("no such tile or macro in this run; the first macro is "
                            "tile_0.macro_0"),
                  std::string::npos)
            << error(scope, "rtl");
#endif
}

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

// The vectors are what the macro did in the run, its own variation and noise included.
TEST(Vectors, are_of_that_macro_on_its_chip) {
    const SmallRun run;
    for (const bool ideal : {true, false}) {
        std::vector<std::string> settings = {
            "--set", "non_idealities=" CIMARRON_SOURCE_DIR "/configs/non_idealities/default.yaml"};
        if (!ideal)
            for (const char* effect : {"variation", "read_noise", "adc_errors"})
                settings.insert(settings.end(),
                                {"--set", std::string("non_idealities.") + effect + "=true"});
        std::vector<std::string> simulate = {"simulate", "run.yaml", "--vcd",
                                             "w.vcd",    "--scope",  "accelerator.tile_1.macro_2",
                                             "--to",     "1000000"};
        std::vector<std::string> vectors = {"vectors", "run.yaml", "--scope", "tile_1.macro_2",
                                            "--out",   "v",        "--mvms",  "3"};
        for (auto* arguments : {&simulate, &vectors}) {
            arguments->insert(arguments->end(), settings.begin(), settings.end());
            const ProgramResult program = run.cimarron(*arguments);
            ASSERT_EQ(program.exit_code, 0) << program.err;
        }
        std::vector<std::uint64_t> sums;
        const std::string macro = "accelerator.tile_1.macro_2.";
        const Vcd dump(run.path("w.vcd"));
        int channels = 0;
        for (const std::string& variable : dump.variables())
            channels += variable.rfind(macro + "shift_adder.partial_sum_", 0) == 0 ? 1 : 0;
        // They stand until the next product begins.
        dump.for_each_time([&](const Vcd::Snapshot& now, const Vcd::Snapshot& before) {
            const std::uint64_t mvm = before.number(macro + "control.mvm");
            if (mvm < 1 || mvm > 3 || now.number(macro + "control.mvm") == mvm) return;
            for (int o = 0; o < channels; ++o)
                sums.push_back(
                    before.number(macro + "shift_adder.partial_sum_" + std::to_string(o)));
        });
        std::istringstream lines(run.text("v/sums.hex"));
        std::vector<std::uint64_t> golden;
        for (std::string line; std::getline(lines, line);)
            golden.push_back(std::stoull(line, nullptr, 16));
        EXPECT_EQ(golden, sums) << (ideal ? "ideal" : "with non-idealities");
    }
}

TEST(Vectors, unknown_macro_is_the_users_error) {
    const SmallRun run;
    const ProgramResult program =
        run.cimarron({"vectors", "run.yaml", "--scope", "tile_9.macro_0", "--out", "v"});
    EXPECT_EQ(program.exit_code, 2);
    EXPECT_NE(program.err.find("tile_0.macro_0"), std::string::npos) << program.err;
}

}  // namespace
}  // namespace cimarron::test
