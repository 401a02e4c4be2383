// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/timing_wheel.h"

#include "hw/macro/macro.h"

#include <algorithm>

namespace cimarron {

namespace {

std::size_t slots_for(const MacroParams& p) {
    const int longest = std::max({1, p.word_line_driver.drive_cycles,
                                  p.word_line_driver.settle_cycles, p.sample_and_hold.sample_cycles,
                                  p.adc.conversion_cycles, p.shift_adder.add_cycles});
    std::size_t slots = kWordBits;
    while (slots <= static_cast<std::size_t>(longest)) slots *= 2;
    return slots;
}

}  // namespace

TimingWheel::TimingWheel(const sc_core::sc_module_name& name, const MacroParams& params,
                         const Clock& clock)
    : sc_module(name),
      clock_(clock),
      slots_(slots_for(params)),
      occupied_(slots_.size() / kWordBits) {
    SC_METHOD(turn);
    sensitive << step_;
    dont_initialize();
}

void TimingWheel::wake(Macro& macro, MacroSteps::Timer timer, int cycles) {
    const std::int64_t cycle = clock_.now() + cycles;
    const std::size_t slot = static_cast<std::size_t>(cycle) & (slots_.size() - 1);
    slots_[slot].push_back({&macro, timer});
    set_bit(occupied_.data(), static_cast<int>(slot));
    ++pending_;
    if (turning_ || (next_ >= 0 && next_ <= cycle)) return;
    next_ = cycle;
    step_.notify(clock_.cycles(cycles));
}

void TimingWheel::turn() {
    ++activations_;
    turning_ = true;
    const std::size_t slot = static_cast<std::size_t>(clock_.now()) & (slots_.size() - 1);
    // A step may ask for another one in the same cycle.
    for (std::size_t i = 0; i < slots_[slot].size(); ++i) {
        const Step step = slots_[slot][i];
        step.macro->step(step.timer);
    }
    pending_ -= slots_[slot].size();
    slots_[slot].clear();
    occupied_[slot / kWordBits] &= ~(Word{1} << (slot % kWordBits));
    turning_ = false;
    ask_kernel();
}

void TimingWheel::ask_kernel() {
    next_ = -1;
    if (pending_ == 0) return;
    const std::int64_t now = clock_.now();
    const std::size_t mask = slots_.size() - 1;
    std::int64_t cycle = now + 1;
    for (;;) {
        const std::size_t slot = static_cast<std::size_t>(cycle) & mask;
        const Word later = occupied_[slot / kWordBits] >> (slot % kWordBits);
        if (later != 0) {
            cycle += __builtin_ctzll(later);
            break;
        }
        cycle += static_cast<std::int64_t>(kWordBits - slot % kWordBits);
    }
    next_ = cycle;
    step_.notify(clock_.cycles(cycle - now));
}

}  // namespace cimarron
