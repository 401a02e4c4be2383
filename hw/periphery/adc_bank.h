// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/adc.h"
#include "hw/periphery/adc_variation.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace cimarron {

// The column ADCs of a macro, each shared by columns_per_adc columns.
//   unit_lsb: code = min(sum, 2^bits - 1)
//   rows:     code = min(round(sum / lsb), 2^bits - 1), lsb = max(1, column_range / (2^bits - 1))
//   calibrated: as rows, with `calibrated_lsb` for lsb
// A column sum is worth lsb * code; lsb() is that factor with 16 fraction bits, 1.0 when the ADC is
// lossless.
class AdcBank {
public:
    AdcBank(const AdcParams& params, int column_range, std::int64_t calibrated_lsb = 0);

    // For currents instead of counts: errors of the ADCs, which may be none.
    void vary(const AdcErrors& errors, int adcs, int columns, std::uint64_t key);

    void convert(const std::int32_t* column_sums, int count, std::int32_t* codes);

    // Books conversions that a caller made itself: min(sum, top()) of a unit LSB.
    void book(std::int64_t conversions, std::int64_t clipped, std::int64_t code_sum) {
        activity_.conversions += conversions;
        activity_.clipped += clipped;
        activity_.code_sum += code_sum;
    }
    std::int32_t top() const { return top_; }
    bool unit_lsb() const { return lsb_ == std::int64_t{1} << kLsbFractionBits; }

    // Currents of columns first .. first + count - 1 after vary(): the same rounding; below 0 the
    // code is 0.
    void convert_analog(const float* currents, int first, int count, std::int64_t evaluation,
                        std::int32_t* codes);

    // The same of many evaluations, by AdcVariation's prepare() and accumulate().
    void prepare_analog(int evaluations, std::int64_t first_evaluation, std::int64_t step);
    void accumulate_analog(const float* currents, int begin, int end, int first, int count,
                           int slices, std::int32_t* sums, int sums_stride);

    static constexpr int kLsbFractionBits = 16;
    static std::int32_t code(std::int32_t sum, std::int64_t lsb, std::int32_t top) {
        return static_cast<std::int32_t>(
            std::min<std::int64_t>(((std::int64_t{sum} << kLsbFractionBits) + lsb / 2) / lsb, top));
    }
    std::int64_t lsb() const { return lsb_; }
    bool lossless() const { return lossless_; }
    const AdcActivity& activity() const { return activity_; }

private:
    std::int32_t top_;
    std::int64_t lsb_;
    bool lossless_;
    std::optional<AdcVariation> variation_;
    AdcActivity activity_;
};

}  // namespace cimarron
