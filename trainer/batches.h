// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/dataset.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace cimarron {

struct Batch {
    torch::Tensor images;  // [n][c][h][w], channels last in memory, pixel / 255
    torch::Tensor labels;  // [n]
};

struct Augmentation {
    int shift = 0;  // up to so many pixels each way, zeros move in
    bool flip = false;
};

// An image of a listed data set is read, and randomly cropped, when its batch is made: by the
// threads that train its shards.
//
// One pass over a data set in a random order, batch by batch; the last, smaller batch is left out.
// Order and augmentation follow from seed and epoch alone, so a resumed run sees the same images.
class Batches {
public:
    Batches(const Dataset& data, int batch, const Augmentation& augmentation, std::uint64_t seed,
            int epoch);

    int count() const { return static_cast<int>(order_.size()) / batch_; }
    int batch() const { return batch_; }
    std::uint64_t key() const { return key_; }  // of this epoch's random numbers
    // Part `part` of `parts` of one batch.
    Batch get(int index, int part = 0, int parts = 1) const;

private:
    const Dataset& data_;
    const int batch_;
    const std::uint64_t key_;
    std::vector<int> order_;
    struct Change {
        int dy = 0;
        int dx = 0;
        bool flip = false;
    };
    std::vector<Change> changes_;  // by position in order_
};

// Images first..first+count-1 as they are.
Batch plain_batch(const Dataset& data, int first, int count);

}  // namespace cimarron
