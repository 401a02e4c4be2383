// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/activation_quantizer.h"
#include "quant/geometry.h"

#include <algorithm>
#include <cstdint>

namespace cimarron {

struct CodeRange {
    std::int32_t low = 0;
    std::int32_t high = 255;
    friend bool operator==(const CodeRange& a, const CodeRange& b) {
        return a.low == b.low && a.high == b.high;
    }
};

// All codes of a tensor of 1..32 bits: unsigned up to 8, from 9 on a signed stream.
constexpr CodeRange whole_range(int bits) {
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    return is_stream(bits)
               ? CodeRange{static_cast<std::int32_t>(-half), static_cast<std::int32_t>(half - 1)}
               : CodeRange{0, static_cast<std::int32_t>(2 * half - 1)};
}

// From v, with `shift` fraction bits (1..61), to codes. v + 2^(shift-1) fits 64 bits.
struct Requantizer {
    int shift = 1;
    Rounding rounding = Rounding::half_up;
    CodeRange range;

    std::int32_t operator()(std::int64_t v) const {
        const std::int64_t half = std::int64_t{1} << (shift - 1);
        if (rounding == Rounding::half_up) v += half;
        if (rounding == Rounding::half_even) v += half - 1 + (v >> shift & 1);
        return static_cast<std::int32_t>(
            std::clamp<std::int64_t>(v >> shift, range.low, range.high));
    }
};

}  // namespace cimarron
