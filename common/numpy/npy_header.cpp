// SPDX-License-Identifier: Apache-2.0
#include "common/numpy/npy_header.h"

#include "common/error.h"

#include <fmt/format.h>
#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <utility>

namespace cimarron {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMostRank = 32;  // numpy's own

constexpr std::array<std::pair<std::string_view, ElementType>, 12> kTypes = {
    {{"b1", ElementType::b1},
     {"i1", ElementType::i1},
     {"u1", ElementType::u1},
     {"i2", ElementType::i2},
     {"u2", ElementType::u2},
     {"i4", ElementType::i4},
     {"u4", ElementType::u4},
     {"i8", ElementType::i8},
     {"u8", ElementType::u8},
     {"f2", ElementType::f2},
     {"f4", ElementType::f4},
     {"f8", ElementType::f8}}};

[[noreturn]] void damaged(const char* what) {
    throw UserError(fmt::format("damaged .npy header: {}", what));
}

// The text of a key's value in the header's Python dictionary, to the dictionary's end.
std::string_view value_of(std::string_view dictionary, std::string_view key) {
    for (const char quote : {'\'', '"'}) {
        const std::size_t at = dictionary.find(fmt::format("{}{}{}", quote, key, quote));
        if (at == std::string_view::npos) continue;
        dictionary.remove_prefix(at + key.size() + 2);
        const std::size_t begin = dictionary.find_first_not_of(": ");
        if (begin != std::string_view::npos) return dictionary.substr(begin);
    }
    throw UserError(fmt::format("damaged .npy header: no {}", key));
}

void read_type(std::string_view text, NpyHeader& header) {
    if (text.front() == '[') throw UserError("holds records; an array of plain numbers is right");
    const std::size_t end = text.find(text.front(), 1);
    if (end == std::string_view::npos || end < 3) damaged("its type");
    const std::string_view type = text.substr(1, end - 1);
    const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [type](const auto& known) {
        return known.first == type.substr(1);
    });
    if (found == kTypes.end())
        throw UserError(fmt::format(
            "holds elements of type {}; bool, integers of 8 to 64 bits or floats of 16 to 64 are "
            "right",
            type.substr(0, 16)));
    header.type = found->second;
    const bool big = type.front() == '>';
    header.other_endian = bytes_of(header.type) > 1 && type.front() != '=' &&
                          big != (boost::endian::order::native == boost::endian::order::big);
}

std::vector<std::size_t> read_shape(std::string_view text) {
    std::vector<std::size_t> shape;
    if (text.front() != '(') damaged("its shape");
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == ')') return shape;
        if (text[i] == ',' || text[i] == ' ') continue;
        if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) break;
        std::size_t size = 0;
        for (; i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0; ++i) {
            if (size > std::numeric_limits<std::uint32_t>::max()) damaged("a size is too large");
            size = size * 10 + static_cast<std::size_t>(text[i] - '0');
        }
        --i;
        shape.push_back(size);
        if (shape.size() > kMostRank) break;
    }
    damaged("its shape");
}

// An 8-byte numpy array of no more than this many elements fits any address.
std::size_t product(const std::vector<std::size_t>& shape) {
    constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max() / 16;
    std::size_t elements = 1;
    for (const std::size_t size : shape) {
        if (size != 0 && elements > kMost / size) damaged("its shape has too many elements");
        elements *= size;
    }
    return elements;
}

// Little-endian, of 2 or 4 bytes behind the version.
std::size_t dictionary_bytes(std::string_view content, std::size_t width) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < width; ++i)
        length |= static_cast<std::size_t>(static_cast<unsigned char>(content[8 + i])) << (8 * i);
    return length;
}

}  // namespace

NpyHeader read_npy_header(std::string_view content) {
    if (content.size() < 12 || content.substr(0, kMagic.size()) != kMagic)
        throw UserError("is no .npy array, or truncated");
    const int version = content[6];
    if (version < 1 || version > 3) damaged("its version");
    const std::size_t width = version == 1 ? 2 : 4;
    const std::size_t length = dictionary_bytes(content, width);
    NpyHeader header;
    header.bytes = 8 + width + length;
    if (header.bytes > content.size()) throw UserError("truncated .npy header");
    const std::string_view dictionary = content.substr(8 + width, length);
    read_type(value_of(dictionary, "descr"), header);
    header.column_major = value_of(dictionary, "fortran_order").substr(0, 4) == "True";
    header.shape = read_shape(value_of(dictionary, "shape"));
    header.elements = product(header.shape);
    return header;
}

std::string write_npy_header(ElementType type, const std::vector<std::size_t>& shape) {
    const char order = bytes_of(type) == 1                                            ? '|'
                       : boost::endian::order::native == boost::endian::order::little ? '<'
                                                                                      : '>';
    std::string dictionary =
        fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}", order,
                    kTypes[static_cast<std::size_t>(type)].first, text(shape));
    const std::size_t used = kMagic.size() + 4 + dictionary.size() + 1;
    dictionary.append((kAlignment - used % kAlignment) % kAlignment, ' ');
    dictionary += '\n';
    std::string header(kMagic);
    header += {'\1', '\0', static_cast<char>(dictionary.size() & 255),
               static_cast<char>(dictionary.size() >> 8)};
    return header + dictionary;
}

}  // namespace cimarron
