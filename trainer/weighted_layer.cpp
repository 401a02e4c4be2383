// SPDX-License-Identifier: Apache-2.0
#include "trainer/weighted_layer.h"

#include "trainer/adc_range.h"
#include "trainer/binary_weight.h"
#include "trainer/hardware.h"
#include "trainer/integer_weight.h"

#include <torch/nn/init.h>

#include <cmath>

namespace cimarron {

WeightedLayer::WeightedLayer(const LayerSpec& spec, int in_channels, const Method& method,
                             bool last)
    : spec_(spec), method_(method) {
    const Window& w = spec.window;
    weight_ = register_parameter(
        "weight", torch::empty({spec.channels, in_channels / spec.groups, w.kernel_h, w.kernel_w}));
    torch::nn::init::kaiming_uniform_(weight_, std::sqrt(5.0));
    if (last) {
        bias_ = register_parameter("bias", torch::zeros({spec.channels}));
    } else {
        batch_norm_ = register_module("batch_norm", torch::nn::BatchNorm2d(spec.channels));
    }
}

torch::Tensor WeightedLayer::effective_weights() const {
    if (method_.float_weights()) return weight_;
    return binary() ? binary_weights(method_.weights, weight_, progress_)
                    : fake_integer_weights(weight_);
}

bool WeightedLayer::binary() const {
    return !method_.float_weights() && spec_.weights == WeightKind::binary;
}

void WeightedLayer::after_step() {
    if (method_.weights != WeightMethod::bnn || !binary()) return;
    const torch::NoGradGuard no_gradient;
    weight_.clamp_(-1, 1);
}

torch::Tensor WeightedLayer::products(const torch::Tensor& x) const {
    const Window& w = spec_.window;
    const auto conv = [&](const torch::Tensor& input, const torch::Tensor& weights) {
        return torch::conv2d(input, weights, bias_, {w.stride_h, w.stride_w},
                             {w.pad_top, w.pad_left}, /*dilation=*/1, spec_.groups);
    };
    const bool hidden = spec_.weights == WeightKind::binary;
    if (!method_.bf16 || !hidden || !is_training()) return conv(x, effective_weights());
    return conv(x.to(torch::kBFloat16), effective_weights().to(torch::kBFloat16)).to(torch::kFloat);
}

decltype(ConvNode::weights) WeightedLayer::codes() const {
    if (!binary()) return integer_weights(weight_);
    return binary_codes(method_.weights, weight_);
}

torch::Tensor WeightedLayer::products_on(const OnChip& chip, const torch::Tensor& x) const {
    const torch::Tensor codes = torch::round(x.detach().cpu() / chip.step);
    const auto weights = this->codes();
    const auto at = [&](double lsb, Adcs adcs) {
        return chip.hardware->dot_products(spec_.name, weights, codes, chip.bits, chip.chip, lsb,
                                           adcs);
    };
    if (chip.adc != nullptr && !chip.adc->ready()) {
        chip.adc->start(chip.hardware->calibrated_lsb(spec_.name, weights, codes, chip.bits));
    }
    const torch::Tensor y =
        chip.step * (chip.adc != nullptr ? chip.adc->forward(at) : at(1, Adcs::own));
    return bias_.defined() ? y.to(x.device()) + bias_.view({1, -1, 1, 1}) : y.to(x.device());
}

namespace {

// Of each channel, the slope of the line that predicts what the chip gives best from what it
// should: 1 of an ideal chip, less where ADCs clip.
torch::Tensor slope(const torch::Tensor& chip, const torch::Tensor& exact) {
    const torch::NoGradGuard no_gradient;
    const std::vector<std::int64_t> values = {0, 2, 3};
    const torch::Tensor centred = exact - exact.mean(values, true);
    const torch::Tensor variance = centred.square().mean(values, true);
    const torch::Tensor covariance = (chip * centred).mean(values, true);
    return torch::where(variance > 0, covariance / variance, torch::ones_like(variance))
        .clamp(0, 1);
}

}  // namespace

torch::Tensor WeightedLayer::forward(const torch::Tensor& x, const OnChip* chip) {
    torch::Tensor y = products(x);
    if (chip != nullptr) {
        const torch::Tensor found = products_on(*chip, x);
        const torch::Tensor line = slope(found.detach(), y) * y;
        y = line + found - line.detach();
    }
    return batch_norm_.is_empty() ? y : batch_norm_->forward(y);
}

}  // namespace cimarron
