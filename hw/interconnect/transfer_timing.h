// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/interconnect.h"

#include <cstdint>

namespace cimarron {

// One vector over the bus: arbitration_cycles + ceil(bits / width_bits).
inline std::int64_t transfer_cycles(const InterconnectParams& params, std::int64_t bits) {
    return params.arbitration_cycles + (bits + params.width_bits - 1) / params.width_bits;
}

}  // namespace cimarron
