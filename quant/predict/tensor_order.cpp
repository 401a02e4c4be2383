// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/tensor_order.h"

namespace cimarron {

namespace {

std::vector<std::size_t> sizes_of(const TensorForm& form, const Shape& shape, bool flat) {
    std::vector<std::size_t> sizes(form.dims.begin(), form.dims.end());
    if (!sizes.empty()) return sizes;
    sizes = {static_cast<std::size_t>(shape.channels)};
    if (!flat)
        sizes.insert(sizes.end(), {static_cast<std::size_t>(shape.height),
                                   static_cast<std::size_t>(shape.width)});
    return sizes;
}

}  // namespace

std::vector<std::size_t> image_sizes(const Network& network) {
    return sizes_of(network.image_form, network.input, false);
}

std::vector<std::size_t> logit_sizes(const Network& network) {
    const Shape shape = outputs_of(network).back().shape;
    return sizes_of(network.logit_form, shape, shape.pixels() == 1);
}

std::size_t place_in_file(const Shape& shape, bool channels_last, std::size_t index) {
    if (channels_last) return index;
    const auto channels = static_cast<std::size_t>(shape.channels);
    return index % channels * static_cast<std::size_t>(shape.pixels()) + index / channels;
}

}  // namespace cimarron
