// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace cimarron {

// Finished vectors of a tile: the values of its channels at a pixel of one output and, where the
// tile finishes windows together, at those that follow, as payloads carry them (payload_bytes()
// each).
struct OutputVector {
    int output = 0;  // index into Stage::outputs
    int pixel = 0;
    int pixels = 1;
    std::int64_t bits = 0;  // of each on the wires
    std::vector<std::uint8_t> payload;
};

// First in, first out; slots are reused, so that no vector is allocated per window.
class OutputQueue {
public:
    // The caller fills the payload.
    OutputVector& push(int output, int pixel, int pixels, std::int64_t bits) {
        if (count_ == slots_.size()) grow();
        OutputVector& slot = slots_[at(count_++)];
        slot.output = output;
        slot.pixel = pixel;
        slot.pixels = pixels;
        slot.bits = bits;
        bits_ += pixels * bits;
        return slot;
    }
    OutputVector& front() { return slots_[head_]; }
    const OutputVector& front() const { return slots_[head_]; }
    void pop() {
        bits_ -= slots_[head_].pixels * slots_[head_].bits;
        head_ = at(1);
        --count_;
    }
    bool empty() const { return count_ == 0; }
    std::int64_t bits() const { return bits_; }  // of all vectors

private:
    std::size_t at(std::size_t place) const { return (head_ + place) & (slots_.size() - 1); }
    void grow() {
        std::vector<OutputVector> larger(slots_.empty() ? 4 : slots_.size() * 2);
        for (std::size_t i = 0; i < count_; ++i) larger[i] = std::move(slots_[at(i)]);
        slots_ = std::move(larger);
        head_ = 0;
    }
    std::vector<OutputVector> slots_;  // a power of two of them
    std::size_t head_ = 0;
    std::size_t count_ = 0;
    std::int64_t bits_ = 0;
};

}  // namespace cimarron
