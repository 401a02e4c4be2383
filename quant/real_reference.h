// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/real_dot.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace cimarron {

// A Network as it stands, evaluated in double precision: what its file's framework would compute
// with exact sums. Knows nothing of lower() and its integers, whose judge it is. The network must
// outlive it.
class RealReference {
public:
    explicit RealReference(const Network& network);

    // image: codes, HWC (Network::image_code). Returns the last layer's real values, HWC; what the
    // file makes of them: quant/logits.h. Throws UserError when the image does not fit.
    const std::vector<double>& run(const Codes& image);

    // Of every node, for the last image, HWC: its integers, none where its values are real, and its
    // values.
    const std::vector<std::vector<std::int64_t>>& integers() const { return integers_; }
    const std::vector<std::vector<double>>& values() const { return values_; }

private:
    void run(const ConvNode& node, std::size_t i);
    void run(const PoolNode& node, std::size_t i);
    void run(const QuantizeNode& node, std::size_t i);
    void run(const ConcatNode& node, std::size_t i);
    void add(const std::optional<Shortcut>& shortcut, std::size_t i);
    void finish(const std::optional<ActivationQuantizer>& quantizer, const Clip& clip,
                std::size_t i);
    const std::vector<std::int64_t>& integers_of(int source) const {
        return source < 0 ? image_ : integers_[static_cast<std::size_t>(source)];
    }

    const Network& network_;
    const std::vector<TensorInfo> outputs_;
    std::vector<std::optional<RealDot>> dots_;  // of the convolutions
    std::vector<std::int64_t> image_;
    std::vector<std::vector<std::int64_t>> integers_;
    std::vector<std::vector<double>> values_;
};

}  // namespace cimarron
