// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/window_dot.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace cimarron {

// The judge: executes an IntegerNetwork, layer after layer, independently of anything in hw/. The
// network must outlive it.
class Reference {
public:
    explicit Reference(const IntegerNetwork& network);

    // image: codes in HWC order, network.input.size() of them. Returns the logits (unit 2^-shift).
    // Throws UserError when the image's size or a code does not fit the network's input.
    std::vector<std::int64_t> logits(const Codes& image);

    // Output of every layer for the last image, in network order: codes in the one, residual
    // streams in the other; empty where a layer gives neither.
    const std::vector<Codes>& activations() const { return activations_; }
    const std::vector<Stream>& streams() const { return streams_; }

private:
    void check(const Codes& image) const;
    const Codes& codes_of(int source) const;
    void run(const MvmLayer& layer, std::size_t index);
    void run(const PoolLayer& layer, std::size_t index);
    void run(const QuantizeLayer& layer, std::size_t index);
    std::int64_t residual_value(const Residual& residual, int y, int x, int o) const;
    std::int64_t value_of(int source, std::size_t i) const;  // code or stream
    template <class L>
    void store(const L& layer, std::size_t index, std::size_t at, std::int64_t v);

    const IntegerNetwork& network_;
    std::vector<std::optional<WindowDot>> dots_;  // of the MVM layers
    const Codes* image_ = nullptr;
    std::vector<Codes> activations_;
    std::vector<Stream> streams_;
    std::vector<std::int64_t> logits_;
};

// Index of the largest logit; the lowest index wins a tie.
int predicted_class(const std::vector<std::int64_t>& logits);

}  // namespace cimarron
