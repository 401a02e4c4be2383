// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/cost/timing.h"
#include "sim/config/device_config.h"
#include "sim/config/run_config.h"
#include "sim/config/sweep_config.h"
#include "sim/config/technology_config.h"

#include <gtest/gtest.h>

#include <fstream>

namespace cimarron {
namespace {

const std::filesystem::path kConfigs = CIMARRON_SOURCE_DIR "/configs";

std::vector<std::filesystem::path> shipped(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(kConfigs / folder))
        files.push_back(entry.path());
    EXPECT_FALSE(files.empty()) << folder;
    return files;
}

AcceleratorConfig parse(const YAML::Node& node) {
    return read_accelerator(YamlReader::parse(to_text(node), "chip.yaml"));
}

std::string error_of(const YAML::Node& node) {
    try {
        parse(node);
    } catch (const UserError& error) {
        return error.what();
    }
    return "no error";
}

YAML::Node chip() {
    return YAML::LoadFile((kConfigs / "accelerator/default_22nm.yaml").string());
}

// Calls f(map, key, path) for every scalar of the tree, on a fresh copy each time.
template <class F>
void for_each_leaf(const YAML::Node& node, const std::string& path, const F& f) {
    for (const auto& entry : node) {
        const std::string key = entry.first.Scalar();
        const std::string here = path.empty() ? key : path + "." + key;
        if (entry.second.IsMap())
            for_each_leaf(entry.second, here, f);
        else
            f(here);
    }
}

// The mapping that holds the last part of the path.
YAML::Node parent_of(const YAML::Node& root, const std::string& path) {
    YAML::Node node;
    node.reset(root);
    std::size_t start = 0;
    for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', start)) {
        node.reset(node[path.substr(start, dot - start)]);
        start = dot + 1;
    }
    return node;
}

std::string last_part(const std::string& path) {
    const std::size_t dot = path.rfind('.');
    return dot == std::string::npos ? path : path.substr(dot + 1);
}

TEST(AcceleratorConfig, shipped_files_round_trip) {
    for (const auto& file : shipped("accelerator")) {
        const AcceleratorConfig config = read_accelerator(YamlReader::load(file));
        const std::string text = to_text(to_yaml(config));
        const AcceleratorConfig again = read_accelerator(YamlReader::parse(text, "again"));
        EXPECT_EQ(to_text(to_yaml(again)), text) << file;
        for_each_leaf(YAML::LoadFile(file.string()), "", [&](const std::string& path) {
            const std::string key = last_part(path);
            EXPECT_EQ(parent_of(to_yaml(config), path)[key].Scalar(),
                      parent_of(YAML::LoadFile(file.string()), path)[key].Scalar())
                << path;
        });
    }
}

TEST(AcceleratorConfig, every_key_is_required_and_typed) {
    int keys = 0;
    for_each_leaf(chip(), "", [&](const std::string& path) {
        ++keys;
        const std::string key = last_part(path);
        YAML::Node without = chip();
        parent_of(without, path).remove(key);
        EXPECT_NE(error_of(without).find(path + ": is missing"), std::string::npos) << path;
        YAML::Node misspelt = chip();
        parent_of(misspelt, path)[key + "x"] = 1;
        EXPECT_NE(error_of(misspelt).find("unknown key, did you mean"), std::string::npos) << path;
        for (const char* bad : {"nonsense", "-1", "1.5", "99999999999"}) {
            YAML::Node ill = chip();
            parent_of(ill, path)[key] = bad;
            EXPECT_NE(error_of(ill).find(path + ": is"), std::string::npos) << path << " " << bad;
        }
    });
    EXPECT_GT(keys, 30);  // all of them were visited
}

TEST(AcceleratorConfig, each_topology_has_its_own_keys) {
    YAML::Node mesh = chip();
    mesh["interconnect"] =
        YAML::Load("{topology: mesh, width_bits: 64, router_cycles: 2, buffer_flits: 4}");
    EXPECT_EQ(error_of(mesh), "no error");
    mesh["interconnect"]["buffer_flits"] = 3;
    EXPECT_NE(error_of(mesh).find("interconnect.buffer_flits: 3 cannot keep a link busy"),
              std::string::npos)
        << error_of(mesh);
    mesh["interconnect"]["buffer_flits"] = 4;
    mesh["interconnect"]["topology"] = "h_tree";
    EXPECT_NE(error_of(mesh).find("interconnect.leaf_width_bits: is missing"), std::string::npos);
    mesh["interconnect"]["leaf_width_bits"] = 16;
    EXPECT_EQ(error_of(mesh), "no error");
    mesh["interconnect"]["topology"] = "bus";
    mesh["interconnect"]["arbitration_cycles"] = 1;
    EXPECT_NE(error_of(mesh).find("unknown key"), std::string::npos);
}

TEST(AcceleratorConfig, a_dram_has_keys_that_none_has_not) {
    YAML::Node node = chip();
    node["dram"]["banks"] = 8;
    EXPECT_NE(error_of(node).find("dram.banks: unknown key"), std::string::npos) << error_of(node);
    node["dram"] = YAML::Load(
        "{bytes: 1048576, banks: 8, row_bytes: 2048, burst_bytes: 32, pins: 16, activate_cycles: "
        "9, "
        "precharge_cycles: auto, access_cycles: 7, bytes_per_cycle: auto}");
    EXPECT_EQ(error_of(node), "no error");
    for_each_leaf(node["dram"], "", [&](const std::string& key) {
        YAML::Node without = YAML::Clone(node);
        without["dram"].remove(key);
        EXPECT_NE(error_of(without).find("dram." + key + ": is missing"), std::string::npos) << key;
    });
    YAML::Node bad = YAML::Clone(node);
    bad["dram"]["row_bytes"] = 2000;
    EXPECT_NE(error_of(bad).find("dram.row_bytes: 2000 is no multiple of burst_bytes (32)"),
              std::string::npos)
        << error_of(bad);
    const AcceleratorConfig config = read_accelerator(YamlReader::parse(to_text(node), "a chip"));
    const RunConfig run = load_run(kConfigs / "run/lenet5.yaml", {});
    const AcceleratorParams params = resolve(config, run.technology, run.device);
    EXPECT_EQ(params.dram.activate_cycles, 9);
    EXPECT_EQ(params.dram.precharge_cycles, 15);  // 18.1 ns of 1.25
    EXPECT_EQ(params.dram.access_cycles, 7);
    EXPECT_EQ(params.dram.bytes_per_cycle, 8);  // 16 pins x 3.2 Gb/s
}

TEST(AcceleratorConfig, contradictions_are_named_with_file_line_and_key) {
    YAML::Node rows = chip();
    rows["macro"]["array"]["rows_active"] = 129;
    EXPECT_NE(error_of(rows).find("macro.array.rows_active: 129"), std::string::npos)
        << error_of(rows);
    EXPECT_EQ(error_of(rows).rfind("chip.yaml:", 0), 0u) << error_of(rows);
    YAML::Node shared = chip();
    shared["macro"]["adc"]["columns_per_adc"] = 0;
    EXPECT_NE(error_of(shared).find("macro.adc.columns_per_adc: is 0, must be"), std::string::npos);
    YAML::Node more = chip();
    more["macro"]["adc"]["columns_per_adc"] = 129;
    EXPECT_NE(error_of(more).find("macro.adc.columns_per_adc: 129"), std::string::npos);
    YAML::Node sense = chip();
    sense["macro"]["adc"]["type"] = "sense_amplifier";
    EXPECT_EQ(parse(sense).params.macro.adc.bits, 1);  // auto
    sense["macro"]["adc"]["bits"] = 2;
    EXPECT_NE(error_of(sense).find("macro.adc.bits: is 2, a sense amplifier has 1"),
              std::string::npos);
}

TEST(AcceleratorConfig, auto_takes_what_is_derived_and_a_number_stays) {
    const Technology technology = load_technology(kConfigs / "technology/22nm.yaml");
    for (const auto& file : shipped("device")) {
        const Device device = load_device(file);
        AcceleratorConfig config = parse(chip());
        const AcceleratorParams params = resolve(config, technology, device);
        EXPECT_EQ(params.macro.adc.bits, lossless_adc_bits(config.params.macro));
        config.params.macro.adc.bits = params.macro.adc.bits;
        const DerivedTiming timing = derive_timing(config.params, technology, device);
        EXPECT_EQ(params.macro.adc.conversion_cycles, timing.conversion_cycles);
        EXPECT_EQ(params.macro.word_line_driver.drive_cycles, timing.drive_cycles);
        EXPECT_EQ(params.macro.word_line_driver.settle_cycles, timing.settle_cycles);
        EXPECT_EQ(params.macro.sample_and_hold.sample_cycles, timing.sample_cycles);
        EXPECT_EQ(params.macro.array.write_cycles, timing.write_cycles);

        YAML::Node fixed = chip();
        fixed["macro"]["adc"]["bits"] = 5;
        fixed["macro"]["adc"]["conversion_cycles"] = 77;
        fixed["macro"]["word_line_driver"]["drive_cycles"] = 78;
        const AcceleratorParams kept = resolve(parse(fixed), technology, device);
        EXPECT_EQ(kept.macro.adc.bits, 5);
        EXPECT_EQ(kept.macro.adc.conversion_cycles, 77);
        EXPECT_EQ(kept.macro.word_line_driver.drive_cycles, 78);
    }
}

TEST(NonIdealitiesConfig, shipped_files_round_trip_and_are_off) {
    const Technology technology = load_technology(kConfigs / "technology/22nm.yaml");
    for (const auto& file : shipped("non_idealities")) {
        const NonIdealitiesConfig config = read_non_idealities(YamlReader::load(file));
        const std::string text = to_text(to_yaml(config));
        EXPECT_EQ(to_text(to_yaml(read_non_idealities(YamlReader::parse(text, "again")))), text);
        for (const auto& device : shipped("device"))
            EXPECT_TRUE(resolve(config, technology, load_device(device), 1).ideal());
    }
}

// A switch turns on what it names, and what a kind of device does not have stays off.
TEST(NonIdealitiesConfig, each_switch_is_its_own) {
    const Technology technology = load_technology(kConfigs / "technology/22nm.yaml");
    const Device rram = load_device(kConfigs / "device/rram_22nm.yaml");
    const Device sram = load_device(kConfigs / "device/sram_22nm.yaml");
    const NonIdealitiesConfig off =
        read_non_idealities(YamlReader::load(kConfigs / "non_idealities/default.yaml"));
    NonIdealitiesConfig config = off;
    config.on_off_ratio = config.ir_drop = config.drift = true;
    EXPECT_TRUE(resolve(config, technology, sram, 1).ideal());
    NonIdealities effects = resolve(config, technology, rram, 1);
    EXPECT_DOUBLE_EQ(effects.cell.off_conductance, 7000.0 / (30000 - 7000));
    EXPECT_GT(effects.cell.wire_resistance, 0);
    EXPECT_DOUBLE_EQ(effects.cell.drift_log_time, std::log(86400.0));
    EXPECT_EQ(effects.cell.sigma_on, 0);
    EXPECT_FALSE(effects.adc.any());
    config = off;
    config.variation = config.adc_errors = true;
    effects = resolve(config, technology, sram, 7);
    EXPECT_DOUBLE_EQ(effects.cell.sigma_on, sram.variation.on_sigma.value / 100);
    EXPECT_TRUE(effects.adc.any());
    EXPECT_EQ(effects.seed, 7u);
}

TEST(RunConfig, shipped_files_round_trip) {
    for (const auto& file : shipped("run")) {
        const RunConfig config = load_run(file, {});
        const auto copy = std::filesystem::path(testing::TempDir()) / "cimarron_run_copy.yaml";
        std::ofstream(copy) << to_text(to_yaml(config));
        EXPECT_EQ(to_text(to_yaml(load_run(copy, {}))), to_text(to_yaml(config))) << file;
        EXPECT_EQ(load_run(copy, {}).calibration_images, config.calibration_images) << file;
        std::filesystem::remove(copy);
    }
}

TEST(RunConfig, the_effective_configuration_holds_no_auto_and_no_place) {
    const RunConfig config = load_run(kConfigs / "run/fashion_cnn.yaml", {});
    const AcceleratorParams params = config.params();
    const YAML::Node node = effective(config, params);
    const std::string accelerator = to_text(node["accelerator"]);
    EXPECT_EQ(accelerator.find("auto"), std::string::npos);
    EXPECT_EQ(to_text(node).find(CIMARRON_SOURCE_DIR), std::string::npos);
    const AcceleratorConfig again = read_accelerator(YamlReader::parse(accelerator, "effective"));
    EXPECT_EQ(to_text(to_yaml(AcceleratorConfig{params, {}})), to_text(to_yaml(again)));
    EXPECT_EQ(to_text(to_yaml(
                  read_technology(YamlReader::parse(to_text(node["technology"]), "effective")))),
              to_text(to_yaml(config.technology)));
    EXPECT_EQ(to_text(to_yaml(read_device(YamlReader::parse(to_text(node["device"]), "e")))),
              to_text(to_yaml(config.device)));
}

TEST(RunConfig, overrides_reach_the_run_and_the_files_it_names) {
    const auto file = kConfigs / "run/fashion_cnn.yaml";
    const RunConfig config =
        load_run(file, {"activation_bits=2", "accelerator.macro.adc.bits=5", "images=7"});
    EXPECT_EQ(config.activation_bits, 2);
    EXPECT_NE(config.network.string().find("2bit"), std::string::npos);
    EXPECT_EQ(config.images, 7);
    EXPECT_EQ(config.params().macro.adc.bits, 5);
    const double before = config.technology.wire.capacitance.value;
    const RunConfig raised = load_run(file, {"technology.wire.capacitance.value=0.9"});
    EXPECT_NE(before, 0.9);
    EXPECT_EQ(raised.technology.wire.capacitance.value, 0.9);
    EXPECT_THROW(load_run(file, {"imagse=7"}), UserError);
    ASSERT_GT(config.timed_images, 1);
    EXPECT_EQ(load_run(file, {"images=1"}).timed_images, 1);  // all of them
    EXPECT_EQ(load_run(file, {"images=7"}).timed_images, config.timed_images);
    EXPECT_THROW(load_run(file, {"images=7", "timed_images=8"}), UserError);
    EXPECT_THROW(load_run(file, {"timed_images=1000000"}), UserError);
}

TEST(SweepConfig, expands_the_cross_product_first_key_slowest) {
    const SweepConfig sweep = load_sweep(kConfigs / "sweep/fashion_cnn.yaml");
    const auto points = expand(sweep);
    ASSERT_EQ(points.size(), 12u);
    EXPECT_EQ(points[0][0], "activation_bits=1");
    EXPECT_EQ(points[2][0], "activation_bits=1");
    EXPECT_EQ(points[3][0], "activation_bits=2");
    EXPECT_EQ(points[0][1], points[3][1]);
    EXPECT_NE(points[0][1], points[1][1]);
    for (const auto& point : points) EXPECT_NO_THROW(load_run(sweep.run, point));
}

}  // namespace
}  // namespace cimarron
