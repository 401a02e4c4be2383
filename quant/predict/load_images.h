// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/predict/input_images.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// Which images a user means, and how their pixels become what the network's file takes.
struct ImageRequest {
    // A data set's name (fashion_mnist, cifar10, image_folder, random), a .npy or .npz file, or
    // picture files and folders of them.
    std::vector<std::string> data;
    std::filesystem::path folder;  // of a named data set
    std::string array = "input";   // of a .npz file
    int count = 0;                 // the first ones; 0: all, of random images 1
    std::optional<int> only;       // this one alone
    std::uint64_t seed = 1;        // of random images

    // Of data sets and pictures; arrays are taken as they are.
    std::optional<bool> bytes;  // pixels are 0..255, not 0..1; none: takes_bytes()
    std::vector<double> mean, deviation;
};

// Whether the image's quantizer spans 0..255 rather than 0..1. Throws UserError when it is
// neither.
bool takes_bytes(const Network& network);

// Throws UserError when there are no such images or the network takes others.
InputImages load_images(const ImageRequest& request, const Network& network);

}  // namespace cimarron
