// SPDX-License-Identifier: Apache-2.0
#include "trainer/stream_quantizer.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

StreamQuantizer::StreamQuantizer(int bits)
    : bits_(bits), top_(static_cast<float>((1 << (bits - 1)) - 1)) {
    largest_ = register_buffer("largest", torch::zeros({}));
}

float StreamQuantizer::step() const {
    const float largest = std::max(largest_.item<float>(), 1e-6F);
    return std::exp2(std::ceil(std::log2(largest / top_)));
}

void StreamQuantizer::observe(float magnitude) {
    const torch::NoGradGuard no_gradient;
    largest_.fill_(std::max(largest_.item<float>(), magnitude));
}

torch::Tensor StreamQuantizer::forward(const torch::Tensor& x) {
    if (is_training()) {
        const torch::NoGradGuard no_gradient;
        // In memory's order: aminmax copies what is not contiguous.
        const bool last = x.is_contiguous(torch::MemoryFormat::ChannelsLast);
        const auto [low, high] =
            torch::aminmax(last ? x.detach().permute({0, 2, 3, 1}) : x.detach());
        observe(std::max(high.item<float>(), -low.item<float>()));
        return x;
    }
    const float s = step();
    return torch::clamp(torch::round(x / s), -top_ - 1, top_) * s;
}

}  // namespace cimarron
