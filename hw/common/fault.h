// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// Deliberate faults, for the tests of the self-checks. None in any shipped configuration.
// rtl_code flips a bit of the codes that RTL gets; rtl_timing lets it settle for a cycle too long.
enum class Fault {
    none,
    skip_evaluation,
    corrupt_code,
    lose_cycle,
    lose_payload,
    lose_credit,  // nobody hears that a line buffer has room again
    rtl_code,
    rtl_timing
};

}  // namespace cimarron
