// SPDX-License-Identifier: Apache-2.0
#include "common/file.h"

#include "common/error.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace cimarron {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
    throw UserError(fmt::format("{}: {}", file.string(), what));
}

}  // namespace

void write_atomically(const std::filesystem::path& file, std::string_view content) {
    std::error_code error;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    std::filesystem::path aside = file;
    aside += fmt::format(".{}.part", getpid());
    std::ofstream out(aside, std::ios::binary | std::ios::trunc);
    if (!out) fail(file, fmt::format("cannot be written: {}", std::strerror(errno)));
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (out) {
        std::filesystem::rename(aside, file, error);
        if (!error) return;
    }
    const std::string why = error ? error.message() : std::strerror(errno);
    std::filesystem::remove(aside, error);
    fail(file, fmt::format("cannot be written: {}", why));
}

std::string sha256_of_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail(file, std::strerror(errno));
    const std::string content((std::istreambuf_iterator<char>(in)),
                              std::istreambuf_iterator<char>());
    if (in.bad()) fail(file, "cannot be read");
    return sha256(content);
}

}  // namespace cimarron
