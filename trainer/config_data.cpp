// SPDX-License-Identifier: Apache-2.0
#include "trainer/config_data.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

Dataset load_images(const TrainConfig& config, Split split) {
    return load_dataset(config.dataset, config.dataset_folder, split, config.network.input,
                        split == Split::train ? config.train_images : config.test_images);
}

void expect_fit(const TrainConfig& config, const Dataset& train) {
    const int outputs = config.network.layers.back().channels;
    if (train.shape != config.network.input || train.classes > outputs ||
        (train.files.empty() && train.classes != outputs)) {
        const Shape& s = train.shape;
        throw UserError(fmt::format(
            "network '{}' does not fit data set {}: it needs an input of {} x {} x {} (channels, "
            "height, width) and {} outputs",
            config.network.name, config.dataset, s.channels, s.height, s.width, train.classes));
    }
    if (train.size() < config.batch) {
        throw UserError(fmt::format("batch of {} is larger than the {} training images",
                                    config.batch, train.size()));
    }
}

std::vector<Codes> first_codes(const Dataset& all, int count) {
    Dataset listed;
    if (!all.files.empty()) {
        listed = all;
        limit(listed, std::max(count, 1));
        read_centres(listed);
    }
    const Dataset& data = all.files.empty() ? all : listed;
    std::vector<Codes> images;
    for (int i = 0; i < std::min(count, data.size()); ++i) images.push_back(data.codes(i));
    return images;
}

}  // namespace cimarron
