// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// The seam in a tile's post-processing: the lanes that the channels of a window pass, and then
// those of each vector that a quantizing layer makes of it. TileDatapath and PostDatapath are the
// model; other lanes compare themselves with it.
class PostLanes {
public:
    // Of one pass.
    struct Layer {
        std::int64_t adc_lsb = std::int64_t{1} << 16;
        int weight_bits = 1;
        bool logits = false;  // which have no code
        Requantizer to;
        int residual_up = 0;
    };
    struct Channel {
        std::int64_t sum = 0;  // of its columns, in ADC LSBs
        std::int64_t window_sum = 0;
        ChannelAffine affine = {0, 0, 0};
        std::int32_t r = 0;
        std::int32_t residual = 0;
        std::int64_t value = 0;  // what comes out: the model's, then these lanes' own
        std::int32_t code = 0;   // or stream
    };

    virtual ~PostLanes() = default;
    // residual_cycles: in which the residuals come, when that is slower than the lanes.
    virtual void pass(const Layer& layer, std::vector<Channel>& channels, int residual_cycles) = 0;
};

}  // namespace cimarron
