// SPDX-License-Identifier: Apache-2.0
#include "quant/image_range.h"

#include <cmath>

namespace cimarron {

double image_reach(const Network& network) {
    const ActivationQuantizer& quantizer = network.input_quantizer;
    const double most =
        quantizer.step[0] * (static_cast<double>(quantizer.high) - quantizer.offset[0]);
    return (most - network.normalization.offset[0]) / std::abs(network.normalization.gain[0]);
}

double white_pixel(const Network& network) {
    constexpr double kLeastOfBytes = 64;
    return image_reach(network) >= kLeastOfBytes ? 255 : 1;
}

}  // namespace cimarron
