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
    std::vector<std::uint8_t> labels;

    int size() const { return static_cast<int>(labels.size()); }
    const std::uint8_t* image(int index) const {
        return pixels.data() + std::ptrdiff_t{index} * shape.size();
    }
    Codes codes(int index) const { return Codes(image(index), image(index) + shape.size()); }
};

enum class Split { train, test };

// name: fashion_mnist (IDX files, gzipped or not) or cifar10 (official binary layout, planar RGB
// turned into HWC). Throws UserError naming the file when one is missing, truncated or damaged.
Dataset load_dataset(const std::string& name, const std::filesystem::path& folder, Split split);

}  // namespace cimarron
