// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/hardware.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <functional>

namespace cimarron {

// The LSB of the ADCs that read one layer's columns, in counts, as a parameter (its logarithm).
class AdcRange : public torch::nn::Module {
public:
    AdcRange();

    // What a chip gives with ADCs of that LSB.
    using Products = std::function<torch::Tensor(double lsb, Adcs adcs)>;

    bool ready() const { return ready_.item<float>() != 0; }
    void start(double lsb);
    double lsb() const;  // >= 1
    // products(lsb(), own), with a gradient of the parameter as LSQ has of a step: rounding adds
    // its error (what wider ADCs give, less what lossless ones do), clipping what the chip's own
    // products gain between LSBs a quarter of an octave below and above, over the difference of the
    // logarithms. Four passes more than the products alone; none outside training.
    torch::Tensor forward(const Products& products);

private:
    torch::Tensor log_lsb_;
    torch::Tensor ready_;  // 1 once started; saved with the network
};

}  // namespace cimarron
