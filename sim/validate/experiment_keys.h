// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "sim/config/accelerator_keys.h"
#include "sim/validate/experiment.h"
#include "sim/validate/read_figure.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

struct ExperimentCase {
    std::string name;
    std::vector<std::string> set;
    std::vector<PublishedFigure> figures;
};

struct ChipFiles {
    std::filesystem::path network, accelerator;
    int activation_bits = 1;
};

// A file of configs/validate as it stands, one of whose cases was applied.
struct ExperimentFile {
    std::string title, source;
    std::filesystem::path technology, device;
    std::optional<RollUp> roll_up;
    std::optional<ChipFiles> chip;
    std::optional<SramBufferParams> buffer;
    std::optional<DigitalArrayParams> digital;
    AcceleratorConfig config;  // its clock and macro
    MacroWorkload workload;
    std::vector<NamedCalibration> calibrations;
    std::vector<ExperimentCase> cases;
};

constexpr Range<int> kCount{1, 1 << 20};
constexpr Range<int> kBits{1, 8};

template <class Keys>
void describe_workload(Keys& f, MacroWorkload& w) {
    const Names<Product> products = {{"and", Product::and_}, {"xnor", Product::xnor}};
    constexpr Range<double> share{0, 1};
    f.value({"rows", "", "inputs of the MVM", "64"}, w.rows, kCount);
    f.value({"channels", "", "outputs of the MVM", "64"}, w.channels, kCount);
    f.value({"input_bits", "bits", "of a code", "4"}, w.input_bits, kBits);
    f.value({"weight_bits", "bits", "of a weight", "1"}, w.weight_bits, kBits);
    f.optional({"input_ones", "", "probability that a code's bit is 1", "0.5"}, w.input_ones,
               share);
    f.optional({"weight_ones", "", "probability that a weight's bit is 1", "0.5"}, w.weight_ones,
               share);
    f.optional({"toggle", "", "share of a digital array's gates that switch in a cycle", "1"},
               w.toggle, share);
    f.optional_choice({"product", "", "xnor: signs, on complementary lines", "and"}, w.product,
                      products);
}

template <class Keys>
void describe_digital(Keys& f, DigitalArrayParams& d) {
    const Names<DigitalStyle> styles = {{"adder_tree", DigitalStyle::adder_tree},
                                        {"ripple", DigitalStyle::ripple}};
    f.choice({"style", "", "a tree below each column; or a full adder in each cell", "adder_tree"},
             d.style, styles);
    f.value({"rows", "", "inputs at once", "128"}, d.rows, kCount);
    f.value({"columns", "", "bit columns", "8"}, d.columns, kCount);
    f.optional({"cells_per_multiplier", "", "stored weights that share one", "8"},
               d.cells_per_multiplier, kCount);
    f.value({"input_bits", "bits", "taken in a cycle", "1"}, d.input_bits, kBits);
    f.value({"weight_bits", "bits", "of a weight", "8"}, d.weight_bits, Range<int>{1, 16});
    f.value({"accumulator_bits", "bits", "of the sums", "24"}, d.accumulator_bits,
            Range<int>{1, 62});
    f.optional({"guard_columns", "", "ripple: columns of a weight beyond its bits", "0"},
               d.guard_columns, Range<int>{0, kCount.high});
    f.optional({"registers_per_column", "", "ripple: down a column", "1"}, d.registers_per_column,
               kCount);
}

template <class Keys>
void describe_roll_up(Keys& f, RollUp& up) {
    constexpr Range<double> figure{0, 1e12};
    f.value({"name", "", "of this part", "tile"}, up.name);
    f.optional({"count", "", "of it in what it is a part of", "12"}, up.count, figure);
    f.optional({"power_mw", "mW", "of one, without its parts", "0.5"}, up.power_mw, figure);
    f.optional({"area_mm2", "mm2", "of one, without its parts", "0.01"}, up.area_mm2, figure);
    f.nested({"parts", "", "each with the keys of roll_up", "", "none"}, up.parts,
             [](auto& keys, auto& part) { describe_roll_up(keys, part); });
}

template <class Keys>
void describe_chip(Keys& f, ChipFiles& chip) {
    f.value({"network", "", "its description; weights are random", "../network/vgg8.yaml"},
            chip.network);
    f.value({"activation_bits", "bits", "of the codes", "4"}, chip.activation_bits, kBits);
    f.value({"accelerator", "", "the chip's file", "../accelerator/default_22nm.yaml"},
            chip.accelerator);
}

template <class Keys>
void describe_buffer_alone(Keys& f, SramBufferParams& buffer) {
    f.value({"bytes", "bytes", "its size", "65536"}, buffer.bytes, Range<int>{1, 1 << 28});
    f.value({"port_bits", "bits", "of one access", "256"}, buffer.port_bits,
            Range<int>{1, 1 << 16});
}

template <class Keys>
void describe_calibration(Keys& f, NamedCalibration& c) {
    f.value({"name", "", "of the model that it makes", "own"}, c.name);
    f.list({"from", "", "the experiments that the factors were taken from", "[jia65]"}, c.from);
    for (const std::string& factor : calibration_factors()) {
        std::optional<double> value;
        f.optional({factor.c_str(), "", "as technology.calibration", "1.2", "1"}, value,
                   Range<double>{1e-3, 1e3});
        if (value) c.factors[factor] = *value;
    }
}

template <class Keys>
void describe_cases(Keys& f, std::vector<ExperimentCase>& cases) {
    f.children({"cases", "", "what is compared", ""}, cases, [](auto& keys, auto& one) {
        keys.value({"name", "", "of this case", "0.85 V"}, one.name);
        keys.optional_list({"set", "",
                            "KEY=VALUE of this file, or of technology., device. or, with chip, "
                            "accelerator.",
                            "[technology.supply.value=0.85]", "nothing"},
                           one.set);
        keys.children({"figures", "", "published ones", ""}, one.figures,
                      [](auto& inner, auto& figure) { describe_figure(inner, figure); });
    });
}

// What the model is asked for: a chip, a buffer, a digital array, or else an analog macro.
template <class Keys>
void describe_hardware(Keys& f, ExperimentFile& e) {
    f.value({"technology", "", "its file", "../technology/22nm.yaml"}, e.technology);
    f.value({"device", "", "its file", "../device/sram_22nm.yaml"}, e.device);
    f.optional_child({"chip", "", "a whole chip runs a network", "", "no chip"}, e.chip,
                     [](auto& keys, auto& chip) { describe_chip(keys, chip); });
    f.only("chip", "absent", !e.chip, [&] {
        f.optional_child({"buffer", "", "an SRAM buffer alone", "", "no buffer"}, e.buffer,
                         [](auto& keys, auto& buffer) { describe_buffer_alone(keys, buffer); });
        f.only("buffer", "absent", !e.buffer, [&] {
            f.optional_child({"digital", "", "a digital array", "", "an analog macro"}, e.digital,
                             [](auto& keys, auto& array) { describe_digital(keys, array); });
            f.only("digital", "absent", !e.digital, [&] { describe_lone_macro(f, e.config); });
            f.child({"workload", "", "one MVM of random data", ""},
                    [&](auto& keys) { describe_workload(keys, e.workload); });
        });
    });
}

// configs/validate/*.yaml.
template <class Keys>
void describe_experiment(Keys& f, ExperimentFile& e) {
    f.value({"title", "", "of the publication", "My chip"}, e.title);
    f.value({"source", "", "where it is published", "measured, first samples"}, e.source);
    f.optional_child(
        {"roll_up", "", "sums of a published table, without the model", "", "the model is asked"},
        e.roll_up, [](auto& keys, auto& up) { describe_roll_up(keys, up); });
    f.only("roll_up", "absent", !e.roll_up, [&] { describe_hardware(f, e); });
    f.optional_children({"calibrations", "", "models with factors of their own", "", "none"},
                        e.calibrations, [](auto& keys, auto& c) { describe_calibration(keys, c); });
    describe_cases(f, e.cases);
}

}  // namespace cimarron
