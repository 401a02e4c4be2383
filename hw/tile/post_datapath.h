// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/tile/band.h"
#include "hw/tile/output_queue.h"
#include "hw/tile/pooling.h"
#include "hw/tile/post_lanes.h"
#include "hw/tile/post_schedule.h"

#include <optional>
#include <vector>

namespace cimarron {

// Vectors of a tile's channels whose pixels follow each other, one after another.
template <class Value>
struct Vectors {
    int first_pixel, pixels;
    const Value* values;
};

// The post layers of a tile's channels: takes the vectors of its band in raster order, at most so
// many at once, and puts the vectors that leave into the output queue, one by one in the order of
// PostSchedule. Vectors that come together are all sent or none (Band::sends).
class PostDatapath {
public:
    PostDatapath(const SramBufferParams& output_buffer, const Stage& stage,
                 const TilePlacement& placement, int most_vectors);

    void push_codes(const Vectors<std::uint8_t>& vectors, OutputQueue& out);
    void push_stream(const Vectors<std::int16_t>& vectors, OutputQueue& out);
    void push_logits(const Vectors<std::int64_t>& vectors, OutputQueue& out);

    void set_lanes(PostLanes& lanes) { lanes_ = &lanes; }

    const PostProcessingActivity& activity() const { return activity_; }
    const SramBufferActivity& output_buffer() const { return output_buffer_; }

private:
    struct Node {
        PostReaders readers;
        std::optional<Pooling> pooling;  // else it requantizes
        Codes codes;                     // its last vectors
    };
    struct Output {
        std::int64_t bits;      // of a vector
        std::int64_t accesses;  // of the output buffer, each way
    };
    template <class Value>
    void push(const Vectors<Value>& vectors, OutputQueue& out);
    template <class Value>
    void follow(int source, const Vectors<Value>& vectors, OutputQueue& out);
    template <class Value>
    void send(int output, const Vectors<Value>& vectors, OutputQueue& out);
    void pool(int post, const Vectors<std::uint8_t>& vectors, OutputQueue& out);
    template <class Value>
    void quantize(int post, const Vectors<Value>& vectors, OutputQueue& out);
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
