// SPDX-License-Identifier: Apache-2.0
#include "common/noise.h"

#include "common/multiversion.h"

namespace cimarron {

CIMARRON_MULTIVERSION
void normals_at(std::uint64_t key, int first, int count, float* out) {
    const NormalLanes lanes(key);
    for (int i = 0; i < count; ++i) out[i] = lanes.at(static_cast<std::uint32_t>(first + i));
}

}  // namespace cimarron
