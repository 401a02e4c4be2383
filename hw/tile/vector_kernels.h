// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/readout.h"
#include "quant/integer_network.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cimarron {

// Whole vectors through the arithmetic of quant/integer_network.h, element by element.
void requantize(const std::int64_t* values, int count, const Requantizer& to, std::uint8_t* codes);
void requantize(const std::int64_t* values, int count, const Requantizer& to, std::int32_t* stream);
// codes = to(a x + d)
void requantize(const std::int32_t* x, int count, std::int32_t a, std::int64_t d,
                const Requantizer& to, std::uint8_t* codes);
void requantize(const std::uint8_t* x, int count, std::int32_t a, std::int64_t d,
                const Requantizer& to, std::uint8_t* codes);

// What the channels of a group have in common in a window (hw/macro/readout.h).
struct GroupTerms {
    std::int64_t lsb;     // of an accumulated code, 16 fraction bits
    std::int64_t taken;   // from sums x lsb before the fraction is cut off
    std::int64_t offset;  // of P = 2 N - offset
    std::int64_t m;       // 32 bits

    // Sums are N as they are.
    bool counts() const {
        constexpr int kBits = Readout::kFractionBits;
        return lsb == std::int64_t{1} << kBits && taken <= 0 && -taken >> kBits == 0;
    }
};

// Coefficients of channels, by kind, so that loops over channels read them side by side.
class AffineTable {
public:
    AffineTable(const ChannelAffine* k, int channels);
    ChannelAffine operator[](std::size_t channel) const {
        return {a_[channel], c_[channel], d_[channel], up_[channel]};
    }
    int channels() const { return static_cast<int>(d_.size()); }

    // values = affine_value() of all channels of `windows` windows, one after another: the first
    // `first` channels are of group 0, then group_channels of each group. groups[window][group],
    // `group_count` of them each.
    void apply(const std::int64_t* sums, int windows, const GroupTerms* groups, int group_count,
               int first, int group_channels, std::int64_t* values) const;

private:
    std::vector<std::int32_t> a_, c_;
    std::vector<std::int64_t> d_;
    std::vector<int> up_;
    bool shifts_up_ = false;  // any of them
};

// A macro's partial sums of windows, `stride` apart.
struct PartialSums {
    const std::int32_t* sums;
    int stride;
};

// sums[window][o] = sum over the macros of their o-th partial sum, `stride` apart.
void add_partial_sums(const PartialSums* partial_sums, int macros, int windows, int count,
                      std::int64_t* sums, int stride);

// values += r * stream
void add_residual(const std::int32_t* stream, int count, std::int64_t r, std::int64_t* values);

std::int64_t sum_codes(const std::uint8_t* codes, int count);

}  // namespace cimarron
