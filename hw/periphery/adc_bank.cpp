// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_bank.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr std::int64_t kOne = std::int64_t{1} << AdcBank::kLsbFractionBits;

std::int64_t lsb_of(const AdcParams& params, int column_range) {
    const std::int64_t top = (std::int64_t{1} << params.bits) - 1;
    if (params.full_scale == FullScale::unit_lsb || top >= column_range) return kOne;
    return (column_range * kOne + top / 2) / top;
}

}  // namespace

AdcBank::AdcBank(const AdcParams& params, int column_range)
    : top_((1 << params.bits) - 1),
      lsb_(lsb_of(params, column_range)),
      lossless_(top_ >= column_range) {}

void AdcBank::convert(const std::int32_t* column_sums, int count, std::int32_t* codes) {
    std::int32_t clipped = 0;
    std::int32_t code_sum = 0;
    if (lsb_ == kOne) {
        for (int i = 0; i < count; ++i) {
            clipped += column_sums[i] > top_;
            codes[i] = std::min(column_sums[i], top_);
            code_sum += codes[i];
        }
    } else {
        for (int i = 0; i < count; ++i) {
            const auto code = static_cast<std::int32_t>((column_sums[i] * kOne + lsb_ / 2) / lsb_);
            clipped += code > top_;
            codes[i] = std::min(code, top_);
            code_sum += codes[i];
        }
    }
    activity_.conversions += count;
    activity_.clipped += clipped;
    activity_.code_sum += code_sum;
}

}  // namespace cimarron
