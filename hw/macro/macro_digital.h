// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/fault.h"

#include <cstdint>
#include <vector>

namespace cimarron {

enum class WordLines { idle, driving, settling, wait_sample, sampling, holding };

// The seam in a macro: its digital part (MacroDigital) says when each step of an MVM happens; the
// macro around it (MacroSteps) has the array, the ADCs, the time and the waveform.
class MacroSteps {
public:
    enum class Timer { word_lines, converter };

    virtual void wake(Timer timer, int cycles) = 0;  // its MacroDigital step after `cycles`
    virtual void word_lines(WordLines state, int slice, int group) = 0;
    virtual void settled(int slice, int group) = 0;
    virtual void sampled(int slice, int group) = 0;  // held: the converter starts on it
    virtual void convert(int slice, int position) = 0;
    virtual void converted(bool last_evaluation) = 0;  // every mux position
    virtual void finished() = 0;
    virtual std::int64_t now() const = 0;  // cycle

protected:
    ~MacroSteps() = default;
};

class MacroDigital {
public:
    virtual ~MacroDigital() = default;

    virtual void begin() = 0;            // an MVM, of the codes just loaded
    virtual void step_word_lines() = 0;  // the timer of that name has run out
    virtual void step_converter() = 0;
    virtual void taken() {}  // its results
    virtual void inject(Fault /*fault*/) {}
    // Of the finished MVM, per channel, in ADC LSBs.
    virtual const std::vector<std::int32_t>& partial_sums() const = 0;
};

}  // namespace cimarron
