// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Per lane: a P + c M + d as one carry-save array of two radix-4 Booth multipliers, a final adder,
// a rounding shift, a clamp, pipeline and coefficient registers; a comparator for max pooling and
// an adder for average pooling. An affine switches all of the first part, a compare or an addition
// its own.
ComponentCost post_processing_cost(const TileParams& tile, const MacroParams& macro,
                                   const Technology& technology);
ComponentCount post_processing_count(const PostProcessingActivity& activity);

// Of one of pipeline_cycles stages, cut evenly.
Seconds post_processing_stage_time(const TileParams& tile, const MacroParams& macro,
                                   const Technology& technology);

}  // namespace cimarron
