// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/bit_plan.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr int kWideBits = 8;  // the image, and codes whose rounding would show in the logits

// What the readers of a layer's output ask of it.
struct Demand {
    int bits = 0;  // widest codes that a reader wants
    bool named = false;
    bool feeds_last = false;  // directly or through pools
};

int output_bits(const LayerSpec& layer, const Demand& demand, int stream_bits) {
    if (!layer.weighted()) return demand.named ? kWideBits : demand.bits;
    return layer.add || demand.named ? stream_bits : demand.bits;
}

int input_bits(const LayerSpec& layer, const Demand& demand, int output, int activation_bits) {
    if (layer.source < 0) return kWideBits;
    if (layer.type == LayerSpec::Type::max_pool) return output;
    if (layer.type == LayerSpec::Type::average_pool && demand.feeds_last) return kWideBits;
    return layer.activation_bits.value_or(activation_bits);
}

}  // namespace

std::vector<LayerBits> bit_plan(const NetworkSpec& network, int activation_bits) {
    const std::vector<LayerSpec>& layers = network.layers;
    std::vector<LayerBits> plan(layers.size());
    std::vector<Demand> demands(layers.size());
    for (std::size_t i = layers.size(); i-- > 0;) {
        const LayerSpec& layer = layers[i];
        const Demand& demand = demands[i];
        const bool last = i + 1 == layers.size();
        plan[i].output = last ? 0 : output_bits(layer, demand, network.stream_bits);
        plan[i].input =
            last ? kWideBits : input_bits(layer, demand, plan[i].output, activation_bits);
        if (layer.add) demands[static_cast<std::size_t>(*layer.add)].named = true;
        if (layer.source < 0) continue;
        Demand& source = demands[static_cast<std::size_t>(layer.source)];
        source.bits = std::max(source.bits, plan[i].input);
        source.feeds_last |= last || (!layer.weighted() && demand.feeds_last);
    }
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].source >= 0)
            plan[i].quantize_input =
                plan[static_cast<std::size_t>(layers[i].source)].output != plan[i].input;
    return plan;
}

}  // namespace cimarron
