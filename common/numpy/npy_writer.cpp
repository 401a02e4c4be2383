// SPDX-License-Identifier: Apache-2.0
#include "common/numpy/npy_writer.h"

#include "common/error.h"
#include "common/numpy/npy_header.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cimarron {

NpyWriter::NpyWriter(std::filesystem::path file, ElementType type,
                     const std::vector<std::size_t>& shape)
    : file_(std::move(file)), out_(file_, std::ios::binary | std::ios::trunc) {
    left_ = bytes_of(type);
    for (const std::size_t size : shape) left_ *= size;
    const std::string header = write_npy_header(type, shape);
    out_.write(header.data(), static_cast<std::streamsize>(header.size()));
    if (!out_)
        throw UserError(
            fmt::format("{}: cannot be written: {}", file_.string(), std::strerror(errno)));
}

void NpyWriter::append(const void* bytes, std::size_t count) {
    if (count > left_)
        throw ModelError(fmt::format("{}: more elements than its shape has", file_.string()));
    left_ -= count;
    out_.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
}

void NpyWriter::close() {
    if (left_ != 0)
        throw ModelError(
            fmt::format("{}: {} bytes of its elements are missing", file_.string(), left_));
    out_.close();
    if (!out_)
        throw UserError(
            fmt::format("{}: cannot be written: {}", file_.string(), std::strerror(errno)));
}

}  // namespace cimarron
