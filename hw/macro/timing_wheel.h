// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"
#include "hw/chip/macro.h"
#include "hw/common/clock.h"
#include "hw/macro/macro_digital.h"

#include <systemc>

#include <vector>

namespace cimarron {

class Macro;

// Wakes macros at the cycles they ask for. The macros of a tile work in step, so that many steps
// fall on one cycle: the wheel asks the kernel once for each such cycle, and runs their steps in
// the order in which they were asked for. Slot t mod size holds the steps of cycle t.
class TimingWheel : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(TimingWheel);
    TimingWheel(const sc_core::sc_module_name& name, const MacroParams& params, const Clock& clock);

    // cycles: at most the longest delay of the parameters.
    void wake(Macro& macro, MacroSteps::Timer timer, int cycles);
    std::int64_t activations() const { return activations_; }

private:
    struct Step {
        Macro* macro;
        MacroSteps::Timer timer;
    };
    void turn();
    void ask_kernel();

    const Clock& clock_;
    std::vector<std::vector<Step>> slots_;  // a power of two of them
    std::vector<Word> occupied_;            // one bit a slot
    std::size_t pending_ = 0;               // steps in all slots
    std::int64_t next_ = -1;                // cycle the kernel was asked for, -1: none
    bool turning_ = false;
    std::int64_t activations_ = 0;
    sc_core::sc_event step_{"step"};
};

}  // namespace cimarron
