// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/picture.h"

#include <cstdint>
#include <filesystem>

namespace cimarron {

// The whole picture by libjpeg, grey and CMYK as RGB, or, when that is still at least `least`
// pixels wide and high, at 1/2, 1/4 or 1/8 of its size (which costs far less). Throws UserError
// naming the file when it cannot be read, is no JPEG, is truncated or damaged.
Picture read_jpeg(const std::filesystem::path& file, int least);

// A part of a picture, in its pixels.
struct Crop {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
};

// The crop at another size, HWC RGB into `out`: the mean over the area of each new pixel where it
// covers more than one, bilinear where it covers less. `flip`: left and right.
void resize(const Picture& picture, const Crop& crop, int width, int height, bool flip,
            std::uint8_t* out);

}  // namespace cimarron
