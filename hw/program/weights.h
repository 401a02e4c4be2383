// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"

#include <algorithm>
#include <vector>

namespace cimarron {

// A macro's weight codes, channel after channel, rows within: what its command_target takes.
inline std::vector<std::uint8_t> macro_weights(const MvmLayer& layer, const MacroPlacement& macro) {
    std::vector<std::uint8_t> weights(static_cast<std::size_t>(macro.rows) * macro.channels);
    for (int o = 0; o < macro.channels; ++o) {
        const auto* row = layer.weights.data() +
                          static_cast<std::size_t>(macro.first_channel + o) * layer.rows() +
                          macro.first_row % layer.rows();
        const int block = o / macro.group_channels();
        std::copy(row, row + macro.group_rows(),
                  weights.begin() + std::ptrdiff_t{o} * macro.rows + block * macro.group_rows());
    }
    return weights;
}

}  // namespace cimarron
