// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// The judge: executes an IntegerNetwork with packed bit planes (binary layers) or plain integers,
// independently of anything in hw/.
class Reference {
public:
    explicit Reference(const IntegerNetwork& network);

    // image: codes in HWC order, network.input.size() of them. Returns the logits (unit 2^-shift).
    std::vector<std::int64_t> logits(const Codes& image);

    // Codes after every layer of the last image, in network order (the last layer's are empty).
    const std::vector<Codes>& activations() const { return activations_; }

private:
    const IntegerNetwork& network_;
    std::vector<Codes> activations_;
    struct PackedLayer {
        std::vector<std::uint64_t> columns;  // [o][words]: weight bits of a binary layer
    };
    std::vector<PackedLayer> packed_;
};

// Index of the largest logit; the lowest index wins a tie.
int predicted_class(const std::vector<std::int64_t>& logits);

}  // namespace cimarron
