// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/evaluation_batch.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

// One block of rows from first_row on.
CIMARRON_MULTIVERSION
void count_block(const Word* words, int words_each, int first_row, int block_rows, int count,
                 std::uint32_t* raised, std::uint32_t* units, std::uint32_t* places,
                 std::int32_t* lines) {
    for (int e = 0; e < count; ++e)
        raised[e] = raised_in_block(words + e * words_each, first_row, block_rows);
    for (int e = 0; e < count; ++e) {
        const RaisedLines block = raised_lines(raised[e]);
        units[e] = block.count;
        places[e] = block.places;
        lines[e] += static_cast<std::int32_t>(block.count);
    }
}

}  // namespace

void EvaluationBatch::set(const SlicedWindows& windows, int rows) {
    count_ = windows.planes();
    rows_ = rows;
    const int words = words_for(rows);
    words_.resize(static_cast<std::size_t>(count_ * words));
    Word* word = words_.data();
    for (int i = 0; i < windows.count; ++i) {
        const Word* plane = windows.windows[i] + windows.first_word * windows.word_stride;
        for (int s = 0; s < windows.slices; ++s, plane += windows.plane_stride)
            for (int w = 0; w < words; ++w) *word++ = plane[w * windows.word_stride];
    }
    raised_.resize(static_cast<std::size_t>(count_ * blocks()));
    units_.resize(raised_.size());
    places_.resize(raised_.size());
    lines_.assign(static_cast<std::size_t>(count_), 0);
    for (int b = 0; b < blocks(); ++b) {
        const int at = b * count_;
        count_block(words_.data(), words, b * block_rows(), block_rows(), count_,
                    raised_.data() + at, units_.data() + at, places_.data() + at, lines_.data());
    }
    weights_.set(units_, places_, rows, count_);
}

}  // namespace cimarron
