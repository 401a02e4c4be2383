// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_timeline.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

// Of what is not part of an MVM.
const char* stall_name(CycleLedger::State state) {
    if (state == &MacroCycles::wait_input) return "wait_input";
    if (state == &MacroCycles::wait_accumulator) return "wait_output";
    if (state == &MacroCycles::wait_dependency) return "wait_dependency";
    if (state == &MacroCycles::programming) return "programming";
    if (state == &MacroCycles::wait_dram) return "wait_dram";
    return nullptr;
}

}  // namespace

void MacroTimeline::start(std::int64_t now) {
    running_ = true;
    since_ = now;
}

void MacroTimeline::booked(CycleLedger::State state, std::int64_t now) {
    if (running_) {
        end_interval(now);
        const bool works = stall_name(state) == nullptr;
        if (works && mvm_since_ < 0) mvm_since_ = now;
        if (!works) end_mvm(now);
    }
    state_ = state;
    since_ = now;
}

void MacroTimeline::stop(std::int64_t now) {
    if (!running_) return;
    end_interval(now);
    end_mvm(now);
    running_ = false;
}

void MacroTimeline::end_interval(std::int64_t now) {
    if (const char* stall = stall_name(state_))
        timeline_.slice(track_, stall, since_, now);
    else
        of_mvm_.*state_ += now - since_;
}

void MacroTimeline::end_mvm(std::int64_t now) {
    if (mvm_since_ < 0) return;
    timeline_.slice(track_, fmt::format("MVM {}", ++mvms_), mvm_since_, now,
                    {{"converting", of_mvm_.converting},
                     {"evaluating", of_mvm_.evaluating},
                     {"accumulating", of_mvm_.accumulating}});
    mvm_since_ = -1;
    of_mvm_ = {};
}

}  // namespace cimarron
