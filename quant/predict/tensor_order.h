// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <cstddef>
#include <vector>

namespace cimarron {

// Sizes of the image and of the logits as the file holds them, without the batch.
std::vector<std::size_t> image_sizes(const Network& network);
std::vector<std::size_t> logit_sizes(const Network& network);

// Where in the file element `index` of a tensor in our order (HWC) stands.
std::size_t place_in_file(const Shape& shape, bool channels_last, std::size_t index);

// Values of one image from our order to the file's.
template <class To, class From>
std::vector<To> in_file_order(const From& values, const Shape& shape, bool channels_last) {
    std::vector<To> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        result[place_in_file(shape, channels_last, i)] = static_cast<To>(values[i]);
    return result;
}

}  // namespace cimarron
