// SPDX-License-Identifier: Apache-2.0
#include "common/numpy/zip.h"

#include "common/error.h"

#include <fmt/format.h>
#include <boost/crc.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/filter/zlib.hpp>
#include <boost/iostreams/filtering_stream.hpp>

#include <algorithm>

namespace cimarron {

namespace {

namespace io = boost::iostreams;

// Records of the format (APPNOTE.TXT 4.3): signature, and bytes before their variable part.
constexpr std::string_view kLocal = "PK\3\4";
constexpr std::string_view kCentral = "PK\1\2";
constexpr std::string_view kEnd = "PK\5\6";
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kMostComment = 65535;
constexpr std::uint32_t kElsewhere = 0xFFFFFFFF;  // in a record of zip64

[[noreturn]] void damaged(const char* what) {
    throw UserError(fmt::format("damaged or truncated .npz archive: {}", what));
}

// Little-endian; the caller has checked that the bytes are there.
std::uint32_t number(std::string_view content, std::size_t at, std::size_t width) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(content[at + i])) << (8 * i);
    return value;
}

std::size_t find_end(std::string_view content) {
    if (content.size() < kEndBytes) damaged("too short");
    const std::size_t at = content.rfind(kEnd, content.size() - kEndBytes);
    if (at == std::string_view::npos || content.size() - at > kEndBytes + kMostComment)
        damaged("it has no directory");
    return at;
}

std::string inflate(std::string_view packed, std::size_t bytes) {
    io::zlib_params raw;
    raw.noheader = true;
    io::filtering_istream in;
    in.push(io::zlib_decompressor(raw));
    in.push(io::array_source(packed.data(), packed.size()));
    in.exceptions(std::ios::badbit);
    std::string content;
    constexpr std::size_t kBlock = std::size_t{1} << 20;  // of memory before it is needed
    try {
        while (content.size() < bytes && in) {
            const std::size_t had = content.size();
            content.resize(had + std::min(kBlock, bytes - had));
            in.read(content.data() + had, static_cast<std::streamsize>(content.size() - had));
            content.resize(had + static_cast<std::size_t>(in.gcount()));
        }
    } catch (const std::exception&) {
        damaged("a member cannot be unpacked");
    }
    return content;
}

}  // namespace

bool is_zip(std::string_view content) {
    return content.substr(0, 4) == kLocal || content.substr(0, 4) == kEnd;
}

std::vector<ZipMember> zip_members(std::string_view content) {
    const std::size_t end = find_end(content);
    const std::size_t count = number(content, end + 10, 2);
    std::size_t at = number(content, end + 16, 4);
    if (at == kElsewhere || count == 0xFFFF)
        throw UserError("has more than 4 GiB or 65534 arrays; save the array alone, as .npy");
    std::vector<ZipMember> members;
    for (std::size_t i = 0; i < count; ++i) {
        if (at + kCentralBytes > end || content.substr(at, 4) != kCentral) damaged("its directory");
        const std::size_t name = number(content, at + 28, 2);
        if (at + kCentralBytes + name > end) damaged("a name");
        ZipMember member;
        member.encrypted = (number(content, at + 8, 2) & 1) != 0;
        member.method = static_cast<int>(number(content, at + 10, 2));
        member.crc = number(content, at + 16, 4);
        member.packed = number(content, at + 20, 4);
        member.bytes = number(content, at + 24, 4);
        member.header = number(content, at + 42, 4);
        member.name = content.substr(at + kCentralBytes, name);
        at += kCentralBytes + name + number(content, at + 30, 2) + number(content, at + 32, 2);
        members.push_back(std::move(member));
    }
    return members;
}

std::string unpack(std::string_view content, const ZipMember& member) {
    if (member.bytes == kElsewhere || member.packed == kElsewhere)
        throw UserError(
            fmt::format("array {} has more than 4 GiB; save it alone, as .npy", member.name));
    const std::size_t at = member.header;
    if (at + kLocalBytes > content.size() || content.substr(at, 4) != kLocal)
        damaged("a member's header");
    const std::size_t data =
        at + kLocalBytes + number(content, at + 26, 2) + number(content, at + 28, 2);
    if (data + member.packed > content.size()) damaged("a member's end");
    if (member.encrypted || (member.method != 0 && member.method != 8))
        throw UserError(
            fmt::format("array {} is encrypted or packed by method {}; numpy's savez "
                        "and savez_compressed are right",
                        member.name, member.method));
    const std::string_view packed = content.substr(data, member.packed);
    std::string unpacked = member.method == 0 ? std::string(packed) : inflate(packed, member.bytes);
    boost::crc_32_type crc;
    crc.process_bytes(unpacked.data(), unpacked.size());
    if (unpacked.size() != member.bytes || crc.checksum() != member.crc)
        damaged("a member's checksum");
    return unpacked;
}

}  // namespace cimarron
