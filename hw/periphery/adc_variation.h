// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/noise.h"
#include "common/normal_windows.h"
#include "hw/array/analog/column_currents.h"
#include "hw/chip/adc.h"
#include "hw/chip/non_idealities.h"

#include <vector>

namespace cimarron {

struct ConvertedCurrents {
    std::int64_t clipped = 0;
    std::int64_t code_sum = 0;
};

// ADCs that are not ideal: before rounding, a column sum of v LSBs becomes
//   v (1 + gain) + offset + bow 4 u (1 - u) + noise,   u = v / top, top = 2^bits - 1
// with gain, offset and bow (integral nonlinearity, largest at mid-scale) drawn once for each ADC
// and noise for each conversion. Column c is converted by ADC c mod adcs.
class AdcVariation {
public:
    // Of ADCs with codes 0 .. top, of an LSB of `lsb` in units of current.
    AdcVariation(const AdcErrors& errors, int adcs, int columns, std::int32_t top, double lsb,
                 std::uint64_t key);

    // Codes of columns first .. first + count - 1 of an evaluation.
    ConvertedCurrents convert(const float* currents, int first, int count, std::int64_t evaluation,
                              std::int32_t* codes) const;
    // Many evaluations, numbered first_evaluation, + step, ..; then columns first .. first + count
    // - 1, at most kColumnStep, of evaluations begin .. end - 1: currents[evaluation -
    // begin][kColumnStep]. Of every `slices` evaluations, the slices of a window,
    //   sums[window][c] += code << slice, sums_stride apart.
    void prepare(int evaluations, std::int64_t first_evaluation, std::int64_t step);
    ConvertedCurrents accumulate(const float* currents, int begin, int end, int first, int count,
                                 int slices, std::int32_t* sums, int sums_stride) const;

private:
    NormalWindows noise(std::int64_t evaluation) const {
        return NormalWindows(derive_key(key_, static_cast<std::uint64_t>(evaluation)));
    }

    const std::int32_t top_;
    const float noise_sigma_;
    const std::uint64_t key_;  // of the noise
    // Per column, of its ADC: offset + i (linear + square i) LSBs of a current i, before noise; the
    // offset has half an LSB in it, so that the floor rounds.
    std::vector<float> offset_, linear_, square_;
    std::vector<NormalWindows> noises_;  // of what is prepared
};

}  // namespace cimarron
