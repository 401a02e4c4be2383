// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/formats.h"

#include <fmt/format.h>

namespace cimarron {
namespace {

constexpr std::uint32_t kImagesMagic = 0x0803;  // unsigned bytes, three dimensions
constexpr std::uint32_t kLabelsMagic = 0x0801;  // unsigned bytes, one dimension
constexpr std::uint32_t kLargestSide = 4096;

struct IdxFile {
    std::string name;
    Bytes bytes;
    std::vector<std::uint32_t> sizes;

    const std::uint8_t* data() const { return bytes.data() + 4 * (1 + sizes.size()); }
};

std::uint32_t big_endian(const std::uint8_t* p) {
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

IdxFile read_idx(const std::filesystem::path& folder, const std::string& name, std::uint32_t magic,
                 std::size_t dimensions) {
    IdxFile file{name, read_bytes(folder, name), {}};
    const std::size_t header = 4 * (1 + dimensions);
    if (file.bytes.size() < header) damaged(folder, name, "shorter than its header");
    const std::uint32_t found = big_endian(file.bytes.data());
    if (found != magic) {
        damaged(folder, name,
                fmt::format("not an IDX file of this kind (magic {:#010x}, expected {:#010x})",
                            found, magic));
    }
    std::uint64_t size = header;
    std::uint64_t items = 1;
    for (std::size_t i = 0; i < dimensions; ++i) {
        file.sizes.push_back(big_endian(file.bytes.data() + 4 * (1 + i)));
        if (file.sizes.back() == 0 || (i > 0 && file.sizes.back() > kLargestSide)) {
            damaged(folder, name, fmt::format("size {} in its header", file.sizes.back()));
        }
        items *= file.sizes.back();
    }
    size += items;
    if (file.bytes.size() != size) {
        damaged(folder, name, fmt::format("{} bytes, its header says {}", file.bytes.size(), size));
    }
    return file;
}

}  // namespace

Dataset load_idx(const std::filesystem::path& folder, Split split) {
    const std::string stem = split == Split::train ? "train" : "t10k";
    const IdxFile images = read_idx(folder, stem + "-images-idx3-ubyte", kImagesMagic, 3);
    const IdxFile labels = read_idx(folder, stem + "-labels-idx1-ubyte", kLabelsMagic, 1);
    if (images.sizes[0] != labels.sizes[0]) {
        damaged(
            folder, labels.name,
            fmt::format("{} labels for the {} images beside it", labels.sizes[0], images.sizes[0]));
    }
    Dataset data;
    data.shape = {1, static_cast<int>(images.sizes[1]), static_cast<int>(images.sizes[2])};
    data.pixels.assign(images.data(), images.bytes.data() + images.bytes.size());
    data.labels.assign(labels.data(), labels.bytes.data() + labels.bytes.size());
    check_labels(folder, labels.name, labels.data(), data.labels.size(), 1, data.classes);
    return data;
}

}  // namespace cimarron
