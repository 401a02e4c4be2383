// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <vector>

namespace cimarron {

// One finished output vector of a tile: the codes of its channels at a pixel, or their logits.
struct OutputVector {
    int pixel = 0;
    Codes codes;
    std::vector<std::int64_t> logits;
};

// First in, first out; slots are reused, so that no vector is allocated per window.
class OutputQueue {
public:
    OutputVector& push() {
        if (count_ == slots_.size()) grow();
        return slots_[(head_ + count_++) % slots_.size()];
    }
    OutputVector& front() { return slots_[head_]; }
    void pop() {
        head_ = (head_ + 1) % slots_.size();
        --count_;
    }
    bool empty() const { return count_ == 0; }
    std::size_t size() const { return count_; }

private:
    void grow() {
        std::vector<OutputVector> larger(slots_.size() * 2 + 4);
        for (std::size_t i = 0; i < count_; ++i)
            larger[i] = std::move(slots_[(head_ + i) % slots_.size()]);
        slots_ = std::move(larger);
        head_ = 0;
    }
    std::vector<OutputVector> slots_;
    std::size_t head_ = 0;
    std::size_t count_ = 0;
};

}  // namespace cimarron
