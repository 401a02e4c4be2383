// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/pin_module.h"

#include <fmt/format.h>

namespace cimarron {

PinModule::PinModule(const sc_core::sc_module_name& name, const Clock& clock)
    : sc_module(name), clock_(clock) {
    SC_HAS_PROCESS(PinModule);
    SC_METHOD(edge);
    sensitive << clk.value_changed();
    dont_initialize();
}

void PinModule::edge() {
    if (!clk.read()) {
        if (rst_n.read()) falling();
        return;
    }
    check_period();
    rst_n.read() ? rising() : reset();
}

void PinModule::refuse_reset_during(bool transaction) const {
    if (transaction)
        SC_REPORT_FATAL(
            "cimarron/pins",
            fmt::format("{}: reset while the model waits with a transaction", name()).c_str());
}

void PinModule::check_period() {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    if (rises_ == 1 && now - last_rise_ != clock_.cycles(1))
        SC_REPORT_FATAL("cimarron/pins",
                        fmt::format("{}: clk has a period of {}, the model of {}", name(),
                                    (now - last_rise_).to_string(), clock_.cycles(1).to_string())
                            .c_str());
    last_rise_ = now;
    if (rises_ < 2) ++rises_;
}

}  // namespace cimarron
