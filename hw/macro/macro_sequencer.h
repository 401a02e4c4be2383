// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/error.h"
#include "hw/macro/macro_datapath.h"
#include "hw/macro/macro_digital.h"

namespace cimarron {

// The model of a macro's control: two overlapping state machines, without SystemC.
//   word lines: drive -> settle -> [wait for the sample-and-hold] -> sample, per slice and row
//   group; converter: one mux position per conversion_cycles; after the last, the final shift-add.
// Steps is a MacroSteps; known by its type, its steps are compiled into the sequencer.
template <class Steps>
class MacroSequencer final : public MacroDigital {
public:
    MacroSequencer(const MacroParams& params, const MacroDatapath& datapath, Steps& steps)
        : params_(params), datapath_(datapath), steps_(steps) {}

    void begin() override;
    void step_word_lines() override;
    void step_converter() override;
    const std::vector<std::int32_t>& partial_sums() const override {
        return datapath_.partial_sums();
    }

private:
    void drive();
    void settled();
    void begin_sample();
    void begin_conversion();
    void conversions_done();
    void enter(WordLines state);

    const MacroParams& params_;
    const MacroDatapath& datapath_;
    Steps& steps_;
    int slices_ = 0;  // of this MVM
    int groups_ = 0;
    int mux_positions_ = 0;
    WordLines word_lines_ = WordLines::idle;
    int slice_ = 0;  // of the word lines
    int group_ = 0;
    bool converting_ = false;
    int converted_slice_ = 0;  // of the held columns
    bool last_evaluation_ = false;
    int position_ = 0;
    bool accumulating_ = false;
};

template <class Steps>
void MacroSequencer<Steps>::begin() {
    slices_ = datapath_.slices();
    groups_ = datapath_.groups();
    mux_positions_ = datapath_.mux_positions();
    slice_ = 0;
    group_ = 0;
    drive();
}

template <class Steps>
void MacroSequencer<Steps>::drive() {
    enter(WordLines::driving);
    steps_.wake(MacroSteps::Timer::word_lines, params_.word_line_driver.drive_cycles);
}

template <class Steps>
void MacroSequencer<Steps>::step_word_lines() {
    switch (word_lines_) {
        case WordLines::driving:
            enter(WordLines::settling);
            steps_.wake(MacroSteps::Timer::word_lines, params_.word_line_driver.settle_cycles);
            break;
        case WordLines::settling:
            settled();
            break;
        case WordLines::sampling: {
            begin_conversion();
            if (last_evaluation_)
                enter(WordLines::idle);
            else
                drive();
            break;
        }
        default:
            throw ModelError("macro: word-line step in a waiting state");
    }
}

template <class Steps>
void MacroSequencer<Steps>::settled() {
    steps_.settled(slice_, group_);
    if (!params_.sample_and_hold.present) {
        begin_conversion();
        enter(WordLines::holding);
    } else if (converting_) {
        enter(WordLines::wait_sample);
    } else {
        begin_sample();
    }
}

template <class Steps>
void MacroSequencer<Steps>::begin_sample() {
    enter(WordLines::sampling);
    steps_.wake(MacroSteps::Timer::word_lines, params_.sample_and_hold.sample_cycles);
}

template <class Steps>
void MacroSequencer<Steps>::begin_conversion() {
    converting_ = true;
    converted_slice_ = slice_;
    position_ = 0;
    steps_.sampled(slice_, group_);
    if (++group_ == groups_) {
        group_ = 0;
        ++slice_;
    }
    last_evaluation_ = slice_ == slices_;
    steps_.wake(MacroSteps::Timer::converter, params_.adc.conversion_cycles);
}

template <class Steps>
void MacroSequencer<Steps>::step_converter() {
    if (accumulating_) {
        accumulating_ = false;
        last_evaluation_ = false;
        steps_.finished();
        return;
    }
    steps_.convert(converted_slice_, position_);
    if (++position_ < mux_positions_)
        steps_.wake(MacroSteps::Timer::converter, params_.adc.conversion_cycles);
    else
        conversions_done();
}

template <class Steps>
void MacroSequencer<Steps>::conversions_done() {
    converting_ = false;
    steps_.converted(last_evaluation_);
    if (last_evaluation_) {
        enter(WordLines::idle);
        accumulating_ = true;
        steps_.wake(MacroSteps::Timer::converter, params_.shift_adder.add_cycles);
    } else if (word_lines_ == WordLines::holding) {
        drive();
    } else if (word_lines_ == WordLines::wait_sample) {
        begin_sample();
    }
}

template <class Steps>
void MacroSequencer<Steps>::enter(WordLines state) {
    word_lines_ = state;
    steps_.word_lines(state, slice_, group_);
}

}  // namespace cimarron
