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
                             {w.pad_top, w.pad_left},
                             /*dilation=*/1, spec_.groups);
    };
    const bool hidden = spec_.weights == WeightKind::binary;
    if (!method_.bf16 || !hidden || !is_training()) return conv(x, effective_weights());
    return conv(x.to(torch::kBFloat16), effective_weights().to(torch::kBFloat16)).to(torch::kFloat);
}

WeightedLayer::Codes WeightedLayer::codes() const {
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
    double lsb = 1;
    if (chip.hardware->lsb_per_layer() && (chip.adc == nullptr || !chip.adc->ready())) {
        lsb = chip.hardware->calibrated_lsb(spec_.name, weights, codes, chip.bits);
    }
    if (chip.adc != nullptr) {
        if (!chip.adc->ready()) chip.adc->start(lsb);
        lsb = chip.adc->lsb();
    }
    const torch::Tensor found =
        chip.step * (chip.adc != nullptr ? chip.adc->forward(at) : at(lsb, Adcs::own));
    torch::Tensor y = found.to(x.device());
    if (bias_.defined()) y = y + bias_.view({1, -1, 1, 1});
    if (!torch::GradMode::is_enabled()) return y;
    const torch::Tensor line = unclipped_products(chip, weights, codes, lsb, x);
    return line + y - line.detach();
}

torch::Tensor WeightedLayer::unclipped_products(const OnChip& chip, const Codes& weights,
                                                const torch::Tensor& codes, double lsb,
                                                const torch::Tensor& x) const {
    const torch::Tensor exact = products(x);
    const double clipping_count = chip.hardware->clipping_count(lsb);
    if (std::isinf(clipping_count)) return exact;
    const LayerColumns columns = chip.hardware->columns(spec_.name, weights);
    const torch::Tensor share = clipped_share(columns, codes, chip.bits, clipping_count);
    if (!share.defined()) return exact;
    return exact - clipped_products(columns, share, x, effective_weights());
}

torch::Tensor WeightedLayer::before_norm(const torch::Tensor& x, const OnChip* chip) const {
    return chip == nullptr ? products(x) : products_on(*chip, x);
}

torch::Tensor WeightedLayer::forward(const torch::Tensor& x, const OnChip* chip) {
    const torch::Tensor y = before_norm(x, chip);
    return batch_norm_.is_empty() ? y : batch_norm_->forward(y);
}

}  // namespace cimarron
