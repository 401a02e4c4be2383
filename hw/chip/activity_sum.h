// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"

namespace cimarron {

MacroActivity& operator+=(MacroActivity& sum, const MacroActivity& other);
TileActivity& operator+=(TileActivity& sum, const TileActivity& other);
InterconnectActivity& operator+=(InterconnectActivity& sum, const InterconnectActivity& other);
SramBufferActivity& operator+=(SramBufferActivity& sum, const SramBufferActivity& other);
AcceleratorActivity& operator+=(AcceleratorActivity& sum, const AcceleratorActivity& other);
MacroCycles& operator+=(MacroCycles& sum, const MacroCycles& other);

bool operator==(const AcceleratorActivity& a, const AcceleratorActivity& b);

// Counters of an activity; `unit` has one of them at 1, and weights[i] belongs to counter i.
// For MacroActivity, TileActivity, InterconnectActivity and SramBufferActivity.
template <class Activity>
int counter_count();
template <class Activity>
Activity unit(int counter);
template <class Activity>
double weighted_sum(const Activity& activity, const double* weights);

}  // namespace cimarron
