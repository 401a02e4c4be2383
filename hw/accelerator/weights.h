// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/program.h"

#include <vector>

namespace cimarron {

// A macro's weight codes, channel after channel, rows within: what its command_target takes.
inline std::vector<std::uint8_t> macro_weights(const MvmLayer& layer, const MacroPlacement& macro) {
    std::vector<std::uint8_t> weights;
    weights.reserve(static_cast<std::size_t>(macro.rows) * macro.channels);
    for (int o = 0; o < macro.channels; ++o) {
        const auto* row = layer.weights.data() +
                          static_cast<std::size_t>(macro.first_channel + o) * layer.rows() +
                          macro.first_row;
        weights.insert(weights.end(), row, row + macro.rows);
    }
    return weights;
}

}  // namespace cimarron
