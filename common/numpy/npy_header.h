// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/numpy/array.h"

#include <string>
#include <string_view>

namespace cimarron {

// What stands in front of a .npy file's elements (numpy's format, versions 1 to 3).
struct NpyHeader {
    ElementType type = ElementType::f4;
    bool other_endian = false;
    bool column_major = false;
    std::vector<std::size_t> shape;
    std::size_t elements = 1;
    std::size_t bytes = 0;  // of the header, where the elements begin
};

// Throws UserError, without the file's name, for a header that is damaged or of elements that are
// no plain numbers.
NpyHeader read_npy_header(std::string_view content);

// A header of version 1, row-major, padded so that the elements are aligned.
std::string write_npy_header(ElementType type, const std::vector<std::size_t>& shape);

}  // namespace cimarron
