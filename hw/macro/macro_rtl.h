// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/macro_datapath.h"
#include "hw/macro/macro_digital.h"

#include <memory>
#include <string>

namespace cimarron {

// hw/rtl/macro_digital.sv, verilated, in place of MacroSequencer: it drives the macro and gives the
// results; the model runs beside it. The first pin or result that differs from the model's is a
// fatal report naming macro, cycle, signal, expected and got. UserError when this build has no RTL,
// or its RTL has too few ADCs or columns, or the macro has no cycle to drive and settle in.
std::unique_ptr<MacroDigital> make_macro_rtl(const std::string& name, const MacroParams& params,
                                             const MacroDatapath& datapath, MacroSteps& steps);

}  // namespace cimarron
