// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"
#include "quant/integer_network.h"

#include <vector>

namespace cimarron {

// The bit planes of many windows of a layer of one group, cut out of those of its input map: a
// pixel is sliced once and not in every window that reads it. They are what InputBuffer::fetch
// gathers, sliced as by WordLineDrivers::load: the rows of each row group begin a word.
class WindowPlanes {
public:
    static constexpr int kLanes = 8;  // windows cut together

    // group_rows: of all row groups that a window's rows are split into, in order.
    WindowPlanes(const MvmLayer& layer, const std::vector<int>& group_rows, int most_windows);

    // An image's whole map.
    void slice(const std::uint8_t* map);
    // The i-th of these windows of the layer gets place i.
    void cut(const std::vector<int>& windows);

    // Word w of plane b: plane_words(place)[b * plane_stride() + w * kLanes].
    const Word* plane_words(int place) const {
        return planes_.data() + place / kLanes * layer_.input_bits * plane_stride() +
               place % kLanes;
    }
    int plane_stride() const { return words_ * kLanes; }
    // Of each place's codes.
    const std::int64_t* sums() const { return sums_.data(); }

    // Where each lane's window begins in a plane of the map, and what is cut from there on.
    struct Places {
        std::int64_t byte[kLanes];
        std::int64_t bit[kLanes];
    };
    struct Cut {
        std::int64_t byte;
        int bit;
        Word mask;
        int word, shift;  // in the window's plane
        bool spills;      // into the next word
    };

private:
    void list_cuts(const std::vector<int>& group_rows);
    Places places(const int* windows, int count) const;
    Word pad_bits(int b, int first) const;
    std::uint8_t* row(int bit, int y) {
        return map_.data() + (std::int64_t{bit} * rows_ + y + layer_.window.pad_top) * row_bytes_;
    }

    const MvmLayer& layer_;
    const int words_;  // of a window's plane
    const int rows_;   // of the sliced map, padding included
    const int lead_;   // bits before a row's first pixel: whole bytes, with room for padding
    std::int64_t row_bytes_ = 0;
    std::vector<std::uint8_t> map_;  // [bit][row][byte]
    std::vector<Cut> cuts_;
    std::vector<Word> planes_;  // [block of lanes][bit][word][lane]
    std::vector<std::int64_t> sums_;
};

}  // namespace cimarron
