// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/word_line_drivers.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr int kMaxCodeBits = 8;

int count_active(const DrivenWordLines& lines) {
    int active = 0;
    for (int w = 0; w < lines.words; ++w) {
        Word any = 0;
        for (int k = 0; k < lines.plane_count; ++k) any |= lines.planes[k * lines.words + w];
        active += __builtin_popcountll(any);
    }
    return active;
}

}  // namespace

WordLineDrivers::WordLineDrivers(const WordLineDriverParams& params, const RowGroups& groups)
    : params_(params), groups_(groups), planes_(static_cast<std::size_t>(groups.count())) {
    for (int g = 0; g < groups_.count(); ++g)
        planes_[g].assign(static_cast<std::size_t>(kMaxCodeBits) * groups_.words_in(g), 0);
}

void WordLineDrivers::load(const std::uint8_t* codes, int bits) {
    bits_ = bits;
    for (int g = 0; g < groups_.count(); ++g)
        pack_bit_planes(codes + groups_.first_row(g), groups_.rows_in(g), bits, planes_[g].data());
}

DrivenWordLines WordLineDrivers::drive(int slice, int group) {
    DrivenWordLines lines;
    const int first_bit = slice * params_.dac_bits;
    lines.words = groups_.words_in(group);
    lines.planes = planes_[group].data() + first_bit * lines.words;
    lines.plane_count = std::min(params_.dac_bits, bits_ - first_bit);
    for (int k = 0; k < lines.plane_count; ++k)
        lines.code_units += total_popcount(lines.planes + k * lines.words, lines.words) << k;
    lines.active_lines =
        lines.plane_count == 1 ? static_cast<int>(lines.code_units) : count_active(lines);
    ++activity_.drives;
    activity_.active_lines += lines.active_lines;
    activity_.code_units += lines.code_units;
    return lines;
}

}  // namespace cimarron
