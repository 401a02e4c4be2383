// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/dataset.h"

#include "common/error.h"
#include "quant/dataset/formats.h"

#include <fmt/format.h>

namespace cimarron {

Dataset load_dataset(const std::string& name, const std::filesystem::path& folder, Split split) {
    if (!std::filesystem::is_directory(folder)) {
        throw UserError(
            fmt::format("{}: no such folder; expected the data set {}", folder.string(), name));
    }
    if (name == "fashion_mnist") return load_idx(folder, split);
    if (name == "cifar10") return load_cifar10(folder, split);
    throw UserError(fmt::format("unknown data set {}; known are fashion_mnist and cifar10", name));
}

}  // namespace cimarron
