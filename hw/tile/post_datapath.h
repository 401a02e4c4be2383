// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/tile/band.h"
#include "hw/tile/output_queue.h"
#include "hw/tile/pooling.h"
#include "hw/tile/post_lanes.h"
#include "hw/tile/post_schedule.h"
#include "hw/tile/residual_buffer.h"

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
    // residual: what a QuantizeLayer of the stage adds, if it adds anything.
    PostDatapath(const SramBufferParams& output_buffer, const Stage& stage,
                 const TilePlacement& placement, int most_vectors, ResidualBuffer& residual);

    void push_codes(std::int64_t image, const Vectors<std::uint8_t>& vectors, OutputQueue& out);
    void push_stream(std::int64_t image, const Vectors<std::int32_t>& vectors, OutputQueue& out);
    void push_logits(const Vectors<std::int64_t>& vectors, OutputQueue& out);

    void set_lanes(PostLanes& lanes) { lanes_ = &lanes; }

    const PostProcessingActivity& activity() const { return activity_; }
    const SramBufferActivity& output_buffer() const { return output_buffer_; }

private:
    struct Node {
        PostReaders readers;
        std::optional<Pooling> pooling;     // else it requantizes
        std::vector<ChannelAffine> affine;  // of a quantizing layer, where channels differ
        Codes codes;                        // its last vectors
        Stream stream;
    };
    struct Output {
        std::int64_t bits;      // of a vector
        std::int64_t accesses;  // of the output buffer, each way
    };
    template <class Value>
    void push(std::int64_t image, const Vectors<Value>& vectors, OutputQueue& out);
    template <class Value>
    void follow(int source, const Vectors<Value>& vectors, OutputQueue& out);
    template <class Value>
    void send(int output, const Vectors<Value>& vectors, OutputQueue& out);
    void pool(int post, const Vectors<std::uint8_t>& vectors, OutputQueue& out);
    template <class Value>
    void quantize(int post, const Vectors<Value>& vectors, OutputQueue& out);
    template <class Value>
    void scale(const QuantizeLayer& layer, const Node& node, const Vectors<Value>& vectors);
    template <class Value, class Out>
    void pass_lanes(const QuantizeLayer& layer, const Node& node, const Vectors<Value>& vectors,
                    std::vector<Out>& out);
    std::int64_t accesses(std::int64_t bits) const;

    const int port_bits_;
    const Stage& stage_;
    const TilePlacement& placement_;
    const Band band_;
    ResidualBuffer& residual_;
    std::int64_t image_ = 0;  // of the vectors at hand
    bool sends_ = true;       // what the row at hand completes
    std::vector<Output> outputs_;
    PostReaders first_;        // of the MVM layer's vectors
    std::vector<Node> nodes_;  // per post layer
    std::vector<std::int64_t> values_;
    PostLanes* lanes_ = nullptr;
    std::vector<PostLanes::Channel> lane_channels_;
    PostProcessingActivity activity_;
    SramBufferActivity output_buffer_;
};

}  // namespace cimarron
