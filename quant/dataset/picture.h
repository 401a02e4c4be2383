// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace cimarron {

// 8-bit RGB pixels, HWC.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

// By the name's ending: .jpg, .jpeg or .png.
bool is_picture(const std::filesystem::path& file);

// The pictures among files and folders, each folder's sorted by name with those of its own folders
// among them. Throws UserError when a name is not there, is no picture, or a folder holds none.
std::vector<std::filesystem::path> list_pictures(const std::vector<std::filesystem::path>& names);

// A JPEG or PNG file, by its content. read_jpeg() says what `least` is and which errors there are.
Picture read_picture(const std::filesystem::path& file, int least);

// A picture of the shape's size as it is, of another its centre: the shorter side is 8/7 of the
// shape's longer one. HWC codes of 3 channels, or their luminance as 1.
Codes read_centre(const std::filesystem::path& file, const Shape& shape);

}  // namespace cimarron
