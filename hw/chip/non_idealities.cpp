// SPDX-License-Identifier: Apache-2.0
#include "hw/chip/non_idealities.h"

#include "common/multiversion.h"
#include "common/noise.h"
#include "hw/chip/noise_streams.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// A uniform 32-bit number lies below it as often as asked.
std::uint32_t share(double probability) {
    return static_cast<std::uint32_t>(std::min(probability * 0x1p32, 0x1p32 - 1));
}

// 0: free, 1: stuck at 0, 3: stuck at 1.
CIMARRON_MULTIVERSION
void stuck_states(const NoiseLanes& draws, int first, int count, std::uint32_t at_0,
                  std::uint32_t at_0_or_1, std::uint8_t* states) {
    for (int i = 0; i < count; ++i) {
        const std::uint32_t draw = draws.bits(static_cast<std::uint32_t>(first + i));
        states[i] = static_cast<std::uint8_t>(draw < at_0 ? 1 : draw < at_0_or_1 ? 3 : 0);
    }
}

}  // namespace

double mean_conductance(const CellNonIdealities& cell, bool on) {
    const double programmed = cell.off_conductance + (on ? 1 : 0);
    return programmed * std::exp(-(on ? cell.drift_on : cell.drift_off) * cell.drift_log_time);
}

void hold_stuck(const CellNonIdealities& cell, std::uint64_t key, int column, int first_row,
                int rows, Word* bits) {
    const NoiseLanes draws(
        derive_key(stream_key(key, NoiseStream::stuck_cells), static_cast<std::uint64_t>(column)));
    const std::uint32_t at_0 = share(cell.stuck_at_0);
    const std::uint32_t at_0_or_1 = share(cell.stuck_at_0 + cell.stuck_at_1);
    for (int line = 0; line < rows; line += kWordBits) {
        std::uint8_t state[kWordBits];
        const int count = std::min(kWordBits, rows - line);
        stuck_states(draws, first_row + line, count, at_0, at_0_or_1, state);
        Word planes[2];  // stuck, and at 1
        pack_bit_planes(state, count, 2, planes);
        Word& word = bits[line / kWordBits];
        word = (word & ~planes[0]) | planes[1];
    }
}

}  // namespace cimarron
