// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/post_datapath.h"

#include "hw/tile/stage_timing.h"
#include "hw/tile/vector_kernels.h"

#include <cstring>

namespace cimarron {

PostDatapath::PostDatapath(const SramBufferParams& output_buffer, const Stage& stage,
                           const TilePlacement& placement, int most_vectors)
    : port_bits_(output_buffer.port_bits),
      stage_(stage),
      placement_(placement),
      band_(stage.mvm, placement),
      first_(post_readers(stage, -1)),
      nodes_(stage.post.size()) {
    for (const StageOutput& output : stage.outputs) {
        const std::int64_t bits = vector_bits(output, placement);
        outputs_.push_back({bits, accesses(bits)});
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        nodes_[i].readers = post_readers(stage, static_cast<int>(i));
        if (const auto* pool = std::get_if<PoolLayer>(&stage.post[i].layer))
            nodes_[i].pooling.emplace(*pool, placement.channels);
        nodes_[i].codes.resize(static_cast<std::size_t>(placement.channels * most_vectors));
    }
}

void PostDatapath::push_codes(const Vectors<std::uint8_t>& vectors, OutputQueue& out) {
    push(vectors, out);
}

void PostDatapath::push_stream(const Vectors<std::int16_t>& vectors, OutputQueue& out) {
    push(vectors, out);
}

void PostDatapath::push_logits(const Vectors<std::int64_t>& vectors, OutputQueue& out) {
    for (const int output : first_.outputs) send(output, vectors, out);
}

template <class Value>
void PostDatapath::push(const Vectors<Value>& vectors, OutputQueue& out) {
    sends_ = band_.sends(vectors.first_pixel / stage_.mvm.output.width);
    follow(-1, vectors, out);
}

template <class Value>
void PostDatapath::follow(int source, const Vectors<Value>& vectors, OutputQueue& out) {
    const PostReaders& next =
        source < 0 ? first_ : nodes_[static_cast<std::size_t>(source)].readers;
    if (sends_)
        for (const int output : next.outputs) send(output, vectors, out);
    for (const int post : next.post) {
        if constexpr (std::is_same_v<Value, std::uint8_t>) {
            if (nodes_[static_cast<std::size_t>(post)].pooling) {
                pool(post, vectors, out);
                continue;
            }
        }
        quantize(post, vectors, out);
    }
}

template <class Value>
void PostDatapath::send(int output, const Vectors<Value>& vectors, OutputQueue& out) {
    const Output& made = outputs_[static_cast<std::size_t>(output)];
    OutputVector& sent = out.push(output, vectors.first_pixel, vectors.pixels, made.bits);
    sent.payload.resize(static_cast<std::size_t>(vectors.pixels * placement_.channels) *
                        sizeof(Value));
    std::memcpy(sent.payload.data(), vectors.values, sent.payload.size());
    output_buffer_.writes += vectors.pixels * made.accesses;
    output_buffer_.reads += vectors.pixels * made.accesses;
}

void PostDatapath::pool(int post, const Vectors<std::uint8_t>& vectors, OutputQueue& out) {
    Node& node = nodes_[static_cast<std::size_t>(post)];
    Pooling& pooling = *node.pooling;
    const Window& w = pooling.layer().window;
    const std::int64_t pixel_accesses =
        accesses(std::int64_t{placement_.channels} * pooling.layer().bits);
    for (int i = 0; i < vectors.pixels; ++i) {
        const int pixel = vectors.first_pixel + i;
        pooling.push(pixel, vectors.values + i * placement_.channels);
        output_buffer_.writes += pixel_accesses;
        for (const int pooled : pooling.completed_by(pixel)) {
            pooling.pool(pooled, node.codes.data(), activity_);
            output_buffer_.reads += std::int64_t{w.kernel_h} * w.kernel_w * pixel_accesses;
            follow(post, Vectors<std::uint8_t>{pooled, 1, node.codes.data()}, out);
        }
    }
}

template <class Value>
void PostDatapath::quantize(int post, const Vectors<Value>& vectors, OutputQueue& out) {
    Node& node = nodes_[static_cast<std::size_t>(post)];
    const auto& layer = std::get<QuantizeLayer>(stage_.post[static_cast<std::size_t>(post)].layer);
    const int count = vectors.pixels * placement_.channels;
    requantize(vectors.values, count, layer.a, layer.shift, layer.output_bits, node.codes.data());
    if (lanes_ != nullptr) pass_lanes(layer, vectors.values, node.codes);
    activity_.quantizations += count;
    follow(post, Vectors<std::uint8_t>{vectors.first_pixel, vectors.pixels, node.codes.data()},
           out);
}

// A vector that is requantized passes the lanes as a residual.
template <class Value>
void PostDatapath::pass_lanes(const QuantizeLayer& layer, const Value* values, Codes& codes) {
    PostLanes::Layer pass;
    pass.shift = layer.shift;
    pass.output_bits = layer.output_bits;
    pass.r = layer.a;
    const auto channels = static_cast<std::size_t>(placement_.channels);
    lane_channels_.assign(channels, {});
    for (std::size_t o = 0; o < channels; ++o) {
        lane_channels_[o].residual = static_cast<std::int16_t>(values[o]);
        lane_channels_[o].value = std::int64_t{layer.a} * values[o];
        lane_channels_[o].code = codes[o];
    }
    lanes_->pass(pass, lane_channels_, 0);
    for (std::size_t o = 0; o < channels; ++o)
        codes[o] = static_cast<std::uint8_t>(lane_channels_[o].code);
}

std::int64_t PostDatapath::accesses(std::int64_t bits) const {
    return (bits + port_bits_ - 1) / port_bits_;
}

}  // namespace cimarron
