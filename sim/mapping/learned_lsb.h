// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/program/program.h"
#include "quant/integer_network.h"

namespace cimarron {

// Gives every macro the LSB that its layer learned, or 1 where the ADC reads every count anyway.
// Nothing to do unless macro.adc.full_scale is learned. Throws UserError naming a layer without.
void set_learned_lsb(Program& program, const IntegerNetwork& network,
                     const AcceleratorParams& params);

}  // namespace cimarron
