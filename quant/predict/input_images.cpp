// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/input_images.h"

#include "common/error.h"
#include "quant/dataset/picture.h"
#include "quant/predict/tensor_order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <utility>

namespace cimarron {

namespace {

// The N of [N] + sizes; 1 of one image alone.
std::size_t count_of(const Array& array, const std::vector<std::size_t>& sizes,
                     const std::string& name) {
    if (array.shape == sizes) return 1;
    std::vector<std::size_t> wanted = sizes;
    wanted.insert(wanted.begin(), array.shape.empty() ? 0 : array.shape.front());
    if (array.shape == wanted && wanted.front() > 0 &&
        wanted.front() <= static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return wanted.front();
    throw UserError(fmt::format("{}: is {} of shape {}, numbers of shape (N, {}) are right", name,
                                name_of(array.type), text(array.shape), fmt::join(sizes, ", ")));
}

double of_channel(const std::vector<double>& values, std::size_t channel, double otherwise) {
    return values.empty() ? otherwise : values.size() == 1 ? values.front() : values[channel];
}

std::vector<double> values_of(const std::uint8_t* pixels, const Shape& shape,
                              const PixelForm& form) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (std::size_t i = 0; i < values.size(); ++i) {
        // As a framework has it: float32 after each step.
        const float x = static_cast<float>(pixels[i]) / (form.bytes ? 1.0F : 255.0F);
        const auto mean = static_cast<float>(of_channel(form.mean, i % channels, 0));
        const auto deviation = static_cast<float>(of_channel(form.deviation, i % channels, 1));
        values[i] = static_cast<double>((x - mean) / deviation);
    }
    return values;
}

}  // namespace

InputImages array_images(Array array, const Network& network, const std::string& name) {
    const std::size_t count = count_of(array, image_sizes(network), name);
    const Shape shape = network.input;
    const auto all = std::make_shared<const Array>(std::move(array));
    const bool last = network.image_form.channels_last;
    return {static_cast<int>(count), [all, shape, last, name](int index) {
                std::vector<double> values(static_cast<std::size_t>(shape.size()));
                const std::size_t first = static_cast<std::size_t>(index) * values.size();
                for (std::size_t i = 0; i < values.size(); ++i) {
                    values[i] = (*all)[first + place_in_file(shape, last, i)];
                    if (!std::isfinite(values[i]))
                        throw UserError(fmt::format("{}: image {} has a value that is not finite",
                                                    name, index));
                }
                return values;
            }};
}

InputImages dataset_images(std::shared_ptr<const Dataset> data, const PixelForm& pixels) {
    return {
        data->size(),
        [data, pixels](int index) { return values_of(data->image(index), data->shape, pixels); },
        data->labels};
}

InputImages picture_images(std::vector<std::filesystem::path> files, const Shape& shape,
                           const PixelForm& pixels) {
    const auto count = static_cast<int>(files.size());
    return {count, [files = std::move(files), shape, pixels](int index) {
                const Codes picture = read_centre(files[static_cast<std::size_t>(index)], shape);
                return values_of(picture.data(), shape, pixels);
            }};
}

InputImages only(const InputImages& images, int index) {
    if (index < 0 || index >= images.count)
        throw UserError(fmt::format("--image is {}, 0..{} are there", index, images.count - 1));
    InputImages one{1, [images, index](int) { return images.values(index); }};
    if (!images.labels.empty()) one.labels = {images.labels[static_cast<std::size_t>(index)]};
    return one;
}

}  // namespace cimarron
