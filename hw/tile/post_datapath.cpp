// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/post_datapath.h"

#include "hw/tile/stage_timing.h"
#include "hw/tile/vector_kernels.h"

#include <cstring>

namespace cimarron {

PostDatapath::PostDatapath(const SramBufferParams& output_buffer, const Stage& stage,
                           const TilePlacement& placement, int most_vectors,
                           ResidualBuffer& residual)
    : port_bits_(output_buffer.port_bits),
      stage_(stage),
      placement_(placement),
      band_(stage.mvm, placement),
      residual_(residual),
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
        const auto most = static_cast<std::size_t>(placement.channels * most_vectors);
        nodes_[i].codes.resize(most);
        const auto* quantize = std::get_if<QuantizeLayer>(&stage.post[i].layer);
        if (quantize == nullptr) continue;
        if (is_stream(quantize->output_bits)) nodes_[i].stream.resize(most);
        if (!quantize->channels.empty()) {
            const auto first = quantize->channels.begin() + placement.first_channel;
            nodes_[i].affine.assign(first, first + placement.channels);
        }
        if (quantize->residual || !quantize->channels.empty() || is_stream(quantize->output_bits))
            values_.resize(most);
    }
}

void PostDatapath::push_codes(std::int64_t image, const Vectors<std::uint8_t>& vectors,
                              OutputQueue& out) {
    push(image, vectors, out);
}

void PostDatapath::push_stream(std::int64_t image, const Vectors<std::int32_t>& vectors,
                               OutputQueue& out) {
    push(image, vectors, out);
}

void PostDatapath::push_logits(const Vectors<std::int64_t>& vectors, OutputQueue& out) {
    for (const int output : first_.outputs) send(output, vectors, out);
}

template <class Value>
void PostDatapath::push(std::int64_t image, const Vectors<Value>& vectors, OutputQueue& out) {
    image_ = image;
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
    activity_.quantizations += count;
    const bool plain = node.affine.empty() && !layer.residual;
    if (!plain || is_stream(layer.output_bits)) scale(layer, node, vectors);
    if (is_stream(layer.output_bits)) {
        requantize(values_.data(), count, layer.requantizer(), node.stream.data());
        if (lanes_ != nullptr) pass_lanes(layer, node, vectors, node.stream);
        const Vectors<std::int32_t> made{vectors.first_pixel, vectors.pixels, node.stream.data()};
        return follow(post, made, out);
    }
    if (plain)
        requantize(vectors.values, count, layer.a, layer.d, layer.requantizer(), node.codes.data());
    else
        requantize(values_.data(), count, layer.requantizer(), node.codes.data());
    if (lanes_ != nullptr) pass_lanes(layer, node, vectors, node.codes);
    follow(post, Vectors<std::uint8_t>{vectors.first_pixel, vectors.pixels, node.codes.data()},
           out);
}

// values_ = a x + d, and the residual.
template <class Value>
void PostDatapath::scale(const QuantizeLayer& layer, const Node& node,
                         const Vectors<Value>& vectors) {
    const int count = vectors.pixels * placement_.channels;
    for (int i = 0; i < count; ++i) {
        const auto o = static_cast<std::size_t>(i % placement_.channels);
        const ChannelAffine k = node.affine.empty() ? layer.affine(0) : node.affine[o];
        values_[static_cast<std::size_t>(i)] = affine_value(k, vectors.values[i], 0);
    }
    if (layer.residual)
        residual_.add(image_, vectors.first_pixel, vectors.pixels, values_.data(),
                      placement_.channels);
}

// A vector that is requantized passes the lanes as a residual or, where another is added to it, as
// the window's sum.
template <class Value, class Out>
void PostDatapath::pass_lanes(const QuantizeLayer& layer, const Node& node,
                              const Vectors<Value>& vectors, std::vector<Out>& out) {
    const Residual* residual = layer.residual ? &*layer.residual : nullptr;
    PostLanes::Layer pass;
    pass.to = layer.requantizer();
    pass.residual_up = residual != nullptr ? residual->up : 0;
    const auto channels = static_cast<std::size_t>(placement_.channels);
    lane_channels_.assign(channels, {});
    for (std::size_t o = 0; o < channels; ++o) {
        PostLanes::Channel& lane = lane_channels_[o];
        const ChannelAffine k = node.affine.empty() ? layer.affine(0) : node.affine[o];
        const std::int32_t x = vectors.values[o];
        lane.value = affine_value(k, x, 0);
        if (residual != nullptr) {
            const std::int32_t r = residual_.at(image_, vectors.first_pixel, static_cast<int>(o));
            lane.affine = {0, k.a, k.d, static_cast<int>(k.up)};
            lane.window_sum = x;
            lane.r = residual->r;
            lane.residual = r;
            lane.value += residual_term(*residual, r);
        } else {
            lane.affine = {0, 0, k.d, 0};
            lane.r = k.a;
            lane.residual = x;
            pass.residual_up = static_cast<int>(k.up);
        }
        lane.code = out[o];
    }
    lanes_->pass(pass, lane_channels_, 0);
    for (std::size_t o = 0; o < channels; ++o) out[o] = static_cast<Out>(lane_channels_[o].code);
}

std::int64_t PostDatapath::accesses(std::int64_t bits) const {
    return (bits + port_bits_ - 1) / port_bits_;
}

}  // namespace cimarron
