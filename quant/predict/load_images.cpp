// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/load_images.h"

#include "common/error.h"
#include "common/numpy/read_array.h"
#include "common/rng.h"
#include "quant/dataset/picture.h"
#include "quant/image_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace cimarron {

namespace {

constexpr const char* kRandom = "random";

bool is_dataset(const std::string& name) {
    return name == "fashion_mnist" || name == "cifar10" || name == kImageFolder || name == kRandom;
}

bool is_array(const std::filesystem::path& file) {
    return file.extension() == ".npy" || file.extension() == ".npz";
}

std::string text(const Shape& shape) {
    return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

PixelForm pixel_form(const ImageRequest& request, const Network& network) {
    const auto channels = static_cast<std::size_t>(network.input.channels);
    const auto check = [channels](const std::vector<double>& values, const char* what) {
        if (values.size() > 1 && values.size() != channels)
            throw UserError(fmt::format("{}: has {} values, 1 or {} (one a channel) are right",
                                        what, values.size(), channels));
    };
    check(request.mean, "--mean");
    check(request.deviation, "--std");
    if (std::count(request.deviation.begin(), request.deviation.end(), 0.0) > 0)
        throw UserError("--std: has a 0, other numbers are right");
    return {request.bytes.value_or(false), request.mean, request.deviation};
}

// Seeded uniform pixels.
Dataset random_images(const ImageRequest& request, const Network& network) {
    Dataset data;
    data.shape = network.input;
    const int count = std::max(request.count, request.only.value_or(0) + 1);
    Rng rng(request.seed);
    data.pixels.resize(static_cast<std::size_t>(count) *
                       static_cast<std::size_t>(data.shape.size()));
    for (std::uint8_t& pixel : data.pixels)
        pixel = static_cast<std::uint8_t>(rng.uniform_int(0, 255));
    data.labels.resize(static_cast<std::size_t>(count));
    return data;
}

InputImages named_images(const ImageRequest& request, const Network& network,
                         const PixelForm& pixels) {
    const std::string& name = request.data.front();
    if (name == kRandom) {
        InputImages images = dataset_images(
            std::make_shared<const Dataset>(random_images(request, network)), pixels);
        images.labels.clear();
        return images;
    }
    if (request.folder.empty())
        throw UserError(fmt::format("{}: give its folder with --folder", name));
    auto data = std::make_shared<Dataset>(
        load_dataset(name, request.folder, Split::test, network.input, request.count));
    if (data->shape != network.input)
        throw UserError(fmt::format("{}: takes {} images, {} has {}", network.name,
                                    text(network.input), name, text(data->shape)));
    return dataset_images(std::move(data), pixels);
}

InputImages all_images(const ImageRequest& request, const Network& network) {
    const std::string& first = request.data.front();
    if (request.data.size() == 1 && is_array(first))
        return array_images(read_array(first, request.array), network, first);
    PixelForm pixels = pixel_form(request, network);
    if (!request.bytes) pixels.bytes = takes_bytes(network);
    if (request.data.size() == 1 && is_dataset(first) && !std::filesystem::exists(first))
        return named_images(request, network, pixels);
    if (request.data.size() == 1 && !std::filesystem::exists(first))
        throw UserError(
            fmt::format("{}: no such file; a data set's name (fashion_mnist, cifar10, "
                        "image_folder, random), .npy, .npz or pictures are right",
                        first));
    const std::vector<std::filesystem::path> names(request.data.begin(), request.data.end());
    return picture_images(list_pictures(names), network.input, pixels);
}

}  // namespace

bool takes_bytes(const Network& network) {
    const double reach = image_reach(network);
    constexpr double kMostOfUnit = 16;  // normalised images and clipped ones reach beyond 1
    if (reach > kMostOfUnit && white_pixel(network) == 1)
        throw UserError(
            fmt::format("{}: its image goes up to {:.3g}; say with --pixels whether "
                        "that of a picture is 1 or 255",
                        network.name, reach));
    return white_pixel(network) == 255;
}

InputImages load_images(const ImageRequest& request, const Network& network) {
    InputImages images = all_images(request, network);
    if (request.only) return only(images, *request.only);
    if (request.count > images.count)
        throw UserError(fmt::format("--images is {}, {} are there", request.count, images.count));
    if (request.count > 0) {
        images.count = request.count;
        if (!images.labels.empty()) images.labels.resize(static_cast<std::size_t>(images.count));
    }
    return images;
}

}  // namespace cimarron
