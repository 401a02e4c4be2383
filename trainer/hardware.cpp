// SPDX-License-Identifier: Apache-2.0
#include "trainer/hardware.h"

#include "common/noise.h"
#include "hw/chip/macro.h"
#include "hw/periphery/adc_bank.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/lower_weights.h"
#include "quant/reference.h"
#include "quant/spec/random_weights.h"
#include "sim/config/run_config.h"
#include "sim/mapping/mapper.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace cimarron {
namespace {

// One layer alone on its macros: the codes it reads are the image, its signed dot products P the
// logits.
Program alone(const Stage& stage, const LoweredWeights& weights, int input_bits) {
    Stage only = stage;
    only.mvm.input_bits = input_bits;
    only.mvm.output_bits = 0;
    only.mvm.weights = weights.codes;
    only.mvm.affine.assign(only.mvm.affine.size(), ChannelAffine{1, 0, 0});
    only.mvm.residual.reset();
    only.input = 0;
    only.residual = -1;
    only.post.clear();
    only.outputs = {StageOutput{1, -1, 0}};
    Program program;
    program.network = stage.mvm.name;
    program.tensors = {{"image", -1, stage.mvm.input, input_bits},
                       {stage.mvm.name, 0, stage.mvm.output, 0}};
    program.stages.push_back(std::move(only));
    return program;
}

RunResult run(const AcceleratorParams& params, const Program& program,
              const std::vector<Codes>& images) {
    RunResult result = simulate_bit_true(params, program, images);
    for (const Check& check : result.checks) {
        if (!check.passed) throw std::runtime_error(check.name + ": " + check.detail);
    }
    return result;
}

std::vector<Codes> codes_of(const torch::Tensor& codes) {
    const torch::Tensor bytes = codes.cpu().permute({0, 2, 3, 1}).to(torch::kByte).contiguous();
    const auto* data = bytes.data_ptr<std::uint8_t>();
    const std::int64_t size = bytes.numel() / bytes.size(0);
    std::vector<Codes> images;
    for (std::int64_t i = 0; i < bytes.size(0); ++i, data += size) {
        images.emplace_back(data, data + size);
    }
    return images;
}

void exchange_adcs(MacroParams& macro, Adcs adcs) {
    constexpr int kMoreBits = 2;
    constexpr int kWidest = 62;
    const int lossless = lossless_adc_bits(macro);
    macro.adc.bits =
        adcs == Adcs::lossless ? lossless : std::min(macro.adc.bits + kMoreBits, lossless - 1);
    macro.shift_adder.accumulator_bits = kWidest;
}

// Placements do not depend on the range of the ADCs, which a network of random weights has not.
AcceleratorParams without_learned_range(AcceleratorParams params) {
    if (params.macro.adc.full_scale == FullScale::learned) {
        params.macro.adc.full_scale = FullScale::rows;
    }
    return params;
}

LoweredWeights lowered_weights(const MvmLayer& mvm, const Hardware::Weights& weights) {
    ConvNode node;
    node.window = mvm.window;
    node.groups = mvm.groups;
    node.out_channels = mvm.output.channels;
    node.weights = weights;
    return lower_weights(node, mvm.input.channels);
}

// M of each output channel's group.
torch::Tensor window_sums(const torch::Tensor& codes, const MvmLayer& layer) {
    const Window& w = layer.window;
    const torch::Tensor ones =
        torch::ones({layer.groups, codes.size(1) / layer.groups, w.kernel_h, w.kernel_w});
    const torch::Tensor sums = torch::conv2d(codes, ones, {}, {w.stride_h, w.stride_w},
                                             {w.pad_top, w.pad_left}, 1, layer.groups);
    return layer.groups == 1 ? sums
                             : sums.repeat_interleave(layer.output.channels / layer.groups, 1);
}

}  // namespace

Hardware::Hardware(const RunConfig& run, const NetworkSpec& network, int activation_bits,
                   Chips chips)
    : params_(run.params()),
      chips_(chips),
      calibration_images_(run.calibrates() ? run.calibration_images : 0),
      program_(map_network(lower(random_weights(network, activation_bits, run.seed),
                                 params_.tile.post_processing.coefficient_bits),
                           without_learned_range(params_))) {
    params_.macro.non_idealities.seed = run.seed;
}

std::uint64_t Hardware::chip(std::uint64_t draw) const {
    return chips_ == Chips::same ? own_chip() : derive_key(own_chip(), draw);
}

const Stage& Hardware::stage_of(const std::string& layer) const {
    return *std::find_if(program_.stages.begin(), program_.stages.end(),
                         [&](const Stage& stage) { return stage.mvm.name == layer; });
}

bool Hardware::lsb_per_layer() const {
    const AdcParams& adc = params_.macro.adc;
    return per_layer(adc.full_scale) && adc.bits < lossless_adc_bits(params_.macro);
}

bool Hardware::learns_lsb() const {
    return lsb_per_layer() && params_.macro.adc.full_scale == FullScale::learned;
}

LayerColumns Hardware::columns(const std::string& layer, const Weights& weights) const {
    const Stage& stage = stage_of(layer);
    const MvmLayer& mvm = stage.mvm;
    const LoweredWeights lowered = lowered_weights(mvm, weights);
    LayerColumns result{mvm.window, mvm.groups, {},
                        {},         {},         params_.macro.word_line_driver.dac_bits};
    // Those of the first channel, whose row tiles come first, in order; other groups of a grouped
    // convolution may be cut elsewhere, which gradients neglect.
    const TilePlacement& tile = stage.tiles.front();
    for (int i = 0; i < tile.row_tiles; ++i) {
        const MacroPlacement& macro = tile.macros[static_cast<std::size_t>(i)];
        const RowGroups groups{macro.group_rows(), params_.macro.array.rows_active};
        for (int g = 0; g < groups.count(); ++g) {
            result.row_groups.push_back({macro.first_row + groups.first_row(g), groups.rows_in(g)});
        }
    }
    const Window& w = mvm.window;
    const torch::Tensor codes =
        torch::tensor(torch::ArrayRef<std::uint8_t>(lowered.codes), torch::kInt32)
            .view({mvm.output.channels, 1, w.kernel_h, w.kernel_w, -1})
            .permute({0, 1, 4, 2, 3});
    const torch::Tensor bits = torch::arange(lowered.bits, torch::kInt32).view({1, -1, 1, 1, 1});
    result.cells = torch::bitwise_and(torch::bitwise_right_shift(codes, bits), 1).to(torch::kFloat);
    result.base = torch::empty({mvm.output.channels, 1, 1, 1});
    const double ones = std::exp2(lowered.bits) - 1;  // P counts -1 to 1 a cell, cells 0 to 1
    for (std::size_t o = 0; o < lowered.dot.size(); ++o) {
        result.base.data_ptr<float>()[o] =
            static_cast<float>(lowered.dot[o].c - ones * lowered.dot[o].a);
    }
    return result;
}

double Hardware::clipping_count(double lsb) const {
    const MacroParams& macro = params_.macro;
    const AdcBank adcs(macro.adc, macro.column_range(),
                       std::llround(std::ldexp(lsb, AdcBank::kLsbFractionBits)));
    if (macro.kind == MacroKind::digital || adcs.lossless()) {
        return std::numeric_limits<double>::infinity();
    }
    const double counts = std::ldexp(static_cast<double>(adcs.lsb()), -AdcBank::kLsbFractionBits);
    return counts * (adcs.top() + 0.5);
}

double Hardware::calibrated_lsb(const std::string& layer, const Weights& weights,
                                const torch::Tensor& codes, int bits) const {
    const Stage& stage = stage_of(layer);
    Program program = alone(stage, lowered_weights(stage.mvm, weights), bits);
    AcceleratorParams params = params_;
    params.macro.adc.full_scale = FullScale::calibrated;
    calibrate_adcs(params, program, codes_of(codes));
    return std::ldexp(
        static_cast<double>(program.stages.front().tiles.front().macros.front().adc_lsb),
        -AdcBank::kLsbFractionBits);
}

torch::Tensor Hardware::dot_products(const std::string& layer, const Weights& weights,
                                     const torch::Tensor& codes, int bits, std::uint64_t chip,
                                     double lsb, Adcs adcs) const {
    const torch::NoGradGuard no_gradient;
    const Stage& stage = stage_of(layer);
    const MvmLayer& mvm = stage.mvm;
    const LoweredWeights lowered = lowered_weights(mvm, weights);
    AcceleratorParams params = params_;
    params.macro.non_idealities.seed = chip;
    if (adcs != Adcs::own) exchange_adcs(params.macro, adcs);
    const std::vector<Codes> images = codes_of(codes);
    Program program = alone(stage, lowered, bits);
    if (lsb_per_layer()) {
        program.stages.front().set_adc_lsb(
            std::llround(std::ldexp(lsb, AdcBank::kLsbFractionBits)));
    }
    const RunResult result = run(params, program, images);

    const Shape& out = mvm.output;
    torch::Tensor p = torch::empty({codes.size(0), out.height, out.width, out.channels});
    float* to = p.data_ptr<float>();
    for (const auto& image : result.logits) {
        to = std::transform(image.begin(), image.end(), to,
                            [](std::int64_t v) { return static_cast<float>(v); });
    }
    const auto per_channel = [&](double RealAffine::*term) {
        torch::Tensor values = torch::empty({1, out.channels, 1, 1});
        for (int o = 0; o < out.channels; ++o) {
            values.data_ptr<float>()[o] =
                static_cast<float>(lowered.dot[static_cast<std::size_t>(o)].*term);
        }
        return values;
    };
    return per_channel(&RealAffine::a) * p.permute({0, 3, 1, 2}) +
           per_channel(&RealAffine::c) * window_sums(codes, mvm);
}

std::vector<int> Hardware::predictions(const Network& network, const std::vector<Codes>& images,
                                       const std::vector<Codes>& calibration) const {
    const IntegerNetwork integer = lower(network, params_.tile.post_processing.coefficient_bits);
    Program program = map_network(integer, params_);
    calibrate_adcs(params_, program, calibration);
    std::vector<int> result;
    for (const auto& logits : run(params_, program, images).logits) {
        result.push_back(predicted_class(logits));
    }
    return result;
}

}  // namespace cimarron
