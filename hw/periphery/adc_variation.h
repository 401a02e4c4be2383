// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/non_idealities.h"
#include "hw/periphery/adc.h"

#include <vector>

namespace cimarron {

// ADCs that are not ideal: before rounding, a column sum of v LSBs becomes
//   v (1 + gain) + offset + bow 4 u (1 - u) + noise,   u = v / (2^bits - 1)
// with gain, offset and bow (integral nonlinearity, largest at mid-scale) drawn once for each ADC
// and noise for each conversion. Column c is converted by ADC c mod adcs.
class AdcVariation {
public:
    AdcVariation(const AdcErrors& errors, int adcs, int columns, std::uint64_t key);

    // In place: values[count] in LSBs, of columns first .. first + count - 1 of an evaluation.
    void distort(int first, int count, float top, std::int64_t evaluation, float* values);

private:
    const AdcErrors errors_;
    const std::uint64_t key_;
    std::vector<float> gain_, offset_, bow_;  // per column, of its ADC
    std::vector<float> normals_;
};

}  // namespace cimarron
