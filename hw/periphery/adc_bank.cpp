// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_bank.h"

#include "common/multiversion.h"

#include <algorithm>
#include <utility>

namespace cimarron {

namespace {

constexpr std::int64_t kOne = std::int64_t{1} << AdcBank::kLsbFractionBits;

std::int64_t lsb_of(const AdcParams& params, int column_range) {
    const std::int64_t top = (std::int64_t{1} << params.bits) - 1;
    if (params.full_scale == FullScale::unit_lsb || top >= column_range) return kOne;
    return (column_range * kOne + top / 2) / top;
}

CIMARRON_MULTIVERSION
void in_lsbs(const float* currents, float per_lsb, int count, float* values) {
    for (int i = 0; i < count; ++i) values[i] = currents[i] * per_lsb;
}

struct Rounded {
    std::int32_t clipped = 0;
    std::int32_t code_sum = 0;
};

CIMARRON_MULTIVERSION
Rounded round_to_codes(const float* values, std::int32_t top, int count, std::int32_t* codes) {
    const auto beyond = static_cast<float>(top + 1);
    Rounded sums;
    for (int i = 0; i < count; ++i) {
        const float value = std::min(std::max(values[i] + 0.5F, 0.0F), beyond);
        const auto code = static_cast<std::int32_t>(value);  // of a value >= 0: the floor
        sums.clipped += code > top;
        codes[i] = std::min(code, top);
        sums.code_sum += codes[i];
    }
    return sums;
}

CIMARRON_MULTIVERSION
Rounded clip(const std::int32_t* sums, std::int32_t top, int count, std::int32_t* codes) {
    Rounded totals;
    for (int i = 0; i < count; ++i) {
        totals.clipped += sums[i] > top;
        codes[i] = std::min(sums[i], top);
        totals.code_sum += codes[i];
    }
    return totals;
}

}  // namespace

AdcBank::AdcBank(const AdcParams& params, int column_range, std::optional<AdcVariation> variation)
    : top_((1 << params.bits) - 1),
      lsb_(lsb_of(params, column_range)),
      lossless_(top_ >= column_range),
      variation_(std::move(variation)) {}

void AdcBank::convert_analog(const float* currents, int first, int count, std::int64_t evaluation,
                             std::int32_t* codes) {
    if (values_.size() < static_cast<std::size_t>(count))
        values_.resize(static_cast<std::size_t>(count));
    in_lsbs(currents, static_cast<float>(kOne) / static_cast<float>(lsb_), count, values_.data());
    if (variation_)
        variation_->distort(first, count, static_cast<float>(top_), evaluation, values_.data());
    const Rounded sums = round_to_codes(values_.data(), top_, count, codes);
    book(count, sums.clipped, sums.code_sum);
}

void AdcBank::convert(const std::int32_t* column_sums, int count, std::int32_t* codes) {
    Rounded sums;
    if (unit_lsb()) {
        sums = clip(column_sums, top_, count, codes);
    } else {
        for (int i = 0; i < count; ++i) {
            const auto code = static_cast<std::int32_t>((column_sums[i] * kOne + lsb_ / 2) / lsb_);
            sums.clipped += code > top_;
            codes[i] = std::min(code, top_);
            sums.code_sum += codes[i];
        }
    }
    book(count, sums.clipped, sums.code_sum);
}

}  // namespace cimarron
