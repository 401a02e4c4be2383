// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

namespace cimarron::test {

// Makes a second simulation possible in one process: replaces the kernel's context unless it is
// still unused. The first context owns statics of the kernel and is never deleted.
inline void fresh_simulation() {
    static bool used = false;
    if (used) {
        sc_core::sc_curr_simcontext = new sc_core::sc_simcontext;
        sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
    }
    used = true;
}

// Runs for a duration, events at its very end included.
inline void run_for(const sc_core::sc_time& duration) {
    sc_core::sc_start(duration);
    if (sc_core::sc_pending_activity_at_current_time()) sc_core::sc_start(sc_core::SC_ZERO_TIME);
}

}  // namespace cimarron::test
