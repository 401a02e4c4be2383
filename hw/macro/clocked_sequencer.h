// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/macro_sequencer.h"

#include <cstdint>

namespace cimarron {

// The pins of a macro's digital part at one clock edge. The strobes say what happens at the edge;
// slice and row_group are theirs while a strobe is up.
struct MacroPinValues {
    WordLines state = WordLines::idle;
    int slice = 0;
    int row_group = 0;
    bool settled = false;
    bool sample = false;
    bool converting = false;
    int position = 0;
    bool convert = false;
    bool response_valid = false;
};

// MacroSequencer clocked edge by edge: what RTL has to show. `edges`, when given, is told of each
// step at its edge.
class ClockedSequencer final : private MacroSteps {
public:
    ClockedSequencer(const MacroParams& params, const MacroDatapath& datapath,
                     MacroSteps* listener = nullptr)
        : sequencer_(params, datapath, *this), listener_(listener) {}

    // One edge; returns the pins just before it. A request begins an MVM, a response ends it.
    MacroPinValues edge(bool request, bool response);
    const MacroPinValues& pins() const { return pins_; }  // as the next edge finds them, no strobes

private:
    friend class MacroSequencer<ClockedSequencer>;

    void wake(Timer timer, int cycles) override { due_[index(timer)] = cycles; }
    void word_lines(WordLines state, int slice, int group) override;
    void settled(int slice, int group) override;
    void sampled(int slice, int group) override;
    void convert(int slice, int position) override;
    void converted(bool last_evaluation) override;
    void finished() override;
    std::int64_t now() const override { return edges_; }

    static std::size_t index(Timer timer) { return static_cast<std::size_t>(timer); }
    void run_due();

    MacroSequencer<ClockedSequencer> sequencer_;
    MacroSteps* listener_;
    std::int64_t edges_ = 0;
    std::int64_t due_[2] = {-1, -1};  // edges to go; negative: not running
    MacroPinValues pins_;
    MacroPinValues before_;
};

}  // namespace cimarron
