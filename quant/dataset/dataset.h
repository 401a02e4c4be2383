// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cimarron {

// Labelled images as unsigned 8-bit pixels, HWC, one after the other.
struct Dataset {
    Shape shape;
    int classes = 10;
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint16_t> labels;
    std::vector<std::filesystem::path>
        files;  // of images that are read when needed; no pixels then

    int size() const { return static_cast<int>(labels.size()); }
    const std::uint8_t* image(int index) const {
        return pixels.data() + std::ptrdiff_t{index} * shape.size();
    }
    Codes codes(int index) const { return Codes(image(index), image(index) + shape.size()); }
};

enum class Split { train, test };

// The data set whose images are files of their own.
constexpr const char* kImageFolder = "image_folder";

// name: fashion_mnist (IDX files, gzipped or not), cifar10 (official binary layout, planar RGB
// turned into HWC) or image_folder (train/CLASS/*.JPEG and val/CLASS/*.JPEG or .png, in the order
// of the names, one of each class in turn; at the network's input size). The first `count` images;
// 0: all. Throws UserError naming the file when one is missing, truncated or damaged. Of
// image_folder, training images are only listed (read_crop() reads one), test images are their
// centres: the shorter side is 8/7 of the network's input.
Dataset load_dataset(const std::string& name, const std::filesystem::path& folder, Split split,
                     const Shape& network_input = {}, int count = 0);

// The first `count` images (all when 0, or when there are fewer).
void limit(Dataset& data, int count);

// Reads the centre of every listed image, by all processors; nothing where none is listed.
void read_centres(Dataset& data);

// Which part of a listed image training sees: 8 to 100 % of its area, sides 3:4 to 4:3, all of them
// uniform in 0..1.
struct RandomCrop {
    double area = 0;
    double aspect = 0;
    double left = 0;
    double top = 0;
    bool flip = false;
};
void read_crop(const Dataset& data, int index, const RandomCrop& crop, std::uint8_t* out);

}  // namespace cimarron
