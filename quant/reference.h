// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/reference_kernels.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// The judge: executes an IntegerNetwork with packed bit planes (binary layers) or plain integers,
// independently of anything in hw/. The network must outlive it.
class Reference {
public:
    explicit Reference(const IntegerNetwork& network);

    // image: codes in HWC order, network.input.size() of them. Returns the logits (unit 2^-shift).
    // Throws UserError when the image's size or a code does not fit the network's input.
    std::vector<std::int64_t> logits(const Codes& image);

    // Codes after every layer of the last image, in network order (the last layer's are empty).
    const std::vector<Codes>& activations() const { return activations_; }

private:
    void check(const Codes& image) const;
    void run(const MvmLayer& layer, const DotWeights& weights, const Codes& in, Codes& out);
    void gather(const MvmLayer& layer, const Codes& in, int y, int x);

    const IntegerNetwork& network_;
    std::vector<DotWeights> weights_;  // per layer; empty for pooling
    std::vector<Codes> activations_;
    std::vector<std::int64_t> logits_;
    Codes window_;                 // input codes of one window, in row order
    std::vector<Word> planes_;     // its bit planes
    std::vector<std::int64_t> p_;  // P of every output channel
};

// Index of the largest logit; the lowest index wins a tie.
int predicted_class(const std::vector<std::int64_t>& logits);

}  // namespace cimarron
