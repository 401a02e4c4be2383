// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace cimarron {

// Writes beside the file, then renames: a reader sees the old or the new content, never a part.
// Creates the folder. UserError when it cannot.
void write_atomically(const std::filesystem::path& file, std::string_view content);

// SHA-256 (FIPS 180-4) in hexadecimal, of a text or of a file's content.
std::string sha256(std::string_view data);
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace cimarron
