// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace cimarron::test {
namespace {

// Exit code 2, one line on stderr that contains `message`, and no file made or changed.
void expect_refused(const SmallRun& run, const std::vector<std::string>& arguments,
                    const std::string& message) {
    const auto before = run.files();
    const ProgramResult result = run.cimarron(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_EQ(result.err.rfind("cimarron: ", 0), 0u) << result.err;
    EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(run.files(), before);
}

const std::vector<std::string> kSimulate = {"simulate", "run.yaml", "--json",  "new/result.json",
                                            "--vcd",    "new.vcd",  "--scope", "accelerator.tile_0",
                                            "--to",     "100"};

struct BadEdit {
    const char* name;
    const char* file;
    const char* from;
    const char* to;
    const char* message;
};

class BadFile : public testing::TestWithParam<BadEdit> {};

TEST_P(BadFile, is_refused_in_one_line_and_nothing_is_written) {
    const SmallRun run;
    run.edit(GetParam().file, GetParam().from, GetParam().to);
    expect_refused(run, kSimulate, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Cli, BadFile,
    testing::Values(
        BadEdit{"unknown_key", "run.yaml", "images:", "imags: 3\nimages:",
                "run.yaml:8: imags: unknown key, did you mean 'images'?"},
        BadEdit{"duplicate_key", "run.yaml", "seed: 1", "seed: 1\nseed: 2",
                "run.yaml:11: seed: duplicate key, first given in line 10"},
        BadEdit{"ill_typed", "run.yaml", "images: 10", "images: many", "run.yaml:8: images: is"},
        BadEdit{"out_of_range", "run.yaml", "images: 10", "images: 0",
                "run.yaml:8: images: is 0, must be in 1.."},
        BadEdit{"missing_key", "run.yaml", "seed: 1", "", "run.yaml:1: seed: is missing"},
        BadEdit{"too_many_images", "run.yaml", "images: 10", "images: 25", "the test set of"},
        BadEdit{"not_yaml", "run.yaml", "seed: 1", "seed: [1", "not valid YAML"},
        BadEdit{"missing_network", "run.yaml", "network: net", "network: no_net", "no_net2.onnx: "},
        BadEdit{"missing_chip", "run.yaml", "chip.yaml", "no_chip.yaml",
                "no_chip.yaml: No such file"},
        BadEdit{"missing_data", "run.yaml", "folder: data", "folder: nodata",
                "nodata: no such folder"},
        BadEdit{"unknown_data", "run.yaml", "fashion_mnist", "mnist99", "unknown data set mnist99"},
        BadEdit{"other_bits", "run.yaml", "net{activation_bits}", "net4",
                "has 4-bit activations, activation_bits asks for 2"},
        BadEdit{"no_columns_per_adc", "chip.yaml", "columns_per_adc: 8", "columns_per_adc: 0",
                "chip.yaml:18: macro.adc.columns_per_adc: is 0, must be"},
        BadEdit{"rows_active_above_rows", "chip.yaml", "rows_active: 32", "rows_active: 33",
                "chip.yaml:15: macro.array.rows_active: 33"},
        BadEdit{"too_few_tiles", "chip.yaml", "tiles: 3", "tiles: 2",
                "needs 3 tiles, the accelerator has 2"},
        BadEdit{"too_few_macros", "chip.yaml", "  macros: 6", "  macros: 1", "layer middle"},
        BadEdit{"clock_too_fast", "chip.yaml", "clock_period_ps: 1250", "clock_period_ps: 20",
                "clock_period_ps: 20 is too short"},
        BadEdit{"technology_is_a_device", "run.yaml", "technology/22nm", "device/sram_22nm",
                "sram_22nm.yaml:"}),
    [](const auto& bad) { return std::string(bad.param.name); });

TEST(BadInput, command_lines) {
    const SmallRun run;
    expect_refused(run, {}, "subcommand is required");
    expect_refused(run, {"simulat", "run.yaml"},
                   "simulat: unknown command, did you mean 'simulate'?");
    expect_refused(run, {"simulate"}, "run is required");
    expect_refused(run, {"simulate", "none.yaml"}, "none.yaml: No such file");
    expect_refused(run, {"simulate", "run.yaml", "--imges", "3"}, "--imges");
    expect_refused(run, {"simulate", "run.yaml", "--set", "images"}, "KEY=VALUE");
    expect_refused(run, {"simulate", "run.yaml", "--set", "iages=3"}, "--set iages: unknown key");
    expect_refused(run, {"simulate", "run.yaml", "--set", "accelerator.macro.zebra=3"},
                   "--set accelerator.macro.zebra: unknown key, must be one of adc, array,");
    expect_refused(run, {"simulate", "run.yaml", "--images", "x"}, "--set images: is 'x'");
    expect_refused(run, {"simulate", "run.yaml", "--from", "5"}, "--from requires --vcd");
    const std::vector<std::string> vcd = {"simulate", "run.yaml", "--vcd", "new.vcd"};
    expect_refused(run, vcd, "--vcd needs --scope");
    std::vector<std::string> endless = vcd;
    endless.insert(endless.end(), {"--scope", "accelerator.tile_0"});
    expect_refused(run, endless, "--vcd needs --to CYCLE, or --trigger and --length");
    expect_refused(run, {"sweep", "sweep.yaml", "--jobs", "0"}, "--jobs");
    expect_refused(run, {"report", "nowhere"}, "results.json: No such file");
    expect_refused(run, {"inspect", "chip.txt"}, "must be a network");
    expect_refused(run, {"inspect", "chip.yaml"}, "chip.yaml:");
}

TEST(BadInput, damaged_networks_and_data) {
    const SmallRun run;
    const std::string onnx = run.text("net2.onnx");
    run.write("net2.onnx", onnx.substr(0, onnx.size() / 2));
    expect_refused(run, kSimulate, "net2.onnx");
    run.write("net2.onnx", "");
    expect_refused(run, kSimulate, "net2.onnx");
    run.write("net2.onnx", onnx);
    const std::string pixels = run.text("data/t10k-images-idx3-ubyte");
    run.write("data/t10k-images-idx3-ubyte", pixels.substr(0, 100));
    expect_refused(run, kSimulate, "t10k-images-idx3-ubyte");
}

TEST(BadInput, a_sweep_refuses_before_it_starts_anything) {
    const SmallRun run;
    run.edit("sweep.yaml", "activation_bits: [1, 4]", "activation_bits: [1, 9]");
    expect_refused(run, {"sweep", "sweep.yaml", "--out", "out"},
                   "--set activation_bits: is 9, must be in 1..8");
    run.edit("sweep.yaml", "[1, 9]", "[1, 1]");
    expect_refused(run, {"sweep", "sweep.yaml", "--out", "out"}, "lists '1' twice");
    run.edit("sweep.yaml", "[1, 1]", "[1]\n  bits: [3]");
    expect_refused(run, {"sweep", "sweep.yaml", "--out", "out"}, "--set bits: unknown key");
}

TEST(BadInput, a_trainer_that_is_not_there) {
    const SmallRun run;
    const auto alone = run.path("cimarron");  // a copy with no cimarron-train beside it
    std::filesystem::copy_file(CIMARRON_BINARY_DIR "/bin/cimarron", alone);
    const ProgramResult result = run.cimarron({"train", "x.yaml"}, alone);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("cimarron-train"), std::string::npos) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

}  // namespace
}  // namespace cimarron::test
