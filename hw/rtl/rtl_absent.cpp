// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/rtl/macro_rtl.h"

namespace cimarron {

std::unique_ptr<MacroDigital> make_macro_rtl(const std::string& /*name*/,
                                             const MacroParams& /*params*/,
                                             const MacroDatapath& /*datapath*/,
                                             MacroSteps& /*steps*/) {
    throw UserError(
        "macro.implementation: rtl needs a build with Verilator (scripts/install-packages test, "
        "then configure with -DCIMARRON_RTL=ON)");
}

}  // namespace cimarron
