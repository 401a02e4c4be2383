// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/cell_array.h"
#include "hw/chip/word_line_driver.h"

#include <vector>

namespace cimarron {

// Input register and word-line drivers (DACs) of a macro. An input vector of n-bit codes is applied
// in ceil(n / dac_bits) slices, least significant first: slice s drives bits [s * dac_bits, (s + 1)
// * dac_bits).
class WordLineDrivers {
public:
    WordLineDrivers(const WordLineDriverParams& params, const RowGroups& groups);

    void load(const std::uint8_t* codes, int bits);
    int slices() const { return ceil_div(bits_, params_.dac_bits); }
    DrivenWordLines drive(int slice, int group);

    // All bits of a row group's codes, plane after plane; book() counts drives of them that a
    // caller made itself, with 1-bit DACs.
    const Word* planes(int group) const { return planes_[static_cast<std::size_t>(group)].data(); }
    void book(std::int64_t drives, std::int64_t lines) {
        activity_.drives += drives;
        activity_.active_lines += lines;
        activity_.code_units += lines;
    }
    int bits() const { return bits_; }

    const WordLineDriverActivity& activity() const { return activity_; }

private:
    const WordLineDriverParams params_;
    const RowGroups groups_;
    int bits_ = 0;
    std::vector<std::vector<Word>> planes_;  // [group][bit x words]
    WordLineDriverActivity activity_;
};

}  // namespace cimarron
