// SPDX-License-Identifier: Apache-2.0
#include "hw/array/non_idealities.h"

#include "common/noise.h"
#include "hw/array/noise_streams.h"

#include <cmath>

namespace cimarron {

double mean_conductance(const CellNonIdealities& cell, bool on) {
    const double programmed = cell.off_conductance + (on ? 1 : 0);
    return programmed * std::exp(-(on ? cell.drift_on : cell.drift_off) * cell.drift_log_time);
}

bool held_bit(const CellNonIdealities& cell, std::uint64_t key, int row, int column, bool bit) {
    if (cell.stuck_at_0 == 0 && cell.stuck_at_1 == 0) return bit;
    const double draw = uniform_at(
        derive_key(stream_key(key, NoiseStream::stuck_cells), static_cast<std::uint64_t>(row)),
        static_cast<std::uint64_t>(column));
    if (draw < cell.stuck_at_0) return false;
    return draw < cell.stuck_at_0 + cell.stuck_at_1 || bit;
}

}  // namespace cimarron
