// SPDX-License-Identifier: Apache-2.0
#include "sim/config/run_config.h"

#include "common/error.h"
#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"
#include "common/yaml/key_writer.h"
#include "sim/config/device_config.h"
#include "sim/config/technology_config.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

template <class Keys, class Config>
void describe_dataset(Keys& f, Config& config) {
    f.value({"name", "",
             "fashion_mnist, cifar10, image_folder: the test images; random: seeded pixels of the "
             "network's input size, all of class 0",
             "cifar10"},
            config.dataset);
    f.only("name", "not random", config.dataset != kRandomImages, [&] {
        f.value({"folder", "", "where its files lie", "data/cifar-10-batches-bin"},
                config.dataset_folder);
    });
}

template <class Keys, class Config>
void describe_files(Keys& f, Config& config) {
    const Names<Weights> weights = {{"trained", Weights::trained}, {"random", Weights::random}};
    f.value({"network", "",
             "an ONNX file, or with weights: random a description; "
             "{activation_bits} in it is replaced",
             "../network/models/resnet20_{activation_bits}bit.onnx"},
            config.network);
    f.choice({"weights", "", "those of the network, or drawn by seed before anything is trained",
              "trained"},
             config.weights, weights);
    f.value({"activation_bits", "bits", "must equal what the network has between its binary layers",
             "4"},
            config.activation_bits, Range<int>{1, 8});
    f.value({"accelerator", "", "the chip's file", "../accelerator/default_22nm.yaml"},
            config.accelerator_file);
    f.value({"technology", "", "the technology's file", "../technology/22nm.yaml"},
            config.technology_file);
    f.value({"device", "", "the cells' file", "../device/sram_22nm.yaml"}, config.device_file);
    f.optional({"non_idealities", "", "the file of what is not ideal",
                "../non_idealities/default.yaml", "cells and ADCs are ideal"},
               config.non_idealities_file);
}

// configs/run/*.yaml.
template <class Keys, class Config>
void describe(Keys& f, Config& config) {
    constexpr Range<int> count{1, 10000000};
    describe_files(f, config);
    f.child({"dataset", "", "the images", ""}, [&](auto& d) { describe_dataset(d, config); });
    f.value({"images", "", "computed bit by bit, every ADC conversion: accuracy, activity, energy",
             "1000"},
            config.images, count);
    f.value(
        {"timed_images", "",
         "the first of them also go through the SystemC model: cycles, stalls, waveform; at most "
         "images",
         "2"},
        config.timed_images, count);
    f.optional(
        {"calibration_images", "",
         "of the training split (of random images, the run's own), for full_scale: calibrated",
         "100", "none; required by full_scale: calibrated"},
        config.calibration_images, count);
    f.value(
        {"seed", "", "of everything random: weights, images, the chip's variation and noise", "1"},
        config.seed);
}

// Assignments to KEYs that begin with `part`, without it; with no part those to none of the files.
std::vector<std::string> overrides_of(const std::string& part,
                                      const std::vector<std::string>& overrides) {
    std::vector<std::string> mine;
    for (const std::string& assignment : overrides) {
        std::string owner;
        for (const char* file : {"accelerator.", "technology.", "device.", "non_idealities."})
            if (assignment.rfind(file, 0) == 0) owner = file;
        if (owner == part) mine.push_back(assignment.substr(part.size()));
    }
    return mine;
}

YamlReader open(const std::filesystem::path& file, const std::string& part,
                const std::vector<std::string>& overrides) {
    YamlReader reader = YamlReader::load(file);
    for (const std::string& assignment : overrides_of(part, overrides))
        reader.override_value(assignment, part);
    return reader;
}

// The constants of a file that is not scaled hold at the supply it states.
Technology open_technology(const std::filesystem::path& file,
                           const std::vector<std::string>& overrides) {
    const YamlReader reader = open(file, "technology.", overrides);
    for (const std::string& assignment : overrides)
        if (assignment.rfind("technology.supply.value=", 0) == 0 && !reader.has("scaled_from"))
            reader.fail("supply",
                        "cannot be changed where constants are stated at it; use a technology with "
                        "scaled_from, such as 22nm_lp.yaml");
    return read_technology(reader);
}

std::filesystem::path with_bits(const std::filesystem::path& path, int bits) {
    std::string text = path.string();
    const std::string placeholder = "{activation_bits}";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder))
        text.replace(at, placeholder.size(), std::to_string(bits));
    return text;
}

// A digital macro has no currents and no ADCs.
NonIdealities stuck_cells_of(const NonIdealities& all) {
    NonIdealities stuck;
    stuck.seed = all.seed;
    stuck.cell.stuck_at_0 = all.cell.stuck_at_0;
    stuck.cell.stuck_at_1 = all.cell.stuck_at_1;
    return stuck;
}

const char* name_of(Weights weights) {
    return weights == Weights::trained ? "trained" : "random";
}

bool overridden(const std::vector<std::string>& overrides, const std::string& key) {
    return std::any_of(overrides.begin(), overrides.end(), [&](const std::string& assignment) {
        return assignment.compare(0, key.size() + 1, key + "=") == 0;
    });
}

}  // namespace

AcceleratorParams RunConfig::params() const {
    AcceleratorParams params = resolve(accelerator, technology, device);
    if (non_idealities)
        params.macro.non_idealities = resolve(*non_idealities, technology, device, seed);
    if (params.macro.kind == MacroKind::digital)
        params.macro.non_idealities = stuck_cells_of(params.macro.non_idealities);
    return params;
}

RunConfig load_run(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
    const YamlReader reader = open(file, "", overrides);
    RunConfig config;
    KeyReader keys(reader);
    describe(keys, config);
    reader.done();
    config.network = with_bits(config.network, config.activation_bits);
    // Who asks for fewer images than the file times has them all timed.
    if (overridden(overrides, "images") && !overridden(overrides, "timed_images"))
        config.timed_images = std::min(config.timed_images, config.images);
    if (config.timed_images > config.images)
        reader.fail("timed_images", fmt::format("is {}, must be at most images ({})",
                                                config.timed_images, config.images));
    config.accelerator = read_accelerator(open(config.accelerator_file, "accelerator.", overrides));
    if (config.calibrates() && config.calibration_images == 0)
        reader.fail("calibration_images", "is missing, needed by adc.full_scale: calibrated");
    config.technology = open_technology(config.technology_file, overrides);
    config.device = read_device(open(config.device_file, "device.", overrides));
    const std::vector<std::string> effects = overrides_of("non_idealities.", overrides);
    if (!config.non_idealities_file.empty())
        config.non_idealities =
            read_non_idealities(open(config.non_idealities_file, "non_idealities.", overrides));
    else if (!effects.empty())
        reader.fail("non_idealities", "is missing, needed to set " + effects.front());
    return config;
}

YAML::Node to_yaml(const RunConfig& config) {
    KeyWriter keys;
    describe(keys, config);
    return keys.node();
}

std::vector<KeyEntry> run_keys() {
    RunConfig config;
    return list_keys([&](KeyLister& keys) { describe(keys, config); });
}

YAML::Node effective(const RunConfig& config, const AcceleratorParams& params) {
    YAML::Node node(YAML::NodeType::Map);
    node["network"] = config.network.filename().string();
    node["weights"] = name_of(config.weights);
    node["activation_bits"] = config.activation_bits;
    node["dataset"] = config.dataset;
    node["images"] = config.images;
    node["timed_images"] = config.timed_images;
    if (config.calibrates()) node["calibration_images"] = config.calibration_images;
    node["seed"] = fmt::format("{}", config.seed);
    AcceleratorConfig accelerator{params, {}};
    accelerator.derive.tiles = params.fit_tiles;  // not placed yet
    accelerator.max_area_mm2 = config.accelerator.max_area_mm2;
    node["accelerator"] = to_yaml(accelerator);
    node["technology"] = to_yaml(config.technology);
    node["device"] = to_yaml(config.device);
    if (config.non_idealities) node["non_idealities"] = to_yaml(*config.non_idealities);
    return node;
}

}  // namespace cimarron
