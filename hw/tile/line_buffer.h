// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cimarron {

// Rows of a map as they pass through a buffer with room for `capacity` of them, image after image:
// row y of image i is row i * height + y. Rows may arrive in pieces and out of order; they are
// freed in order. A row may be sent when it is below limit().
class LineBuffer {
public:
    LineBuffer() = default;
    LineBuffer(int height, std::int64_t row_values, int capacity)
        : height_(height),
          row_values_(row_values),
          arrived_(static_cast<std::size_t>(capacity)),
          complete_(0) {}

    std::int64_t row(std::int64_t image, int y) const { return image * height_ + y; }
    // All rows below have arrived whole.
    std::int64_t complete() const { return complete_; }
    bool complete(std::int64_t row) const { return row < complete_; }
    // The first row without room.
    std::int64_t limit() const { return freed_ + static_cast<std::int64_t>(arrived_.size()); }
    std::int64_t freed() const { return freed_; }
    bool empty() const { return complete_ == freed_ && slot(complete_) == 0; }

    // Rows that no window needs may arrive after they were freed.
    void arrive(std::int64_t row, std::int64_t values) {
        if (row < freed_) return;
        at(row) += values;
        count_complete();
    }
    // No row below is needed any more.
    void free_below(std::int64_t row) {
        for (; freed_ < row; ++freed_) at(freed_) = 0;
        complete_ = std::max(complete_, freed_);
        count_complete();
    }

private:
    void count_complete() {
        while (complete_ < limit() && at(complete_) == row_values_) ++complete_;
    }
    std::int64_t& at(std::int64_t row) {
        if (row != last_row_) {  // values of a row mostly follow each other
            last_row_ = row;
            last_slot_ = static_cast<std::size_t>(row) % arrived_.size();
        }
        return arrived_[last_slot_];
    }
    std::int64_t slot(std::int64_t row) const {
        return row < limit() ? arrived_[static_cast<std::size_t>(row) % arrived_.size()] : 0;
    }
    int height_ = 1;
    std::int64_t row_values_ = 0;
    std::vector<std::int64_t> arrived_{0};  // values, per row with room
    std::int64_t complete_ = 0;
    std::int64_t freed_ = 0;
    std::int64_t last_row_ = 0;
    std::size_t last_slot_ = 0;
};

}  // namespace cimarron
