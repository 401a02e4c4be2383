// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/numpy/array.h"

#include <filesystem>
#include <fstream>

namespace cimarron {

// A .npy file of known shape, row-major, written part after part.
class NpyWriter {
public:
    NpyWriter(std::filesystem::path file, ElementType type, const std::vector<std::size_t>& shape);

    // Elements of the file's type: T must be as wide.
    template <class T>
    void append(const std::vector<T>& elements) {
        append(elements.data(), elements.size() * sizeof(T));
    }
    // Throws UserError naming the file when not everything could be written.
    void close();

private:
    void append(const void* bytes, std::size_t count);

    std::filesystem::path file_;
    std::ofstream out_;
    std::size_t left_;  // bytes still to come
};

}  // namespace cimarron
