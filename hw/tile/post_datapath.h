// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/tile/band.h"
#include "hw/tile/output_queue.h"
#include "hw/tile/pooling.h"
#include "hw/tile/post_lanes.h"
#include "hw/tile/post_schedule.h"
#include "hw/tile/tile_params.h"

#include <optional>
#include <vector>

namespace cimarron {

// The post layers of a tile's channels: takes the vectors of its band in raster order and puts the
// vectors that leave into the output queue, in the order of PostSchedule.
class PostDatapath {
public:
    PostDatapath(const SramBufferParams& output_buffer, const Stage& stage,
                 const TilePlacement& placement);

    void push_codes(int pixel, const std::uint8_t* codes, OutputQueue& out);
    void push_stream(int pixel, const std::int16_t* values, OutputQueue& out);
    void push_logits(int pixel, const std::int64_t* logits, OutputQueue& out);

    void set_lanes(PostLanes& lanes) { lanes_ = &lanes; }

    const PostProcessingActivity& activity() const { return activity_; }
    const SramBufferActivity& output_buffer() const { return output_buffer_; }

private:
    struct Node {
        PostReaders readers;
        std::optional<Pooling> pooling;  // else it requantizes
        Codes codes;                     // its last vector
    };
    struct Output {
        std::int64_t bits;      // of a vector
        std::int64_t accesses;  // of the output buffer, each way
    };
    template <class Value>
    void push(int pixel, const Value* values, OutputQueue& out);
    template <class Value>
    void follow(int source, int pixel, const Value* values, OutputQueue& out);
    template <class Value>
    void send(int output, int pixel, const Value* values, OutputQueue& out);
    void pool(int post, int pixel, const std::uint8_t* codes, OutputQueue& out);
    template <class Value>
    void quantize(int post, int pixel, const Value* values, OutputQueue& out);
    template <class Value>
    void pass_lanes(const QuantizeLayer& layer, const Value* values, Codes& codes);
    std::int64_t accesses(std::int64_t bits) const;

    const int port_bits_;
    const Stage& stage_;
    const TilePlacement& placement_;
    const Band band_;
    bool sends_ = true;  // what the row at hand completes
    std::vector<Output> outputs_;
    PostReaders first_;        // of the MVM layer's vectors
    std::vector<Node> nodes_;  // per post layer
    PostLanes* lanes_ = nullptr;
    std::vector<PostLanes::Channel> lane_channels_;
    PostProcessingActivity activity_;
    SramBufferActivity output_buffer_;
};

}  // namespace cimarron
