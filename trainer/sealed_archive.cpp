// SPDX-License-Identifier: Apache-2.0
#include "trainer/sealed_archive.h"

#include "common/file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace cimarron {
namespace {

constexpr std::size_t kDigestLength = 64;

std::string read_payload(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw UserError(fmt::format("{}: cannot read this checkpoint", file.string()));
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (bytes.size() <= kDigestLength) throw damaged_archive(file);
    const std::string digest = bytes.substr(bytes.size() - kDigestLength);
    bytes.resize(bytes.size() - kDigestLength);
    if (sha256(bytes) != digest) throw damaged_archive(file);
    return bytes;
}

}  // namespace

UserError damaged_archive(const std::filesystem::path& file) {
    return UserError(
        fmt::format("{}: truncated or damaged checkpoint; delete it, or start over with --restart",
                    file.string()));
}

void write_sealed(const std::filesystem::path& file, torch::serialize::OutputArchive& archive) {
    std::ostringstream out;
    archive.save_to(out);
    const std::string bytes = out.str();
    write_atomically(file, bytes + sha256(bytes));
}

torch::serialize::InputArchive read_sealed(const std::filesystem::path& file) {
    std::istringstream in(read_payload(file));
    torch::serialize::InputArchive archive;
    try {
        archive.load_from(in, torch::kCPU);
    } catch (const c10::Error&) {
        throw damaged_archive(file);
    }
    return archive;
}

}  // namespace cimarron
