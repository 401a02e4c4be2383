// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_calibration.h"

#include "hw/periphery/adc_bank.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

void ColumnHistogram::add(int exponent, std::int32_t count) {
    const auto e = static_cast<std::size_t>(exponent);
    const auto c = static_cast<std::size_t>(count);
    if (counts_.size() <= e) counts_.resize(e + 1);
    if (counts_[e].size() <= c) counts_[e].resize(c + 1);
    ++counts_[e][c];
}

std::int32_t ColumnHistogram::highest() const {
    std::size_t size = 1;
    for (const auto& counts : counts_) size = std::max(size, counts.size());
    return static_cast<std::int32_t>(size) - 1;
}

double conversion_loss(const ColumnHistogram& histogram, int bits, std::int64_t lsb) {
    const std::int32_t top = (1 << bits) - 1;
    std::vector<double> squared_error;
    for (std::int32_t count = 0; count <= histogram.highest(); ++count) {
        const std::int64_t value = AdcBank::code(count, lsb, top) * lsb;
        const double error = std::ldexp(static_cast<double>(value), -AdcBank::kLsbFractionBits);
        squared_error.push_back((error - count) * (error - count));
    }
    double loss = 0;
    double weight = 1;
    for (const auto& counts : histogram.counts()) {
        for (std::size_t c = 0; c < counts.size(); ++c)
            loss += weight * static_cast<double>(counts[c]) * squared_error[c];
        weight *= 4;
    }
    return loss;
}

std::int64_t calibrated_lsb(const ColumnHistogram& histogram, int bits) {
    constexpr std::int64_t kOne = std::int64_t{1} << AdcBank::kLsbFractionBits;
    constexpr std::int32_t kMostTried = 512;
    const std::int32_t top = (1 << bits) - 1;
    const std::int32_t beyond = histogram.highest() - top;
    std::int64_t best = kOne;
    double least = conversion_loss(histogram, bits, kOne);
    for (std::int32_t i = 1; i <= std::min(beyond, kMostTried); ++i) {
        const std::int64_t full_scale =
            top + std::int64_t{beyond} * i / std::min(beyond, kMostTried);
        const std::int64_t lsb = (full_scale * kOne + top / 2) / top;
        const double loss = conversion_loss(histogram, bits, lsb);
        if (loss < least) {
            least = loss;
            best = lsb;
        }
    }
    return best;
}

}  // namespace cimarron
