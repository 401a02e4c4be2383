// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "hw/chip/accelerator.h"
#include "hw/program/program.h"

namespace cimarron::test {

// Any valid macro with a lossless ADC: array sizes that divide nothing, row groups, DAC widths,
// sharing, with and without sample-and-hold, all cycle counts.
MacroParams random_macro(Rng& rng);
MacroParams random_digital_macro(Rng& rng);

// A chip around it with small buses and buffers; many small tiles, so that layers spread over
// several.
InterconnectParams random_interconnect(Rng& rng);
AcceleratorParams random_accelerator(Rng& rng);

// The fewest macros that a tile of the chip must have.
int most_row_tiles(const Program& program);

// Each effect on or off, at sizes that matter.
NonIdealities random_non_idealities(Rng& rng);

}  // namespace cimarron::test
