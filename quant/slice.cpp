// SPDX-License-Identifier: Apache-2.0
#include "quant/slice.h"

#include <algorithm>

namespace cimarron {

namespace {

template <class T>
std::vector<T> slice(const std::vector<T>& values, std::size_t first, std::size_t count) {
    const auto from = values.begin() + static_cast<std::ptrdiff_t>(first);
    return {from, from + static_cast<std::ptrdiff_t>(count)};
}

PerChannel slice(const PerChannel& numbers, int first, int count) {
    if (numbers.values().size() == 1) return numbers;
    return slice(numbers.values(), static_cast<std::size_t>(first),
                 static_cast<std::size_t>(count));
}

std::vector<std::int8_t>& integers(BinaryWeights& weights) {
    return weights.signs;
}
std::vector<std::int8_t>& integers(IntegerWeights& weights) {
    return weights.values;
}

void slice_channels(BinaryWeights& w, std::size_t first, std::size_t count) {
    w.alpha = slice(w.alpha, first, count);
    w.beta = slice(w.beta, first, count);
}
void slice_channels(IntegerWeights& w, std::size_t first, std::size_t count) {
    w.scale = slice(w.scale, first, count);
    if (!w.zero.empty()) w.zero = slice(w.zero, first, count);
}

}  // namespace

ActivationQuantizer slice(const ActivationQuantizer& quantizer, int first, int count) {
    ActivationQuantizer result = quantizer;
    for (PerChannel ActivationQuantizer::*numbers :
         {&ActivationQuantizer::step, &ActivationQuantizer::offset, &ActivationQuantizer::scale,
          &ActivationQuantizer::zero})
        result.*numbers = slice(quantizer.*numbers, first, count);
    return result;
}

ConvNode slice_inputs(const ConvNode& node, int in_channels, int first, int count) {
    ConvNode result = node;
    const auto kernel = static_cast<std::ptrdiff_t>(node.window.kernel_h) * node.window.kernel_w;
    std::visit(
        [&](auto& weights) {
            const std::vector<std::int8_t> all = integers(weights);
            integers(weights).clear();
            for (int o = 0; o < node.out_channels; ++o) {
                const auto from = all.begin() + (std::ptrdiff_t{o} * in_channels + first) * kernel;
                integers(weights).insert(integers(weights).end(), from, from + count * kernel);
            }
        },
        result.weights);
    return result;
}

ConvNode slice_groups(const ConvNode& node, int first, int count) {
    ConvNode result = node;
    const int of_group = node.out_channels / node.groups;
    const auto from = static_cast<std::size_t>(first * of_group);
    const auto channels = static_cast<std::size_t>(count * of_group);
    result.groups = count;
    result.out_channels = count * of_group;
    std::visit(
        [&](auto& weights) {
            const std::size_t rows =
                integers(weights).size() / static_cast<std::size_t>(node.out_channels);
            integers(weights) = slice(integers(weights), from * rows, channels * rows);
            slice_channels(weights, from, channels);
        },
        result.weights);
    if (!node.bias.empty()) result.bias = slice(node.bias, from, channels);
    if (node.batch_norm)
        for (Reals BatchNorm::*numbers :
             {&BatchNorm::gamma, &BatchNorm::beta, &BatchNorm::mean, &BatchNorm::variance})
            (*result.batch_norm).*numbers = slice((*node.batch_norm).*numbers, from, channels);
    if (node.activation)
        result.activation = slice(*node.activation, first * of_group, count * of_group);
    return result;
}

void drop_offset(ConvNode& node) {
    node.bias.clear();
    if (!node.batch_norm) return;
    std::fill(node.batch_norm->mean.begin(), node.batch_norm->mean.end(), 0.0);
    std::fill(node.batch_norm->beta.begin(), node.batch_norm->beta.end(), 0.0);
}

}  // namespace cimarron
