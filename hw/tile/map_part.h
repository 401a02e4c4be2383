// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// Values of a map that arrive together: pixels in raster order, of each the same range of channels.
struct MapPart {
    int first_pixel = 0;
    int pixels = 0;
    int first_channel = 0;
    int channels = 0;
    const void* values = nullptr;  // pixels x channels, payload_bytes() each
    bool vector_each = false;      // a vector for every pixel; else one for all
};

}  // namespace cimarron
