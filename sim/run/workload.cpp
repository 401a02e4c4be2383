// SPDX-License-Identifier: Apache-2.0
#include "sim/run/workload.h"

#include "common/error.h"
#include "common/file.h"
#include "common/rng.h"
#include "quant/image_range.h"
#include "quant/lower.h"
#include "quant/onnx/import.h"
#include "quant/onnx/onnx_io.h"
#include "quant/spec/random_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

std::string text(const Shape& shape) {
    return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

void check_fit(const RunConfig& config, const IntegerNetwork& network, const Dataset& dataset) {
    const std::string file = config.network.string();
    if (network.activation_bits() != config.activation_bits)
        throw UserError(fmt::format("{}: has {}-bit activations, activation_bits asks for {}", file,
                                    network.activation_bits(), config.activation_bits));
    if (network.input != dataset.shape)
        throw UserError(fmt::format("{}: takes {} images, {} has {}", file, text(network.input),
                                    config.dataset, text(dataset.shape)));
    if (config.images > dataset.size())
        throw UserError(fmt::format("images: is {}, the test set of {} has {}", config.images,
                                    config.dataset, dataset.size()));
    if (network.classes() < dataset.classes)
        throw UserError(fmt::format("{}: gives {} logits, {} has {} classes", file,
                                    network.classes(), config.dataset, dataset.classes));
}

// A file's shapes, where only they count.
bool has_shapes_only(const RunConfig& config) {
    return config.weights == Weights::random && config.network.extension() == ".onnx";
}

}  // namespace

Network load_network(const RunConfig& config) {
    if (config.weights == Weights::trained) return read_onnx(config.network);
    if (has_shapes_only(config))
        return import_shapes(config.network, config.activation_bits, config.seed).network;
    return random_weights(load_network_spec(config.network), config.activation_bits, config.seed);
}

namespace {

std::string hash_of(const Dataset& data) {
    std::string bytes(data.pixels.begin(), data.pixels.end());
    bytes.append(data.labels.begin(), data.labels.end());
    return sha256(bytes);
}

void shorten(Dataset& data, int images) {
    if (images > data.size())
        throw UserError(
            fmt::format("calibration_images: is {}, there are {}", images, data.size()));
    limit(data, images);
}

Shape network_input(const RunConfig& config) {
    if (config.weights == Weights::trained) return read_onnx(config.network).input;
    return has_shapes_only(config) ? load_network(config).input
                                   : load_network_spec(config.network).input;
}

// Of images in files of their own no more than `images` are read.
Dataset load(const RunConfig& config, Split split, int images) {
    if (config.dataset != kImageFolder)
        return load_dataset(config.dataset, config.dataset_folder, split);
    Dataset data =
        load_dataset(config.dataset, config.dataset_folder, split, network_input(config), images);
    read_centres(data);
    return data;
}

// As many as the run asks for, of the size that its network takes: seeded uniform pixels, all of
// class 0. Cycles need no more, and neither does exactness.
Dataset random_dataset(const RunConfig& config) {
    Dataset data;
    data.shape = network_input(config);
    data.classes = 1;
    Rng rng(config.seed);
    data.pixels.resize(static_cast<std::size_t>(data.shape.size()) *
                       static_cast<std::size_t>(config.images));
    for (std::uint8_t& pixel : data.pixels)
        pixel = static_cast<std::uint8_t>(rng.uniform_int(0, 255));
    data.labels.resize(static_cast<std::size_t>(config.images));
    return data;
}

}  // namespace

std::shared_ptr<const TestSet> load_test_set(const RunConfig& config) {
    auto set = std::make_shared<TestSet>();
    const bool random = config.dataset == kRandomImages;
    set->data = random ? random_dataset(config) : load(config, Split::test, config.images);
    set->sha256 = hash_of(set->data);
    if (!config.calibrates()) return set;
    set->calibration = random ? set->data : load(config, Split::train, config.calibration_images);
    shorten(set->calibration, config.calibration_images);
    set->calibration_sha256 = hash_of(set->calibration);
    return set;
}

Workload::Workload(const RunConfig& config, std::shared_ptr<const TestSet> test_set)
    : test_set_(std::move(test_set)) {
    const Network network = load_network(config);
    network_ = lower(network, config.accelerator.params.tile.post_processing.coefficient_bits);
    check_fit(config, network_, test_set_->data);
    const double white = white_pixel(network);
    code_of_pixel_.resize(static_cast<std::size_t>(network.input.channels));
    for (std::size_t c = 0; c < code_of_pixel_.size(); ++c)
        for (std::size_t pixel = 0; pixel < code_of_pixel_[c].size(); ++pixel)
            code_of_pixel_[c][pixel] =
                network.image_code(static_cast<double>(pixel) / 255.0 * white, c);
}

Codes Workload::codes(const Dataset& data, int index) const {
    Codes codes = data.codes(index);
    const std::size_t channels = code_of_pixel_.size();
    for (std::size_t i = 0; i < codes.size(); ++i)
        codes[i] = code_of_pixel_[i % channels][codes[i]];
    return codes;
}

Codes Workload::image(int index) const {
    return codes(test_set_->data, index);
}

std::vector<Codes> Workload::images(int count) const {
    std::vector<Codes> result;
    for (int i = 0; i < count; ++i) result.push_back(image(i));
    return result;
}

std::vector<Codes> Workload::calibration_images() const {
    std::vector<Codes> result;
    for (int i = 0; i < test_set_->calibration.size(); ++i)
        result.push_back(codes(test_set_->calibration, i));
    return result;
}

std::vector<InputFile> input_files(const RunConfig& config, const TestSet& test_set) {
    std::vector<InputFile> files;
    const auto add = [&files](const char* role, const std::filesystem::path& file) {
        files.push_back({role, file.filename().string(), sha256_of_file(file)});
    };
    add("network", config.network);
    files.push_back({"dataset", config.dataset, test_set.sha256});
    if (config.calibrates())
        files.push_back({"calibration", config.dataset, test_set.calibration_sha256});
    add("accelerator", config.accelerator_file);
    add("technology", config.technology_file);
    add("device", config.device_file);
    if (!config.non_idealities_file.empty()) add("non_idealities", config.non_idealities_file);
    return files;
}

}  // namespace cimarron
