// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/spec/network_spec.h"
#include "sim/config/run_config.h"
#include "trainer/hardware.h"
#include "trainer/method.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

enum class OptimizerKind { adam, sgd };

// Activation bits per layer are to be found first: trainer/bit_search.h.
struct SearchConfig {
    std::filesystem::path run;     // what energies are simulated on
    std::vector<std::string> set;  // KEY=VALUE of it
    double budget = 1;             // of the energy at activation_bits everywhere
    int images = 1000;             // training images that losses are measured on
};

// One training run, as configs/train/*.yaml says it (docs/training.md lists the keys).
struct TrainConfig {
    NetworkSpec network;
    std::string dataset;
    std::filesystem::path dataset_folder;
    int train_images = 0;  // 0: all
    int test_images = 0;   // 0: all
    Method method;
    std::optional<std::filesystem::path> warm_start;  // folder of an earlier run
    std::optional<std::filesystem::path> teacher;     // folder of an earlier run in floating point
    std::uint64_t seed = 1;
    int epochs = 1;
    int batch = 128;
    OptimizerKind optimizer = OptimizerKind::adam;
    double weight_decay = 0;            // of kernels only
    bool progressive = false;           // wider activations first
    double learning_rate = 0;           // the peak
    double warm_up = 0;                 // share of the steps that rise to the peak
    double label_smoothing = 0;         // share of a label that all classes have alike
    double weight_average = 0;          // decay of the exponential mean of weights; 0: none
    int shift = 0;                      // augmentation: up to so many pixels each way
    bool flip = false;                  // augmentation: left and right
    int shards = 2;                     // parts of a batch, each with its own batch norm
    std::optional<RunConfig> hardware;  // the chip in the forward pass
    Chips chips = Chips::fresh;
    std::optional<SearchConfig> search;
    bool cuda = false;  // train on the first CUDA device
    int threads = 2;    // changes no result
};

// `overrides` are KEY=VALUE. Throws UserError as YamlReader does.
TrainConfig load_train_config(const std::filesystem::path& file,
                              const std::vector<std::string>& overrides);

// What decides the result, without places in the file system. Two runs with equal texts (and equal
// warm starts and teachers) give the same bytes.
nlohmann::json describe(const TrainConfig& config);
nlohmann::json describe(const NetworkSpec& network);

}  // namespace cimarron
