// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/common/clock.h"
#include "hw/tile/post_lanes.h"

#include <memory>
#include <string>

namespace cimarron {

// hw/rtl/post_processing.sv, verilated, in place of a tile's lanes. Each pass is clocked edge by
// edge: its last channel must come out after exactly the cycles that post_cycles()
// (stage_timing.h) books for it, each with the model's value and code; the first difference is a
// fatal report naming tile, cycle, pass, signal, expected and got. UserError when this build has no
// RTL, or its RTL has too few lanes or another depth.
std::unique_ptr<PostLanes> make_post_rtl(const std::string& name,
                                         const PostProcessingParams& params, const Clock& clock);

}  // namespace cimarron
