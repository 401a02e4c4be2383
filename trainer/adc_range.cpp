// SPDX-License-Identifier: Apache-2.0
#include "trainer/adc_range.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

AdcRange::AdcRange() {
    log_lsb_ = register_parameter("log_lsb", torch::zeros({}));
    ready_ = register_buffer("ready", torch::zeros({}));
}

void AdcRange::start(double lsb) {
    const torch::NoGradGuard no_gradient;
    log_lsb_.fill_(std::log(lsb));
    ready_.fill_(1);
}

double AdcRange::lsb() const {
    return std::exp(std::max(log_lsb_.item<double>(), 0.0));
}

torch::Tensor AdcRange::forward(const Products& products) {
    const double own = lsb();
    torch::Tensor y = products(own, Adcs::own);
    if (!is_training() || !torch::GradMode::is_enabled()) return y;
    const double above = own * std::exp2(0.25);
    const double below = std::max(own * std::exp2(-0.25), 1.0);
    const torch::Tensor clipping =
        (products(above, Adcs::own) - products(below, Adcs::own)) / std::log(above / below);
    const torch::Tensor rounding = products(own, Adcs::wider) - products(own, Adcs::lossless);
    return y + (clipping + rounding) * (log_lsb_ - log_lsb_.detach()).to(y.device());
}

}  // namespace cimarron
