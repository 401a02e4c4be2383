// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

namespace cimarron {

// The largest value of an image, in the file's own unit, that its quantizer tells from larger ones.
double image_reach(const Network& network);

// What a white pixel of an 8-bit picture is in that unit: 255 where the quantizer reaches so far
// that images cannot be meant to be of 0..1, else 1.
double white_pixel(const Network& network);

}  // namespace cimarron
