// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// What zeros of codes add to P and M: fixed_point() multiplies it by the rounded coefficients, so
// that inputs of 0 give 0 exactly and do not fall below a floor.
struct ZeroTerms {
    double of_p = 0;
    double of_m = 0;
};

// v = a (P + zeros.of_p) + c (M + zeros.of_m) + d, in real numbers.
struct RealAffine {
    double a = 0;
    double c = 0;
    double d = 0;
    ZeroTerms zeros = {};

    double times(const ZeroTerms& terms) const { return a * terms.of_p + c * terms.of_m; }
    double offset() const { return d + times(zeros); }
};

// What meets the coefficients of a layer: |P| <= p_most, M <= m_most, and a residual |R| <= r_most
// by the gain r. A wide residual is real values in a stream: its gain has all coefficient bits.
struct Extremes {
    double p_most = 0;
    double m_most = 0;
    double r = 0;
    double r_most = 0;
    bool wide = false;
};

// The same in fixed point, in units of 2^-shift.
struct FixedAffine {
    int shift = 1;
    std::vector<ChannelAffine> channels;
    std::int32_t r = 0;
    int r_up = 0;
};

// k times what zeros add.
std::int64_t fixed_terms(const ChannelAffine& k, const ZeroTerms& terms);

// The largest shift for which a and c of every channel fit `bits` signed bits and |v| + 2^(shift-1)
// stays below 2^62 whatever the codes: then nothing in affine_value(), residual_term() and
// Requantizer leaves 64 bits. A channel that would cost the layer's median more than four bits, or
// a residual that would, is shifted up by itself instead (ChannelAffine::up).
// Throws UserError naming node and channel when no shift fits.
FixedAffine fixed_point(const std::string& node, const std::vector<RealAffine>& channels,
                        const Extremes& most, int bits);

}  // namespace cimarron
