// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/clocked_sequencer.h"

namespace cimarron {

MacroPinValues ClockedSequencer::edge(bool request, bool response) {
    ++edges_;
    before_ = pins_;
    if (response) pins_.response_valid = false;
    for (std::int64_t& due : due_) due -= due >= 0 ? 1 : 0;
    run_due();
    if (request) sequencer_.begin();
    run_due();
    return before_;
}

void ClockedSequencer::run_due() {
    for (bool again = true; again;) {
        again = false;
        for (const Timer timer : {Timer::converter, Timer::word_lines}) {
            std::int64_t& due = due_[index(timer)];
            if (due != 0) continue;
            due = -1;
            if (timer == Timer::word_lines)
                sequencer_.step_word_lines();
            else
                sequencer_.step_converter();
            again = true;
        }
    }
}

void ClockedSequencer::word_lines(WordLines state, int slice, int group) {
    pins_.state = state;
    pins_.slice = slice;
    pins_.row_group = group;
}

void ClockedSequencer::settled(int slice, int group) {
    before_.settled = true;
    if (listener_ != nullptr) listener_->settled(slice, group);
}

void ClockedSequencer::sampled(int slice, int group) {
    before_.sample = true;
    pins_.converting = true;
    pins_.position = 0;
    if (listener_ != nullptr) listener_->sampled(slice, group);
}

void ClockedSequencer::convert(int slice, int position) {
    before_.convert = true;
    pins_.position = position + 1;
    if (listener_ != nullptr) listener_->convert(slice, position);
}

void ClockedSequencer::converted(bool last_evaluation) {
    pins_.converting = false;
    if (listener_ != nullptr) listener_->converted(last_evaluation);
}

void ClockedSequencer::finished() {
    pins_.response_valid = true;
    if (listener_ != nullptr) listener_->finished();
}

}  // namespace cimarron
