// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/onnx_io.h"
#include "sim/config/yaml_json.h"
#include "sim/process/process.h"
#include "tests/unit/sim/small_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>

namespace cimarron::test {
namespace {

Json simulate(const SmallRun& run, std::vector<std::string> arguments, int expected = 0) {
    arguments.insert(arguments.begin(), {"simulate", "run.yaml", "--json", "r.json"});
    const ProgramResult result = run.cimarron(arguments);
    EXPECT_EQ(result.exit_code, expected) << result.err;
    return Json::parse(run.text("r.json"));
}

Json check_named(const Json& result, const std::string& name) {
    for (const Json& check : result.at("checks"))
        if (check.at("name") == name) return check;
    return nullptr;
}

double sum(const Json& list, const char* key) {
    double total = 0;
    for (const Json& item : list) total += item.at(key).get<double>();
    return total;
}

// With the same area to spend, each objective is best at its own; estimates choose, runs measure.
TEST(Simulate, a_mapping_is_best_at_its_objective) {
    const SmallRun run;
    run.edit("chip.yaml", "tiles: 3", "tiles: auto\nmax_area_mm2: 2");
    for (const char* dataflow : {"sequential", "pipelined"}) {
        const auto mapped = [&](const char* mapping) {
            return simulate(
                run, {"--set", std::string("accelerator.mapping=") + mapping, "--set",
                      std::string("accelerator.dataflow=") + dataflow, "--set", "timed_images=10"});
        };
        const Json fill = mapped("fill");
        const Json fast = mapped("auto");
        const Json thrifty = mapped("energy");
        for (const Json* r : {&fill, &fast, &thrifty}) {
            EXPECT_LE((*r)["area_mm2"].get<double>(), 2.0);
            EXPECT_EQ((*r)["top1"], fill["top1"]);
        }
        EXPECT_LT(fast["interval_cycles"].get<int>(), fill["interval_cycles"].get<int>());
        EXPECT_LE(fast["interval_cycles"].get<int>(), thrifty["interval_cycles"].get<int>());
        EXPECT_LT(thrifty["energy_j"].get<double>(), fill["energy_j"].get<double>());
        EXPECT_LT(thrifty["energy_j"].get<double>(), fast["energy_j"].get<double>());
    }
}

TEST(Simulate, all_checks_hold_and_figures_follow_from_each_other) {
    const SmallRun run;
    const Json r = simulate(run, {});
    for (const char* name :
         {"macs_executed", "macro_cycles_attributed", "payloads_delivered", "critical_path_sums",
          "logits_equal_bit_true", "activity_equals_bit_true", "logits_equal_reference",
          "component_energy_sums"})
        EXPECT_TRUE(check_named(r, name).value("passed", false)) << name;
    EXPECT_EQ(r["activation_bits"], 2);
    EXPECT_EQ(r["images"], 10);
    EXPECT_EQ(r["timed_images"], 2);
    const double dynamic = sum(r["components"], "dynamic_energy_j");
    const double leakage = sum(r["components"], "leakage_energy_j");
    EXPECT_NEAR(r["energy_j"].get<double>(), dynamic + leakage, 1e-12 * (dynamic + leakage));
    EXPECT_NEAR(r["area_mm2"].get<double>(), sum(r["components"], "area_mm2"), 1e-9);
    EXPECT_DOUBLE_EQ(r["latency_s"].get<double>(), r["cycles"].get<double>() * 1250e-12);
    EXPECT_DOUBLE_EQ(r["tops_per_w"].get<double>(),
                     2e-12 * r["macs"].get<double>() / r["energy_j"].get<double>());
    EXPECT_EQ(r["macs"].get<double>(), sum(r["layers"], "macs"));
    // stem 54 weights of 8 bits, middle 432 of 1, end 1280 of 8
    EXPECT_EQ(r["programming"]["cell_writes"], 6 * (54 * 8) + 3 * 432 + 1280 * 8);
    EXPECT_GT(r["programming"]["cycles"].get<int>(), 0);
}

TEST(Simulate, calibrated_adcs_have_an_lsb_a_layer_from_images_that_the_result_names) {
    const SmallRun run;
    run.edit("chip.yaml", "bits: auto, full_scale: unit_lsb", "bits: 3, full_scale: calibrated");
    const ProgramResult missing = run.cimarron({"simulate", "run.yaml"});
    EXPECT_EQ(missing.exit_code, 2);
    EXPECT_NE(missing.err.find("calibration_images: is missing"), std::string::npos) << missing.err;
    run.edit("run.yaml", "{name: fashion_mnist, folder: data}", "{name: random}");
    run.edit("run.yaml", "seed: 1", "calibration_images: 4\nseed: 1");
    const Json r = simulate(run, {});
    EXPECT_EQ(r["config"]["calibration_images"], 4);
    bool wider = false;
    for (const Json& layer : r["layers"]) {
        EXPECT_GE(layer["adc_lsb"].get<double>(), 1);
        wider = wider || layer["adc_lsb"].get<double>() > 1;
    }
    EXPECT_TRUE(wider);
    EXPECT_EQ(r["manifest"]["inputs"][2]["role"], "calibration");
}

TEST(Simulate, a_network_that_learned_no_range_of_its_adcs_is_refused) {
    const SmallRun run;
    run.edit("chip.yaml", "bits: auto, full_scale: unit_lsb", "bits: 3, full_scale: learned");
    const ProgramResult result = run.cimarron({"simulate", "run.yaml"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("has no learned range of its ADCs"), std::string::npos) << result.err;
}

TEST(Simulate, digital_macros_are_exact_and_have_no_adc) {
    const SmallRun run;
    run.edit("chip.yaml", "kind: analog", "kind: digital");
    EXPECT_NE(run.cimarron({"simulate", "run.yaml"}).err.find("macro.adder_tree: is missing"),
              std::string::npos);
    run.edit("chip.yaml",
             "  word_line_driver: {dac_bits: 1, drive_cycles: auto, settle_cycles: auto}\n"
             "  sample_and_hold: {present: true, sample_cycles: auto}\n"
             "  adc: {type: sar, bits: auto, full_scale: unit_lsb, columns_per_adc: 8, "
             "conversion_cycles: auto}\n"
             "  shift_adder: {accumulator_bits: 24, add_cycles: 1}\n",
             "  adder_tree: {pipeline_cycles: auto}\n  shift_adder: {accumulator_bits: 24}\n");
    const Json r = simulate(run, {});
    EXPECT_TRUE(check_named(r, "logits_equal_reference").value("passed", false));
    EXPECT_TRUE(check_named(r, "component_energy_sums").value("passed", false));
    EXPECT_FALSE(r.contains("adc"));
    double tree = 0;
    for (const Json& component : r["components"]) {
        EXPECT_NE(component["name"], "macro.adc");
        if (component["name"] == "macro.adder_tree")
            tree = component["dynamic_energy_j"].get<double>();
    }
    EXPECT_GT(tree, 0);
    const Json again = simulate(run, {"--vcd", "x.vcd", "--scope", "accelerator", "--to", "500"});
    EXPECT_EQ(again, r) << "a waveform changes nothing";
    const std::string wave = run.text("x.vcd");
    EXPECT_NE(wave.find("count_0"), std::string::npos);
    EXPECT_EQ(wave.find("sample_and_hold"), std::string::npos);
    const std::string rram = CIMARRON_SOURCE_DIR "/configs/device/rram_22nm.yaml";
    const ProgramResult resistive =
        run.cimarron({"simulate", "run.yaml", "--set", "device=" + rram});
    EXPECT_EQ(resistive.exit_code, 2);
    EXPECT_NE(resistive.err.find("macro.kind: digital needs SRAM cells"), std::string::npos);
    const ProgramResult rtl =
        run.cimarron({"simulate", "run.yaml", "--set", "accelerator.macro.implementation=rtl"});
    EXPECT_EQ(rtl.exit_code, 2);
    EXPECT_NE(rtl.err.find("macro.implementation: rtl is of analog macros"), std::string::npos)
        << rtl.err;
}

TEST(Simulate, the_same_inputs_give_the_same_bytes_wherever_they_lie) {
    const SmallRun run;
    simulate(run, {});
    const std::string first = run.text("r.json");
    simulate(run, {});
    EXPECT_EQ(run.text("r.json"), first);
    EXPECT_EQ(first.find(run.path("").string()), std::string::npos);
    EXPECT_EQ(first.find(CIMARRON_SOURCE_DIR), std::string::npos);
}

TEST(Simulate, threads_change_no_result) {
    const SmallRun run;
    const Json one = simulate(run, {"--threads", "1"});
    EXPECT_TRUE(check_named(one, "logits_equal_reference").value("passed", false));
    EXPECT_EQ(simulate(run, {"--threads", "3"}), one);
    EXPECT_EQ(simulate(run, {}), one);
    const ProgramResult none = run.cimarron({"simulate", "run.yaml", "--threads", "0"});
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_NE(none.err.find("--threads"), std::string::npos) << none.err;
}

TEST(Simulate, a_lossy_adc_is_not_compared_with_the_reference_and_clips) {
    const SmallRun run;
    const Json lossless = simulate(run, {});
    EXPECT_EQ(lossless["adc"]["clipped"], 0);
    const Json lossy = simulate(run, {"--set", "accelerator.macro.adc.bits=2"});
    EXPECT_TRUE(check_named(lossy, "logits_equal_reference").is_null());
    EXPECT_TRUE(check_named(lossy, "logits_equal_bit_true").value("passed", false));
    EXPECT_GT(lossy["adc"]["clipped"].get<int>(), 0);
    EXPECT_EQ(lossy["config"]["accelerator"]["macro"]["adc"]["bits"], 2);
}

TEST(Simulate, more_activation_bits_take_more_cycles_and_energy) {
    const SmallRun run;
    const Json one = simulate(run, {"--set", "activation_bits=1"});
    const Json four = simulate(run, {"--set", "activation_bits=4"});
    EXPECT_GT(four["cycles"].get<int>(), one["cycles"].get<int>());
    EXPECT_GT(four["dynamic_energy_j"].get<double>(), one["dynamic_energy_j"].get<double>());
    EXPECT_EQ(four["area_mm2"], one["area_mm2"]);
}

TEST(Simulate, random_weights_cost_what_trained_ones_of_that_shape_do) {
    const SmallRun run;
    const Json trained = simulate(run, {});
    run.write(
        "net.yaml",
        "name: drawn\ninput: {channels: 1, height: 8, width: 8}\nlayers:\n"
        "  - {name: stem, type: conv, weights: integer8, channels: 6, kernel: 3, padding: 1}\n"
        "  - {name: middle, type: conv, weights: binary, channels: 8, kernel: 3, padding: 1}\n"
        "  - {name: pool, type: max_pool, kernel: 2}\n"
        "  - {name: end, type: linear, weights: integer8, channels: 10}\n");
    run.edit("run.yaml", "net{activation_bits}.onnx", "net.yaml");
    run.edit("run.yaml", "trained", "random");
    const Json drawn = simulate(run, {});
    EXPECT_TRUE(check_named(drawn, "logits_equal_reference").value("passed", false));
    EXPECT_EQ(drawn["cycles"], trained["cycles"]);
    EXPECT_EQ(drawn["adc"]["conversions"], trained["adc"]["conversions"]);
    EXPECT_EQ(drawn["network"], "drawn");
    const auto on_cells = [](const Json& r) { return r["components"][0]["activity"]["on_cells"]; };
    const Json other = simulate(run, {"--set", "seed=2"});
    EXPECT_EQ(other["cycles"], drawn["cycles"]);
    EXPECT_NE(on_cells(other), on_cells(drawn));
    EXPECT_EQ(on_cells(simulate(run, {"--set", "seed=1"})), on_cells(drawn));
}

TEST(Simulate, a_broken_model_fails_its_checks_and_the_result_shows_it) {
    const SmallRun run;
    const std::pair<const char*, const char*> faults[] = {{"skip_evaluation", "macs_executed"},
                                                          {"lose_cycle", "macro_cycles_attributed"},
                                                          {"lose_payload", "payloads_delivered"}};
    for (const auto& [fault, check] : faults) {
        const Json r = simulate(run, {"--fault", fault}, 1);
        EXPECT_FALSE(check_named(r, check).value("passed", true)) << fault;
    }
    // One wrong ADC code: a single layer has no requantization that could hide it.
    Network single = small_network(1);
    single.nodes.erase(single.nodes.begin(), single.nodes.begin() + 2);
    single.nodes.erase(single.nodes.begin());
    auto& end = std::get<ConvNode>(single.nodes.front());
    end.source = -1;
    end.window = {8, 8, 1, 1, 0, 0, 0, 0};
    std::get<IntegerWeights>(end.weights).values.resize(640);
    write_onnx(single, run.path("net8.onnx"));
    const ProgramResult result = run.cimarron(
        {"simulate", "run.yaml", "--set", "activation_bits=8", "--fault", "corrupt_code"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("cimarron: check logits_equal_bit_true failed"), std::string::npos)
        << result.err;
    EXPECT_NE(result.out.find("FAILED logits_equal_bit_true"), std::string::npos);
}

// The program ends, says which modules wait and for what, and fails.
TEST(Simulate, a_deadlock_is_no_hang) {
    const SmallRun run;
    const auto expect_stuck = [&run](const char* setting, const char* fault, const char* what) {
        const ProgramResult result = run.cimarron({"simulate", "run.yaml", "--set", setting,
                                                   "--set", "timed_images=3", "--fault", fault});
        EXPECT_EQ(result.exit_code, 1);
        const std::size_t at = result.err.find("check images_completed failed: ");
        ASSERT_NE(at, std::string::npos) << result.err;
        const std::string line = result.err.substr(at, result.err.find('\n', at) - at);
        EXPECT_NE(line.find(" of 3 images done at cycle "), std::string::npos) << line;
        EXPECT_NE(line.find("waiting: accelerator."), std::string::npos) << line;
        EXPECT_NE(line.find(what), std::string::npos) << line;
    };
    expect_stuck("accelerator.dataflow=sequential", "lose_payload", " for the ");
    run.edit("chip.yaml", "dataflow: sequential", "dataflow: pipelined");
    expect_stuck("timed_images=3", "lose_payload", " for the ");
    expect_stuck("accelerator.tile.input_buffer.bytes=128", "lose_credit", " for room for ");
}

TEST(Simulate, writes_a_waveform_window) {
    const SmallRun run;
    simulate(run, {"--vcd", "w.vcd", "--scope", "accelerator.tile_0.macro_0", "--from", "0", "--to",
                   "2000"});
    const std::string vcd = run.text("w.vcd");
    EXPECT_NE(vcd.find("$enddefinitions"), std::string::npos);
    EXPECT_NE(vcd.find("macro_0"), std::string::npos);
    EXPECT_EQ(vcd.find("macro_1"), std::string::npos);
}

TEST(Simulate, the_kernel_says_nothing) {
    const SmallRun run;
    const ProgramResult result = run.cimarron({"simulate", "run.yaml"});
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out.rfind("small, 2-bit activations", 0), 0u) << result.out;
}

TEST(Inspect, tells_networks_runs_sources_and_results) {
    const SmallRun run;
    const std::string network = run.cimarron({"inspect", "net2.onnx"}).out;
    EXPECT_NE(network.find("small: 1x8x8 input, 2-bit activations, 10 classes"), std::string::npos);
    EXPECT_NE(network.find("27648"), std::string::npos);  // middle: 54 rows x 8 x 8 x 8
    const std::string mapping = run.cimarron({"inspect", "run.yaml"}).out;
    EXPECT_NE(mapping.find("54x8"), std::string::npos) << mapping;
    EXPECT_NE(mapping.find("128x80"), std::string::npos) << mapping;
    EXPECT_EQ(mapping.find("auto"), std::string::npos) << mapping;
    const std::string sources = run.cimarron({"inspect", "run.yaml", "--sources"}).out;
    EXPECT_NE(sources.find("technology.supply"), std::string::npos);
    EXPECT_NE(sources.find("published"), std::string::npos);
    simulate(run, {});
    const ProgramResult result = run.cimarron({"inspect", "r.json"});
    const std::string headline = run.cimarron({"simulate", "run.yaml"}).out;
    EXPECT_EQ(result.out.substr(0, headline.size()), headline);
    EXPECT_NE(result.out.find("Critical path of the last timed image"), std::string::npos);
    EXPECT_NE(result.out.find("wait_network %"), std::string::npos);
}

// What each block needs, what limits the clock, and cycles that were given too few.
TEST(Inspect, says_what_the_clock_rests_on) {
    const SmallRun run;
    const auto inspect = [&](const std::string& set) {
        return run.cimarron({"inspect", "run.yaml", "--set", set}).out;
    };
    const std::string derived = inspect("seed=1");
    EXPECT_NE(derived.find("macro.adc"), std::string::npos) << derived;
    EXPECT_EQ(derived.find("fewer cycles"), std::string::npos) << derived;
    EXPECT_NE(
        inspect("accelerator.macro.adc.conversion_cycles=1").find("macro.adc has fewer cycles"),
        std::string::npos);
    const std::size_t at = derived.find("Shortest clock period: ") + 23;
    const int shortest = std::stoi(derived.substr(at));
    EXPECT_NE(inspect(fmt::format("accelerator.clock_period_ps={}", shortest)).find("Shortest"),
              std::string::npos);
    const ProgramResult refused =
        run.cimarron({"inspect", "run.yaml", "--set",
                      fmt::format("accelerator.clock_period_ps={}", shortest - 1)});
    EXPECT_EQ(refused.exit_code, 2);
    const std::string limit = derived.substr(derived.find("ps, for ", at) + 8);
    EXPECT_NE(refused.err.find(limit.substr(0, limit.find(';'))), std::string::npos) << refused.err;
}

TEST(Train, hands_every_argument_to_the_program_beside_it) {
    const SmallRun run;
    std::filesystem::copy_file(CIMARRON_BINARY_DIR "/bin/cimarron", run.path("cimarron"));
    run.write("cimarron-train", "#!/bin/sh\nprintf '<%s>' \"$@\" >said\nexit 5\n");
    std::filesystem::permissions(run.path("cimarron-train"), std::filesystem::perms::owner_all);
    int exit_code = 0;
    run_children({{{"./cimarron", "train", "x.yaml", "--set", "a b=1", "--help", "--out", "d"},
                   {},
                   run.path("")}},
                 1, [&](std::size_t, int code) { exit_code = code; });
    EXPECT_EQ(exit_code, 5);
    EXPECT_EQ(run.text("said"), "<x.yaml><--set><a b=1><--help><--out><d>");
}

TEST(Help, is_not_an_error) {
    const SmallRun run;
    for (const char* command : {"simulate", "sweep", "report", "inspect"}) {
        const ProgramResult result = run.cimarron({command, "--help"});
        EXPECT_EQ(result.exit_code, 0);
        EXPECT_NE(result.out.find("Usage"), std::string::npos);
    }
    EXPECT_EQ(run.cimarron({"--version"}).exit_code, 0);
}

}  // namespace
}  // namespace cimarron::test
