// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "hw/chip/digital_array.h"
#include "hw/chip/sram_buffer.h"
#include "sim/config/accelerator_config.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// What a cell multiplies: bits of 0 and 1 on one line, or signs on a pair of complementary lines,
// one of which rises in every row and evaluation.
enum class Product { and_, xnor };

// One MVM of random data: each bit of a code or weight is 1 with the given probability.
struct MacroWorkload {
    int rows = 0;
    int channels = 0;
    int input_bits = 1;
    int weight_bits = 1;
    double input_ones = 0.5;
    double weight_ones = 0.5;
    double toggle = 1;  // digital arrays: share of the gates that switch in a cycle
    Product product = Product::and_;
};

// In pJ, mm2, ns, TOPS, TOPS/W and TOPS/mm2. Power in mW of a roll-up.
enum class Figure { energy, area, latency, throughput, efficiency, density, power };

// How far ours / published may be from 1.
struct Band {
    double low = 1, high = 1;
};

struct PublishedFigure {
    std::string name;
    Figure figure = Figure::energy;
    std::vector<std::string> components;  // all when empty
    double per = 1;                       // ours is divided by it
    double published = 0;
    std::string source;
    std::string informs;                // the calibration factor this figure is a measurement of
    bool in_sample = false;             // a constant of the model comes from this very figure
    bool leakage = false;               // counted in energy and efficiency; else only what switches
    std::map<std::string, Band> bands;  // by model
    std::map<std::string, std::string> misses;  // by model: why the band is missed
};

// Multipliers of block classes, with the experiments they were taken from.
struct NamedCalibration {
    std::string name;
    std::vector<std::string> from;
    std::map<std::string, double> factors;
};

// Part of a chip whose figures are given: `count` of it, each of its own and its parts.
struct RollUp {
    std::string name;
    double count = 1;
    double power_mw = 0, area_mm2 = 0;
    std::vector<RollUp> parts;
};

// A whole chip (the experiment's accelerator) that runs a network of random weights.
struct ChipWorkload {
    std::filesystem::path network;  // configs/network
    int activation_bits = 1;
    std::string key;  // equal where network, bits and accelerator are
};

// A published macro, or another tool's figures, as a configuration of the model.
struct Experiment {
    std::string macro;  // the file's name
    std::string name;   // with the case
    std::string title, source;
    Technology technology;
    Device device;
    AcceleratorConfig config;  // its clock and macro
    std::optional<DigitalArrayParams> digital;
    std::optional<SramBufferParams> buffer;
    std::optional<RollUp> roll_up;
    std::optional<ChipWorkload> chip;

    bool is_macro() const { return !digital && !buffer && !roll_up && !chip; }
    MacroWorkload workload;
    std::vector<NamedCalibration> calibrations;
    std::vector<PublishedFigure> figures;
};

// All cases of one file of configs/validate; docs/validation.md describes it.
std::vector<Experiment> load_experiments(const std::filesystem::path& file);
std::vector<KeyEntry> experiment_keys();

const char* unit_of(Figure figure);

}  // namespace cimarron
