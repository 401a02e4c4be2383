// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/accelerator_config.h"
#include "sim/config/non_idealities_config.h"
#include "sim/config/yaml_json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// trained: the network file is ONNX. random: it is a description (configs/network) and the seed
// draws the weights.
enum class Weights { trained, random };

// dataset.name of images that need no files.
constexpr const char* kRandomImages = "random";

// configs/run/*.yaml with the files it names: everything one simulation rests on except the
// network's and the images' bytes.
struct RunConfig {
    std::filesystem::path network;  // {activation_bits} in the file's text is replaced
    Weights weights = Weights::trained;
    int activation_bits = 1;
    std::filesystem::path accelerator_file, technology_file, device_file;
    std::filesystem::path non_idealities_file;  // empty: ideal
    std::string dataset;
    std::filesystem::path dataset_folder;
    int images = 1;              // bit-true: accuracy and activity
    int timed_images = 1;        // of these, through the SystemC kernel: cycles
    int calibration_images = 0;  // of the training split, for adc.full_scale: calibrated
    std::uint64_t seed = 1;

    AcceleratorConfig accelerator;
    Technology technology;
    Device device;
    std::optional<NonIdealitiesConfig> non_idealities;

    AcceleratorParams params() const;
    bool calibrates() const {
        return accelerator.params.macro.adc.full_scale == FullScale::calibrated;
    }
};

// `overrides` are KEY=VALUE; accelerator.KEY, technology.KEY, device.KEY and
// non_idealities.KEY reach into those files.
RunConfig load_run(const std::filesystem::path& file, const std::vector<std::string>& overrides);

// The run file again, paths as resolved.
YAML::Node to_yaml(const RunConfig& config);
std::vector<KeyEntry> run_keys();

// What the run rests on, every `auto` resolved, files by content and name, so that it says the same
// on every machine.
YAML::Node effective(const RunConfig& config, const AcceleratorParams& params);

}  // namespace cimarron
