// SPDX-License-Identifier: Apache-2.0
#include "common/numpy/read_array.h"

#include "common/error.h"
#include "common/numpy/npy_header.h"
#include "common/numpy/zip.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace cimarron {

namespace {

constexpr const char* kSuffix = ".npy";

std::string whole_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file)) throw UserError("cannot be read");
    std::string content((std::istreambuf_iterator<char>(in)), {});
    if (in.bad()) throw UserError("cannot be read");
    return content;
}

// The first index varies fastest; here the last does.
std::vector<std::uint8_t> row_major(const std::uint8_t* from, const NpyHeader& header) {
    const std::size_t bytes = bytes_of(header.type);
    std::vector<std::uint8_t> to;
    to.reserve(header.elements * bytes);
    for (std::size_t i = 0; i < header.elements; ++i) {
        std::size_t at = 0;  // of element i in the file
        std::size_t inner = header.elements;
        std::size_t outer = 1;
        for (const std::size_t size : header.shape) {
            inner /= size;
            at += i / inner % size * outer;
            outer *= size;
        }
        to.insert(to.end(), from + at * bytes, from + (at + 1) * bytes);
    }
    return to;
}

Array parse(std::string_view content) {
    const NpyHeader header = read_npy_header(content);
    const std::size_t bytes = bytes_of(header.type);
    const std::size_t there = content.size() - header.bytes;
    if (there < header.elements * bytes)
        throw UserError(fmt::format("truncated: {} bytes of elements, {} of shape {} need {}",
                                    there, name_of(header.type), text(header.shape),
                                    header.elements * bytes));
    const auto* from = reinterpret_cast<const std::uint8_t*>(content.data()) + header.bytes;
    Array array{header.shape, header.type, {}};
    if (header.column_major)
        array.bytes = row_major(from, header);
    else
        array.bytes.assign(from, from + header.elements * bytes);
    if (header.other_endian)
        for (std::size_t i = 0; i < array.bytes.size(); i += bytes)
            std::reverse(array.bytes.begin() + static_cast<std::ptrdiff_t>(i),
                         array.bytes.begin() + static_cast<std::ptrdiff_t>(i + bytes));
    return array;
}

std::string member(const std::string& content, const std::string& name) {
    const std::vector<ZipMember> members = zip_members(content);
    std::vector<std::string> names;
    for (const ZipMember& m : members) {
        if (m.name == name + kSuffix || m.name == name) return unpack(content, m);
        names.push_back(m.name.substr(0, m.name.rfind(kSuffix)));
    }
    constexpr std::size_t kMostNames = 8;
    const bool more = names.size() > kMostNames;
    names.resize(std::min(names.size(), kMostNames));
    throw UserError(fmt::format("has no array {}; it has {}{}", name,
                                names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")),
                                more ? ", ..." : ""));
}

}  // namespace

Array read_array(const std::filesystem::path& file, const std::string& name) {
    try {
        const std::string content = whole_file(file);
        return is_zip(content) ? parse(member(content, name)) : parse(content);
    } catch (const UserError& error) {
        throw UserError(fmt::format("{}: {}", file.string(), error.what()));
    }
}

}  // namespace cimarron
