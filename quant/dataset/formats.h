// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/dataset.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cimarron {

using Bytes = std::vector<std::uint8_t>;

// The whole of folder/name, or of folder/name.gz unpacked. Throws UserError naming the file when
// neither exists, it cannot be read, or the gzip stream is damaged.
Bytes read_bytes(const std::filesystem::path& folder, const std::string& name);

[[noreturn]] void damaged(const std::filesystem::path& folder, const std::string& name,
                          const std::string& what);

// IDX (big-endian header, one byte a pixel), as MNIST and Fashion-MNIST are distributed.
Dataset load_idx(const std::filesystem::path& folder, Split split);

// CIFAR-10 binary: records of one label byte and 3 x 1024 planar pixels.
Dataset load_cifar10(const std::filesystem::path& folder, Split split);

// The files of folder/train or folder/val and their classes; `shape` is that of the images to come.
Dataset list_image_folder(const std::filesystem::path& folder, Split split, const Shape& shape);

// Throws UserError unless every label is below `classes`.
void check_labels(const std::filesystem::path& folder, const std::string& name,
                  const std::uint8_t* labels, std::size_t count, std::size_t stride, int classes);

}  // namespace cimarron
