// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/cycle_ledger.h"
#include "hw/macro/macro_datapath.h"
#include "hw/macro/macro_digital.h"
#include "hw/trace/waveform.h"

#include <string>
#include <vector>

namespace cimarron {

// A macro's waveform. Below the macro's instance path:
//   word_line_driver: state (WordLines), slice, row_group, lines (of this MVM's last evaluation)
//   sample_and_hold:  samples (so far), slice, row_group (what it holds)
//   column_mux:       position being converted
//   adc:              converting, clipped (codes so far), and of the last finished conversion:
//                     position, code_0 ...
//   adder_tree:       in place of these three in a digital macro: adding, count_0 ...
//   shift_adder:      additions (conversions finished in this MVM), partial_sum_0 ...
//   control:          mvm (number of MVMs begun), done, cycles (what this cycle is booked to:
//                     MacroCycles' members in their order)
//   energy_j:         dynamic, since the first image
class MacroTrace final : public BlockTrace {
public:
    MacroTrace(Waveform& wave, const std::string& path, const MacroDatapath& datapath,
               const MacroParams& params);

    void show() override;

    void word_lines(WordLines state, int slice, int group);
    void evaluated();
    void conversion_begins(int slice, int group);
    void converted(int position);
    void conversion_ends();
    void finished();
    void booked(CycleLedger::State state);

private:
    void show_word_lines();
    void show_lines();
    void show_held();
    void show_codes();
    void show_sums(std::size_t first, std::size_t end);
    void show_energy();
    void watch_clipping();
    void set(int variable, std::int64_t value) {
        if (variable != kNone) wave_.set(variable, static_cast<std::uint64_t>(value));
    }

    static constexpr int kNone = -1;  // a signal that the macro does not have
    struct Handles {
        int state, slice, row_group, lines, samples, held_slice, held_row_group, position,
            converting, clipped, adc_position, additions, mvm, done, cycles, energy;
        std::vector<int> codes, partial_sums;
    };

    Waveform& wave_;
    const MacroDatapath& datapath_;
    Handles handles_;
    const int adcs_;
    const int weight_bits_;
    std::vector<Word> lines_;  // room for the longest

    WordLines state_ = WordLines::idle;
    int slice_ = 0;
    int group_ = 0;
    std::int64_t samples_ = 0;
    int held_slice_ = 0;
    int held_group_ = 0;
    int position_ = 0;
    bool converting_ = false;
    int adc_position_ = 0;
    std::int64_t additions_ = 0;
    bool evaluated_ = false;  // since this MVM began
    bool done_ = false;
    CycleLedger::State booked_ = &MacroCycles::wait_dependency;
    std::int64_t clipped_ = 0;
};

}  // namespace cimarron
