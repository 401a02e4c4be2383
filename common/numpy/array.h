// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

// Types of elements by numpy's names without the byte order: b1 (bool), i1 … i8, u1 … u8, f2, f4,
// f8.
enum class ElementType { b1, i1, u1, i2, u2, i4, u4, i8, u8, f2, f4, f8 };

std::size_t bytes_of(ElementType type);
const char* name_of(ElementType type);  // as numpy prints it: bool, int8, float16 ...

// An array as numpy has it: rank and sizes, elements row-major in this machine's byte order.
struct Array {
    std::vector<std::size_t> shape;  // empty: a single number
    ElementType type = ElementType::f4;
    std::vector<std::uint8_t> bytes;

    std::size_t size() const { return bytes.size() / bytes_of(type); }
    double operator[](std::size_t index) const;  // in row-major order
};

// (64, 1, 28, 28), as Python writes it.
std::string text(const std::vector<std::size_t>& shape);

}  // namespace cimarron
