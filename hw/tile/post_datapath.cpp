// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/post_datapath.h"

#include "hw/tile/stage_timing.h"
#include "hw/tile/vector_kernels.h"

#include <cstring>

namespace cimarron {

PostDatapath::PostDatapath(const SramBufferParams& output_buffer, const Stage& stage,
                           const TilePlacement& placement)
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
        nodes_[i].codes.resize(static_cast<std::size_t>(placement.channels));
    }
}

void PostDatapath::push_codes(int pixel, const std::uint8_t* codes, OutputQueue& out) {
    push(pixel, codes, out);
}

void PostDatapath::push_stream(int pixel, const std::int16_t* values, OutputQueue& out) {
    push(pixel, values, out);
}

void PostDatapath::push_logits(int pixel, const std::int64_t* logits, OutputQueue& out) {
    for (const int output : first_.outputs) send(output, pixel, logits, out);
}

template <class Value>
void PostDatapath::push(int pixel, const Value* values, OutputQueue& out) {
    sends_ = band_.sends(pixel / stage_.mvm.output.width);
    follow(-1, pixel, values, out);
}

template <class Value>
void PostDatapath::follow(int source, int pixel, const Value* values, OutputQueue& out) {
    const PostReaders& next =
        source < 0 ? first_ : nodes_[static_cast<std::size_t>(source)].readers;
    if (sends_)
        for (const int output : next.outputs) send(output, pixel, values, out);
    for (const int post : next.post) {
        if constexpr (std::is_same_v<Value, std::uint8_t>) {
            if (nodes_[static_cast<std::size_t>(post)].pooling) {
                pool(post, pixel, values, out);
                continue;
            }
        }
        quantize(post, pixel, values, out);
    }
}

template <class Value>
void PostDatapath::send(int output, int pixel, const Value* values, OutputQueue& out) {
    const Output& made = outputs_[static_cast<std::size_t>(output)];
    OutputVector& vector = out.push(output, pixel, made.bits);
    vector.payload.resize(static_cast<std::size_t>(placement_.channels) * sizeof(Value));
    std::memcpy(vector.payload.data(), values, vector.payload.size());
    output_buffer_.writes += made.accesses;
    output_buffer_.reads += made.accesses;
}

void PostDatapath::pool(int post, int pixel, const std::uint8_t* codes, OutputQueue& out) {
    Node& node = nodes_[static_cast<std::size_t>(post)];
    Pooling& pooling = *node.pooling;
    const Window& w = pooling.layer().window;
    const std::int64_t pixel_accesses =
        accesses(std::int64_t{placement_.channels} * pooling.layer().bits);
    pooling.push(pixel, codes);
    output_buffer_.writes += pixel_accesses;
    for (const int pooled : pooling.completed_by(pixel)) {
        pooling.pool(pooled, node.codes.data(), activity_);
        output_buffer_.reads += std::int64_t{w.kernel_h} * w.kernel_w * pixel_accesses;
        follow(post, pooled, node.codes.data(), out);
    }
}

template <class Value>
void PostDatapath::quantize(int post, int pixel, const Value* values, OutputQueue& out) {
    Node& node = nodes_[static_cast<std::size_t>(post)];
    const auto& layer = std::get<QuantizeLayer>(stage_.post[static_cast<std::size_t>(post)].layer);
    requantize(values, placement_.channels, layer.a, layer.shift, layer.output_bits,
               node.codes.data());
    if (lanes_ != nullptr) pass_lanes(layer, values, node.codes);
    activity_.quantizations += placement_.channels;
    follow(post, pixel, node.codes.data(), out);
}

// A vector that is requantized passes the lanes as a residual.
template <class Value>
void PostDatapath::pass_lanes(const QuantizeLayer& layer, const Value* values, Codes& codes) {
    PostLanes::Layer pass;
    pass.shift = layer.shift;
    pass.output_bits = layer.output_bits;
    pass.r = layer.a;
    lane_channels_.assign(codes.size(), {});
    for (std::size_t o = 0; o < codes.size(); ++o) {
        lane_channels_[o].residual = static_cast<std::int16_t>(values[o]);
        lane_channels_[o].value = std::int64_t{layer.a} * values[o];
        lane_channels_[o].code = codes[o];
    }
    lanes_->pass(pass, lane_channels_, 0);
    for (std::size_t o = 0; o < codes.size(); ++o)
        codes[o] = static_cast<std::uint8_t>(lane_channels_[o].code);
}

std::int64_t PostDatapath::accesses(std::int64_t bits) const {
    return (bits + port_bits_ - 1) / port_bits_;
}

}  // namespace cimarron
