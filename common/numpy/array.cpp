// SPDX-License-Identifier: Apache-2.0
#include "common/numpy/array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace cimarron {

namespace {

template <class T>
double element(const std::uint8_t* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return static_cast<double>(value);
}

// IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction.
double half(const std::uint8_t* bytes) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes, sizeof bits);
    const int exponent = (bits >> 10) & 31;
    const int fraction = bits & 1023;
    double value = 0;
    if (exponent == 31)
        value = fraction == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
    else if (exponent == 0)
        value = std::ldexp(fraction, -24);
    else
        value = std::ldexp(1024 + fraction, exponent - 25);
    return (bits >> 15) != 0 ? -value : value;
}

}  // namespace

std::size_t bytes_of(ElementType type) {
    constexpr std::size_t kBytes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8};
    return kBytes[static_cast<std::size_t>(type)];
}

const char* name_of(ElementType type) {
    constexpr const char* kNames[] = {"bool",   "int8",  "uint8",  "int16",   "uint16",  "int32",
                                      "uint32", "int64", "uint64", "float16", "float32", "float64"};
    return kNames[static_cast<std::size_t>(type)];
}

double Array::operator[](std::size_t index) const {
    const std::uint8_t* at = bytes.data() + index * bytes_of(type);
    switch (type) {
        case ElementType::b1:
            return *at != 0 ? 1 : 0;
        case ElementType::i1:
            return element<std::int8_t>(at);
        case ElementType::u1:
            return element<std::uint8_t>(at);
        case ElementType::i2:
            return element<std::int16_t>(at);
        case ElementType::u2:
            return element<std::uint16_t>(at);
        case ElementType::i4:
            return element<std::int32_t>(at);
        case ElementType::u4:
            return element<std::uint32_t>(at);
        case ElementType::i8:
            return element<std::int64_t>(at);
        case ElementType::u8:
            return element<std::uint64_t>(at);
        case ElementType::f2:
            return half(at);
        case ElementType::f4:
            return element<float>(at);
        case ElementType::f8:
            return element<double>(at);
    }
    return 0;
}

std::string text(const std::vector<std::size_t>& shape) {
    return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

}  // namespace cimarron
