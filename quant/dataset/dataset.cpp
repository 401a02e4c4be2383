// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/dataset.h"

#include "common/error.h"
#include "quant/dataset/formats.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

Dataset load_images(const std::filesystem::path& folder, Split split, const Shape& shape,
                    int count) {
    Dataset data = list_image_folder(folder, split, shape);
    limit(data, count);
    if (split == Split::test) read_centres(data);
    return data;
}

}  // namespace

void limit(Dataset& data, int count) {
    if (count == 0 || count >= data.size()) return;
    const auto images = static_cast<std::size_t>(count);
    data.labels.resize(images);
    if (!data.pixels.empty())
        data.pixels.resize(images * static_cast<std::size_t>(data.shape.size()));
    if (!data.files.empty()) data.files.resize(images);
}

Dataset load_dataset(const std::string& name, const std::filesystem::path& folder, Split split,
                     const Shape& network_input, int count) {
    if (!std::filesystem::is_directory(folder)) {
        throw UserError(
            fmt::format("{}: no such folder; expected the data set {}", folder.string(), name));
    }
    if (name == kImageFolder) return load_images(folder, split, network_input, count);
    if (name != "fashion_mnist" && name != "cifar10") {
        throw UserError(fmt::format(
            "unknown data set {}; known are fashion_mnist, cifar10 and image_folder", name));
    }
    Dataset data = name == "cifar10" ? load_cifar10(folder, split) : load_idx(folder, split);
    limit(data, count);
    return data;
}

}  // namespace cimarron
