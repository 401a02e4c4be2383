// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/normal_windows.h"

#include <cstdint>

namespace cimarron {

struct ReadEffects {
    bool drop, noise;
};

// What one evaluation's columns have in common when they are read: a current S, of moment M
// (IrDropWeights), becomes
//   S h(y) + noise,  h(y) = tanh(sqrt y) / sqrt y,  y = of_moment M + of_sum S, at least 0
// with noise of variance of_current S + variance, at least 0.
struct BitLineReading {
    float of_moment, of_sum;
    float of_current, variance;
    NormalWindows noise;
};

// currents[count] in place. moments only where there is IR drop.
void read_bit_lines(ReadEffects effects, const BitLineReading& reading, int count,
                    const float* moments, float* currents);

// Many evaluations, which have part of this in common, for columns from `first` on.
struct BatchReading {
    BitLineReading common;
    float wire, lead;     // of_sum = wire (lead - loss)
    float of_line;        // variance = of_line lines
    const float* losses;  // of each evaluation
    const std::int32_t* lines;
    const NormalWindows* noises;
    int first, count;
};

// moments and currents [evaluation][kColumnStep], all of them or, where few are used, half.
void read_batch(ReadEffects effects, const BatchReading& batch, bool few_columns,
                const float* moments, float* currents);

}  // namespace cimarron
