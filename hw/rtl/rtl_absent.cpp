// SPDX-License-Identifier: Apache-2.0
// A build without Verilator.
#include "common/error.h"
#include "hw/macro/macro_rtl.h"
#include "hw/tile/post_rtl.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

[[noreturn]] void refuse(const char* key) {
    throw UserError(
        fmt::format("{}: rtl needs a build with Verilator (scripts/install-packages test, then "
                    "configure with -DCIMARRON_RTL=ON)",
                    key));
}

}  // namespace

std::unique_ptr<MacroDigital> make_macro_rtl(const std::string& /*name*/,
                                             const MacroParams& /*params*/,
                                             const MacroDatapath& /*datapath*/,
                                             MacroSteps& /*steps*/) {
    refuse("macro.implementation");
}

std::unique_ptr<PostLanes> make_post_rtl(const std::string& /*name*/,
                                         const PostProcessingParams& /*params*/,
                                         const Clock& /*clock*/) {
    refuse("tile.post_processing.implementation");
}

}  // namespace cimarron
