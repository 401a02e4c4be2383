// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/noise.h"

namespace cimarron {

// Each effect of a macro draws from its own stream: switching one leaves the draws of the others.
enum class NoiseStream { stuck_cells, conductance, drift, rounding, read, adc, adc_noise };

constexpr std::uint64_t stream_key(std::uint64_t macro_key, NoiseStream stream) {
    return derive_key(macro_key, static_cast<std::uint64_t>(stream));
}

}  // namespace cimarron
