// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

namespace cimarron {

// The bit planes of several windows' input codes: word w of slice s of the i-th is
// windows[i][s * plane_stride + (first_word + w) * word_stride].
struct SlicedWindows {
    const Word* const* windows;
    int count;
    int slices;
    int plane_stride;
    int word_stride;
    int first_word = 0;

    int planes() const { return count * slices; }
};

}  // namespace cimarron
