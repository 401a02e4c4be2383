// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/uncertainty.h"
#include "sim/config/yaml_json.h"

namespace cimarron {

// [low, high] in the unit of the tree: joules, or square millimetres with scale 1e6.
inline Json range_json(const Ranged& figure, double scale = 1) {
    return {scale * figure.low, scale * figure.high};
}

}  // namespace cimarron
