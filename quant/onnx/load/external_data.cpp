// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/load/external_data.h"

#include "common/error.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <fstream>

namespace cimarron::foreign {

namespace {

namespace fs = std::filesystem;

std::uint64_t number(const ::onnx::StringStringEntryProto& entry) {
    std::uint64_t value = 0;
    const char* end = entry.value().data() + entry.value().size();
    const auto [stop, error] = std::from_chars(entry.value().data(), end, value);
    if (error != std::errc() || stop != end)
        throw UserError(fmt::format("has an {} that is no number: {}", entry.key(), entry.value()));
    return value;
}

// A file of the folder itself, or of one below: a network must not read what else the user has.
fs::path inside(const fs::path& folder, const std::string& location) {
    const fs::path path = fs::path(location).lexically_normal();
    if (location.empty() || path.is_absolute() || *path.begin() == "..")
        throw UserError(
            fmt::format("lies in '{}', which is not beside the network", location.substr(0, 80)));
    return folder / path;
}

}  // namespace

ExternalData read_external(const ::onnx::TensorProto& proto, const fs::path& folder) {
    ExternalData data;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    for (const ::onnx::StringStringEntryProto& entry : proto.external_data()) {
        if (entry.key() == "location") data.location = entry.value();
        if (entry.key() == "offset") offset = number(entry);
        if (entry.key() == "length") length = number(entry);
    }
    const fs::path file = inside(folder, data.location);
    std::ifstream stream(file, std::ios::binary);
    std::error_code error;
    const std::uint64_t size = fs::is_regular_file(file, error) ? fs::file_size(file, error) : 0;
    if (!stream || error || size == 0) return data;
    const std::uint64_t bytes = length.value_or(offset <= size ? size - offset : 0);
    if (offset > size || bytes > size - offset)
        throw UserError(fmt::format("needs {} bytes from {} on of {}, which has {}", bytes, offset,
                                    data.location, size));
    data.bytes.emplace(static_cast<std::size_t>(bytes), '\0');
    stream.seekg(static_cast<std::streamoff>(offset));
    stream.read(data.bytes->data(), static_cast<std::streamsize>(bytes));
    if (!stream) throw UserError(fmt::format("cannot be read from {}", data.location));
    return data;
}

}  // namespace cimarron::foreign
