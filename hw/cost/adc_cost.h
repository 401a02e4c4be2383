// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/macro.h"
#include "hw/cost/component_cost.h"
#include "hw/technology/technology.h"

namespace cimarron {

// The ADCs of one macro. Of analog parts only the energy follows the node: measured column ADCs do
// not shrink. UserError above the bits the SAR form was fitted on.
//   sar: the closed form of hw/technology/technology.h.
//   cyclic: an amplifier as large as a comparator, a comparator, two sampling capacitors and a
//     register a bit; the form's energy without the capacitor array's 4^b term.
//   flash: 2^b - 1 comparators and the gates that encode them.
//   ramp: a comparator and a register a bit; the macro's converters share a counter and a DAC, of
//     which each conversion carries its part. A code_step is one decision, code + 1 a conversion.
//   sense_amplifier: a comparator.
ComponentCost adc_cost(const MacroParams& params, const Technology& technology);
ComponentCount adc_count(const AdcActivity& activity);

Seconds conversion_time(const MacroParams& params, const Technology& technology);

}  // namespace cimarron
