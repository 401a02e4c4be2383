// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"
#include "quant/network.h"
#include "quant/spec/network_spec.h"
#include "trainer/clipping.h"

#include <torch/types.h>

#include <cstdint>
#include <string>

namespace cimarron {

struct RunConfig;

// Which chip a batch of training runs on: the one of the run's seed, or another for each batch.
enum class Chips { same, fresh };

// The ADCs that read a layer: the run's own, or others of the same LSB to compare them with.
enum class Adcs {
    own,
    wider,     // two bits more, as long as counts are still rounded
    lossless,  // every count its own code
};

// The chip of a run file (configs/run) under a network: every layer stands on the macros where the
// simulator's mapping puts it, and its products are what the simulator's datapath (hw/macro,
// hw/array, hw/periphery) makes of them, ADCs and non-idealities included.
class Hardware {
public:
    // UserError when the network does not fit the chip.
    Hardware(const RunConfig& run, const NetworkSpec& network, int activation_bits, Chips chips);

    // Seed of the chip of one draw; evaluation is always on the run's own.
    std::uint64_t chip(std::uint64_t draw) const;
    std::uint64_t own_chip() const { return params_.macro.non_idealities.seed; }

    // sum(w q) over each window as the chip reads it, in weight units: [n][o][h][w] of codes
    // [n][c][h][w] of `bits` bits. `weights`: as a ConvNode's.
    // `lsb`: of its ADCs, in counts, where lsb_per_layer().
    using Weights = decltype(ConvNode::weights);
    torch::Tensor dot_products(const std::string& layer, const Weights& weights,
                               const torch::Tensor& codes, int bits, std::uint64_t chip,
                               double lsb = 1, Adcs adcs = Adcs::own) const;

    // Whether every layer's ADCs have a range of their own (full_scale: calibrated, learned), and
    // whether it is to be learned: where ADCs lose no counts there is none.
    bool lsb_per_layer() const;
    bool learns_lsb() const;
    // The LSB of least loss for these codes (full_scale: calibrated), in counts.
    double calibrated_lsb(const std::string& layer, const Weights& weights,
                          const torch::Tensor& codes, int bits) const;

    LayerColumns columns(const std::string& layer, const Weights& weights) const;
    // The column count from which ADCs clip; infinite where none does.
    double clipping_count(double lsb) const;

    // Classes of images that the whole network has on the run's own chip. Where the run calibrates
    // its ADCs, `calibration` are the images for it.
    std::vector<int> predictions(const Network& network, const std::vector<Codes>& images,
                                 const std::vector<Codes>& calibration) const;
    int calibration_images() const { return calibration_images_; }

private:
    const Stage& stage_of(const std::string& layer) const;

    AcceleratorParams params_;
    Chips chips_;
    int calibration_images_ = 0;
    Program program_;  // for its placements
};

}  // namespace cimarron
