// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_bank.h"

#include "common/error.h"
#include "common/multiversion.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr std::int64_t kOne = std::int64_t{1} << AdcBank::kLsbFractionBits;

std::int64_t lsb_of(const AdcParams& params, int column_range, std::int64_t layer) {
    const std::int64_t top = (std::int64_t{1} << params.bits) - 1;
    if (params.full_scale == FullScale::unit_lsb || top >= column_range) return kOne;
    if (per_layer(params.full_scale)) {
        if (layer < kOne)
            throw UserError(
                "macro.adc.full_scale: calibrated and learned need a network's own LSBs");
        return layer;
    }
    return (column_range * kOne + top / 2) / top;
}

struct Clipped {
    std::int32_t clipped = 0;
    std::int32_t code_sum = 0;
};

CIMARRON_MULTIVERSION
Clipped clip(const std::int32_t* sums, std::int32_t top, int count, std::int32_t* codes) {
    Clipped totals;
    for (int i = 0; i < count; ++i) {
        totals.clipped += sums[i] > top;
        codes[i] = std::min(sums[i], top);
        totals.code_sum += codes[i];
    }
    return totals;
}

}  // namespace

AdcBank::AdcBank(const AdcParams& params, int column_range, std::int64_t layer_lsb)
    : top_((1 << params.bits) - 1),
      lsb_(lsb_of(params, column_range, layer_lsb)),
      lossless_(top_ >= column_range) {}

void AdcBank::vary(const AdcErrors& errors, int adcs, int columns, std::uint64_t key) {
    variation_.emplace(errors, adcs, columns, top_,
                       std::ldexp(static_cast<double>(lsb_), -kLsbFractionBits), key);
}

void AdcBank::convert_analog(const float* currents, int first, int count, std::int64_t evaluation,
                             std::int32_t* codes) {
    const ConvertedCurrents sums = variation_->convert(currents, first, count, evaluation, codes);
    book(count, sums.clipped, sums.code_sum);
}

void AdcBank::prepare_analog(int evaluations, std::int64_t first_evaluation, std::int64_t step) {
    variation_->prepare(evaluations, first_evaluation, step);
}

void AdcBank::accumulate_analog(const float* currents, int begin, int end, int first, int count,
                                int slices, std::int32_t* sums, int sums_stride) {
    const ConvertedCurrents all =
        variation_->accumulate(currents, begin, end, first, count, slices, sums, sums_stride);
    book(std::int64_t{end - begin} * count, all.clipped, all.code_sum);
}

void AdcBank::convert(const std::int32_t* column_sums, int count, std::int32_t* codes) {
    Clipped sums;
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
