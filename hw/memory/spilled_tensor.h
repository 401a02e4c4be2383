// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/memory/dram_port.h"
#include "hw/program/reload_plan.h"

#include <functional>
#include <vector>

namespace cimarron {

// A tensor that is kept in DRAM. As it is made, its rows gather in the global buffer, which has
// place for `staged_rows` of them, and go to DRAM when they are whole; a row keeps its place from
// the first vector that may be sent for it until it is written. To be sent, they come back in
// order, the next while one is sent.
class SpilledTensor {
public:
    SpilledTensor(DramPort& port, const Tensor& tensor, const DramTensor& at, int staged_rows);

    std::function<void()> on_written;  // a row: there is room for another
    std::function<void()> on_fetched;  // the next row

    void begin_image();
    // Whether a vector of that pixel may be sent; its row then has a place.
    bool admit(int pixel);
    // So many values of that pixel's row have arrived; returns whether all have.
    bool arrive(int pixel, std::int64_t values);
    void write(int row, const unsigned char* values);  // as payloads hold them
    bool written() const { return written_ == height_; }

    void begin_sending();
    // Asks for the row and the one behind it.
    void fetch(int row);
    bool fetched(int row) const { return row < fetched_; }
    void take(int row, unsigned char* values) const;

private:
    unsigned char* packed(int row) { return packed_.data() + row * at_.row_bytes; }

    DramPort& port_;
    const DramTensor at_;
    const int height_;
    const int width_;
    const std::int64_t row_values_;
    const int bits_;
    const int staged_rows_;
    std::vector<unsigned char> packed_;  // rows on their way
    std::vector<std::int64_t> missing_;  // values, per row
    std::vector<char> admitted_;         // per row
    int places_taken_ = 0;
    int written_ = 0;  // rows
    int asked_ = 0;    // rows to be sent
    int fetched_ = 0;
};

}  // namespace cimarron
