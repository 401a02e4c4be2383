// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/numpy/array.h"
#include "quant/dataset/dataset.h"
#include "quant/network.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// Images as the network's file takes them: real values in the file's own unit, each image in the
// order of Network::input (HWC). May be asked for by several threads at once.
struct InputImages {
    int count = 0;
    std::function<std::vector<double>(int)> values;
    std::vector<std::uint16_t> labels = {};  // empty: unknown
};

// How 8-bit pixels become values of that unit: (x - mean) / deviation by channel, with x = pixel /
// 255, or the pixel itself.
struct PixelForm {
    bool bytes = false;
    std::vector<double> mean = {};       // empty: 0; one: of all channels
    std::vector<double> deviation = {};  // empty: 1
};

// One image or several, [N] in front, in the file's own form. Throws UserError, beginning with
// `name`, when the shape is another or a value is not finite.
InputImages array_images(Array array, const Network& network, const std::string& name);

InputImages dataset_images(std::shared_ptr<const Dataset> data, const PixelForm& pixels);

// Picture files, each at the network's size (read_picture()). Throws UserError naming the file that
// cannot be read, when it is asked for.
InputImages picture_images(std::vector<std::filesystem::path> files, const Shape& shape,
                           const PixelForm& pixels);

// The image at `index` alone.
InputImages only(const InputImages& images, int index);

}  // namespace cimarron
