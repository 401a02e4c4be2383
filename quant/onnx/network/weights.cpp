// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network/weights.h"

#include "quant/onnx/network/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

namespace {

struct Channels {
    std::size_t count = 0;
    std::size_t size = 0;  // weights of each
};

Channels channels_of_weights(const Tensor& weights) {
    const auto count = static_cast<std::size_t>(weights.dims[0]);
    return {count, count == 0 ? 0 : weights.size() / count};
}

void check_finite(const Node& node, const Tensor& weights) {
    if (!std::all_of(weights.values.begin(), weights.values.end(),
                     [](double v) { return std::isfinite(v); }))
        fail(node, "its weights hold a value that is not finite");
}

bool is_signs(const Tensor& weights) {
    return weights.lattice &&
           std::all_of(weights.lattice->codes.begin(), weights.lattice->codes.end(),
                       [](double code) { return code == 1 || code == -1; });
}

// step and base of a channel's quantizer, which must be its own.
bool uniform_lattice(const Lattice& lattice, std::size_t first, std::size_t size) {
    for (std::size_t i = first; i < first + size; ++i)
        if (lattice.step_at(i) != lattice.step_at(first) ||
            lattice.base_at(i) != lattice.base_at(first))
            return false;
    return true;
}

bool has_channel_quantizers(const Tensor& weights, const Channels& channels) {
    if (!weights.lattice) return false;
    for (std::size_t o = 0; o < channels.count; ++o)
        if (!uniform_lattice(*weights.lattice, o * channels.size, channels.size)) return false;
    return true;
}

// Signs as they are stored, alpha and beta as they are multiplied and added.
BinaryWeights from_signs(const Tensor& weights, const Channels& channels) {
    BinaryWeights binary;
    for (double code : weights.lattice->codes)
        binary.signs.push_back(static_cast<std::int8_t>(code));
    for (std::size_t o = 0; o < channels.count; ++o) {
        binary.alpha.push_back(weights.lattice->step_at(o * channels.size));
        binary.beta.push_back(weights.lattice->base_at(o * channels.size));
    }
    return binary;
}

// At most two values for each output channel; nothing when there are more.
std::optional<BinaryWeights> from_two_values(const Tensor& weights, const Channels& channels) {
    BinaryWeights binary;
    for (std::size_t o = 0; o < channels.count; ++o) {
        const auto begin = weights.values.begin() + static_cast<std::ptrdiff_t>(o * channels.size);
        const auto end = begin + static_cast<std::ptrdiff_t>(channels.size);
        const auto [low, high] = std::minmax_element(begin, end);
        for (auto w = begin; w != end; ++w) {
            if (*w != *low && *w != *high) return std::nullopt;
            binary.signs.push_back(*w == *high ? 1 : -1);
        }
        const bool constant = *low == *high;  // its own level, either sign
        if (constant && *low < 0)
            std::fill(binary.signs.end() - (end - begin), binary.signs.end(), std::int8_t{-1});
        binary.alpha.push_back(constant ? std::abs(*low) : as_in_file((*high - *low) / 2));
        binary.beta.push_back(constant ? 0 : as_in_file((*high + *low) / 2));
    }
    return binary;
}

// Two whole numbers in all of a layer, such as 0 and 1.
bool has_two_codes(const Lattice& lattice) {
    const auto [low, high] = std::minmax_element(lattice.codes.begin(), lattice.codes.end());
    return std::all_of(lattice.codes.begin(), lattice.codes.end(),
                       [l = *low, h = *high](double code) { return code == l || code == h; });
}

Tensor with_own_lattice(Tensor weights) {
    auto lattice = std::make_shared<Lattice>();
    lattice->codes = weights.values;
    weights.lattice = std::move(lattice);
    return weights;
}

bool is_whole(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(),
                       [](double v) { return v == std::floor(v) && std::abs(v) <= 256; });
}

// Fewest bits of two's complement that hold low..high, once they are moved by the returned shift.
struct Storage {
    int bits = 1;
    double shift = 0;
};

Storage storage_of(double low, double high) {
    const auto fits = [](int bits, double from, double to) {
        return from >= -std::exp2(bits - 1) && to <= std::exp2(bits - 1) - 1;
    };
    for (int bits = 2; bits <= 16; ++bits) {
        if (fits(bits, low, high)) return {bits, 0};
        const double shift = std::exp2(bits - 1);  // unsigned codes
        if (fits(bits, low - shift, high - shift)) return {bits, shift};
    }
    return {17, 0};
}

IntegerWeights from_codes(const Node& node, const Tensor& weights, const Channels& channels,
                          bool keep_width) {
    const Lattice& lattice = *weights.lattice;
    const auto [low, high] = std::minmax_element(lattice.codes.begin(), lattice.codes.end());
    Storage storage = storage_of(*low, *high);
    if (keep_width && storage.shift == 0) storage.bits = std::max(storage.bits, lattice.bits);
    if (storage.bits > 8)
        fail(node, fmt::format("its weights are whole numbers from {} to {}; 8 bits are supported",
                               *low, *high));
    IntegerWeights result;
    result.bits = storage.bits;
    for (double code : lattice.codes)
        result.values.push_back(static_cast<std::int8_t>(code - storage.shift));
    for (std::size_t o = 0; o < channels.count; ++o) {
        const double step = lattice.step_at(o * channels.size);
        const double base = lattice.base_at(o * channels.size);
        if (step == 0 && base != 0) fail(node, "its weights of a channel are one constant");
        result.scale.push_back(step);
        result.zero.push_back(step == 0 ? 0 : near_whole(-base / step) - storage.shift);
    }
    if (std::all_of(result.zero.begin(), result.zero.end(), [](double z) { return z == 0; }))
        result.zero.clear();
    return result;
}

}  // namespace

Weights read_weights(const Node& node, const Tensor& weights, bool keep_width) {
    check_finite(node, weights);
    const Channels channels = channels_of_weights(weights);
    if (channels.count == 0 || channels.size == 0) fail(node, "has no weights");
    const bool quantized = has_channel_quantizers(weights, channels);
    if (quantized && is_signs(weights)) return from_signs(weights, channels);
    const bool kept = keep_width && quantized && weights.lattice->bits > 0;
    if (!quantized || (!kept && has_two_codes(*weights.lattice)))
        if (auto binary = from_two_values(weights, channels)) return *binary;
    if (quantized && is_whole(weights.lattice->codes))
        return from_codes(node, weights, channels, kept);
    if (is_whole(weights.values))
        return from_codes(node, with_own_lattice(weights), channels, false);
    fail(node, weights.lattice
                   ? "its weights have several scales within an output channel, which is not "
                     "supported"
                   : "its weights are floats that nothing quantizes; `cimarron quantize` does");
}

}  // namespace cimarron::foreign
