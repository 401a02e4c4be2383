// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"

#include <systemc>

namespace cimarron {

// A module between pins and transactions. Pins are sampled and driven at rising edges, transactions
// are sent at falling edges: so what the model behind does at whole cycles stands half a cycle
// before the next edge looks at it, whoever makes the clock. The clock's period must be the model's
// (fatal report). While rst_n is low nothing is accepted; the model behind has no reset.
class PinModule : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> rst_n{"rst_n"};

protected:
    PinModule(const sc_core::sc_module_name& name, const Clock& clock);

    virtual void reset() = 0;   // a rising edge while rst_n is low
    virtual void rising() = 0;  // any other one
    virtual void falling() {}   // while rst_n is high
    const Clock& clock() const { return clock_; }
    // The model cannot give up a transaction: fatal report when one waits.
    void refuse_reset_during(bool transaction) const;

private:
    void edge();
    void check_period();

    const Clock& clock_;
    sc_core::sc_time last_rise_;
    int rises_ = 0;
};

}  // namespace cimarron
