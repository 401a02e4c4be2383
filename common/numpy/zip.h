// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cimarron {

// A file in a zip archive, by the archive's central directory.
struct ZipMember {
    std::string name;
    int method = 0;  // 0 stored, 8 deflated
    bool encrypted = false;
    std::uint32_t crc = 0;
    std::size_t packed = 0;  // bytes
    std::size_t bytes = 0;   // unpacked
    std::size_t header = 0;  // offset of its local header
};

// Archives of less than 4 GiB in one part, as numpy's savez and savez_compressed write them. Both
// throw UserError, without the file's name, when the archive is damaged, larger or packed
// otherwise.
bool is_zip(std::string_view content);
std::vector<ZipMember> zip_members(std::string_view content);
std::string unpack(std::string_view content, const ZipMember& member);

}  // namespace cimarron
