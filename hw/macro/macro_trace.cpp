// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_trace.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr int kCounterBits = 16;
constexpr int kStateIdle = 0;
constexpr int kStateDrive = 1;

}  // namespace

MacroTrace::MacroTrace(VcdWriter& writer, const std::string& path, const MacroDatapath& datapath,
                       const MacroParams& params)
    : writer_(writer), datapath_(datapath) {
    const auto add = [&](const char* name, int width) {
        return writer.add(fmt::format("{}.{}", path, name), width);
    };
    state_ = add("word_line_driver.state", 3);
    slice_ = add("word_line_driver.slice", 4);
    row_group_ = add("word_line_driver.row_group", kCounterBits);
    lines_ = add("word_line_driver.lines", words_for(params.array.rows_active) * kWordBits *
                                               params.word_line_driver.dac_bits);
    samples_ = add("sample_and_hold.samples", kCounterBits);
    held_slice_ = add("sample_and_hold.slice", 4);
    held_row_group_ = add("sample_and_hold.row_group", kCounterBits);
    position_ = add("column_mux.position", kCounterBits);
    converting_ = add("adc.converting", 1);
    adc_position_ = add("adc.position", kCounterBits);
    for (int a = 0; a < params.adcs(); ++a)
        codes_.push_back(add(fmt::format("adc.code_{}", a).c_str(), params.adc.bits));
    additions_ = add("shift_adder.additions", kCounterBits);
    for (int o = 0; o < datapath.placement().channels; ++o)
        partial_sums_.push_back(add(fmt::format("shift_adder.partial_sum_{}", o).c_str(),
                                    params.shift_adder.accumulator_bits));
    mvm_ = add("control.mvm", 32);
    done_ = add("control.done", 1);
}

void MacroTrace::word_lines(int state, int slice, int group, std::int64_t cycle) {
    if (state == kStateDrive && slice == 0 && group == 0) {
        writer_.set(mvm_, static_cast<std::uint64_t>(datapath_.activity().mvms), cycle);
        writer_.set(done_, std::uint64_t{0}, cycle);
        writer_.set(additions_, std::uint64_t{0}, cycle);
        for (const int sum : partial_sums_) writer_.set(sum, std::uint64_t{0}, cycle);
        additions_value_ = 0;
    }
    writer_.set(state_, static_cast<std::uint64_t>(state), cycle);
    if (state == kStateIdle) return;
    writer_.set(slice_, static_cast<std::uint64_t>(slice), cycle);
    writer_.set(row_group_, static_cast<std::uint64_t>(group), cycle);
}

void MacroTrace::evaluated(std::int64_t cycle) {
    const DrivenWordLines& lines = datapath_.word_lines();
    std::vector<Word> words(lines.planes, lines.planes + lines.plane_count * lines.words);
    words.resize(words.size() + 64);  // a short last group or slice: the rest is zero
    writer_.set(lines_, words.data(), cycle);
}

void MacroTrace::conversion_begins(int slice, int group, std::int64_t cycle) {
    writer_.set(samples_, ++samples_value_, cycle);
    writer_.set(held_slice_, static_cast<std::uint64_t>(slice), cycle);
    writer_.set(held_row_group_, static_cast<std::uint64_t>(group), cycle);
    writer_.set(position_, std::uint64_t{0}, cycle);
    writer_.set(converting_, std::uint64_t{1}, cycle);
}

void MacroTrace::converted(int position, std::int64_t cycle) {
    writer_.set(adc_position_, static_cast<std::uint64_t>(position), cycle);
    for (std::size_t a = 0; a < codes_.size(); ++a) {
        const bool used = static_cast<int>(a) < datapath_.converted();
        writer_.set(codes_[a], used ? static_cast<std::uint64_t>(datapath_.codes()[a]) : 0, cycle);
    }
    for (std::size_t o = 0; o < partial_sums_.size(); ++o)
        writer_.set(partial_sums_[o], static_cast<std::uint64_t>(datapath_.partial_sums()[o]),
                    cycle);
    writer_.set(additions_, ++additions_value_, cycle);
    if (position + 1 < datapath_.mux_positions())
        writer_.set(position_, static_cast<std::uint64_t>(position + 1), cycle);
}

void MacroTrace::conversion_ends(std::int64_t cycle) {
    writer_.set(converting_, std::uint64_t{0}, cycle);
}

void MacroTrace::finished(std::int64_t cycle) {
    writer_.set(done_, std::uint64_t{1}, cycle);
}

}  // namespace cimarron
