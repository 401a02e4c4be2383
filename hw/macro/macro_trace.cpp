// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_trace.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

constexpr int kCounterBits = 16;
constexpr int kTotalBits = 48;

// The order of traces/macro_cycles.txt. A macro sees that its results wait, not for what.
int index_of(CycleLedger::State state) {
    constexpr CycleLedger::State kStates[] = {
        &MacroCycles::converting,  &MacroCycles::evaluating,       &MacroCycles::accumulating,
        &MacroCycles::wait_input,  &MacroCycles::wait_accumulator, &MacroCycles::wait_dependency,
        &MacroCycles::programming, &MacroCycles::wait_dram};
    return static_cast<int>(std::find(std::begin(kStates), std::end(kStates), state) -
                            std::begin(kStates));
}

}  // namespace

MacroTrace::MacroTrace(Waveform& wave, const std::string& path, const MacroDatapath& datapath,
                       const MacroParams& params)
    : wave_(wave),
      datapath_(datapath),
      adcs_(params.adcs()),
      weight_bits_(datapath.placement().columns / datapath.placement().channels) {
    const auto add = [&](const std::string& name, int width) {
        return wave.add(fmt::format("{}.{}", path, name), width);
    };
    // A digital macro has no sample-and-hold, mux or ADC; its trees show what they add up to.
    const bool digital = params.kind == MacroKind::digital;
    const auto analog = [&](const std::string& name, int width) {
        return digital ? kNone : add(name, width);
    };
    const std::string adds = digital ? "adder_tree." : "adc.";
    Handles& h = handles_;
    h.state = add("word_line_driver.state", 3);
    h.slice = add("word_line_driver.slice", 4);
    h.row_group = add("word_line_driver.row_group", kCounterBits);
    const int line_words = words_for(params.array.rows_active) * params.word_line_driver.dac_bits;
    lines_.resize(static_cast<std::size_t>(line_words));
    h.lines = add("word_line_driver.lines", line_words * kWordBits);
    h.samples = analog("sample_and_hold.samples", kTotalBits);
    h.held_slice = analog("sample_and_hold.slice", 4);
    h.held_row_group = analog("sample_and_hold.row_group", kCounterBits);
    h.position = analog("column_mux.position", kCounterBits);
    h.converting = add(adds + (digital ? "adding" : "converting"), 1);
    h.clipped = analog("adc.clipped", kTotalBits);
    h.adc_position = analog("adc.position", kCounterBits);
    for (int a = 0; a < adcs_; ++a)
        h.codes.push_back(
            add(fmt::format("{}{}_{}", adds, digital ? "count" : "code", a), params.adc.bits));
    h.additions = add("shift_adder.additions", kCounterBits);
    for (int o = 0; o < datapath.placement().channels; ++o)
        h.partial_sums.push_back(
            add(fmt::format("shift_adder.partial_sum_{}", o), params.shift_adder.accumulator_bits));
    h.mvm = add("control.mvm", kTotalBits);
    h.done = add("control.done", 1);
    h.cycles = add("control.cycles", 3);
    h.energy = wave.options().prices.macro.priced() ? wave.add_real(path + ".energy_j") : kNone;
}

void MacroTrace::show() {
    show_word_lines();
    show_lines();
    show_held();
    show_codes();
    show_sums(0, handles_.partial_sums.size());
    set(handles_.position, position_);
    set(handles_.converting, converting_ ? 1 : 0);
    set(handles_.mvm, datapath_.mvms());
    set(handles_.done, done_ ? 1 : 0);
    set(handles_.cycles, index_of(booked_));
    show_energy();
}

void MacroTrace::word_lines(WordLines state, int slice, int group) {
    const bool begins = state == WordLines::driving && slice == 0 && group == 0;
    if (begins) {
        done_ = false;
        additions_ = 0;
        evaluated_ = false;
    }
    state_ = state;
    if (state != WordLines::idle) {
        slice_ = slice;
        group_ = group;
    }
    if (!wave_.open()) return;
    show_word_lines();
    if (!begins) return;
    show_lines();
    set(handles_.mvm, datapath_.mvms());
    set(handles_.done, 0);
    set(handles_.additions, 0);
    show_sums(0, handles_.partial_sums.size());
}

void MacroTrace::evaluated() {
    evaluated_ = true;
    if (!wave_.open()) return;
    show_lines();
    show_energy();
}

void MacroTrace::conversion_begins(int slice, int group) {
    ++samples_;
    held_slice_ = slice;
    held_group_ = group;
    position_ = 0;
    converting_ = true;
    if (!wave_.open()) return;
    show_held();
    set(handles_.position, position_);
    set(handles_.converting, 1);
    show_energy();
}

void MacroTrace::converted(int position) {
    adc_position_ = position;
    ++additions_;
    if (position + 1 < datapath_.mux_positions()) position_ = position + 1;
    watch_clipping();
    if (!wave_.open()) return;
    show_codes();
    const int first = position * adcs_;
    show_sums(static_cast<std::size_t>(first / weight_bits_),
              static_cast<std::size_t>(ceil_div(first + datapath_.converted(), weight_bits_)));
    set(handles_.position, position_);
    show_energy();
}

void MacroTrace::conversion_ends() {
    converting_ = false;
    if (wave_.open()) set(handles_.converting, 0);
}

void MacroTrace::finished() {
    done_ = true;
    if (wave_.open()) set(handles_.done, 1);
}

void MacroTrace::booked(CycleLedger::State state) {
    booked_ = state;
    if (wave_.open()) set(handles_.cycles, index_of(state));
}

void MacroTrace::watch_clipping() {
    const bool clipped = datapath_.clipped() > clipped_;
    clipped_ = datapath_.clipped();
    if (clipped && wave_.armed() && wave_.options().trigger->on == Trigger::On::clipped_code)
        wave_.trigger();
}

void MacroTrace::show_word_lines() {
    set(handles_.state, static_cast<int>(state_));
    set(handles_.slice, slice_);
    set(handles_.row_group, group_);
}

void MacroTrace::show_lines() {
    const DrivenWordLines& lines = datapath_.word_lines();
    const Word* words = lines.planes;
    const int used = evaluated_ ? lines.plane_count * lines.words : 0;  // else of the MVM before
    std::fill(std::copy(words, words + used, lines_.begin()), lines_.end(), 0);
    wave_.set(handles_.lines, lines_.data());
}

void MacroTrace::show_held() {
    set(handles_.samples, samples_);
    set(handles_.held_slice, held_slice_);
    set(handles_.held_row_group, held_group_);
}

void MacroTrace::show_codes() {
    set(handles_.adc_position, adc_position_);
    for (std::size_t a = 0; a < handles_.codes.size(); ++a) {
        const bool used = static_cast<int>(a) < datapath_.converted();
        set(handles_.codes[a], used ? datapath_.codes()[a] : 0);
    }
    set(handles_.clipped, datapath_.clipped());
    set(handles_.additions, additions_);
}

void MacroTrace::show_sums(std::size_t first, std::size_t end) {
    for (std::size_t o = first; o < end; ++o)
        set(handles_.partial_sums[o], datapath_.partial_sums()[o]);
}

void MacroTrace::show_energy() {
    if (handles_.energy == kNone) return;
    wave_.set_real(handles_.energy, wave_.options().prices.macro.joules(datapath_.activity()));
}

}  // namespace cimarron
