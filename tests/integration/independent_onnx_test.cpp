// SPDX-License-Identifier: Apache-2.0
// The shipped networks, run from their ONNX files by numpy (onnx_numpy.py), predict what the
// integer network does that hardware executes.
#include "quant/dataset/dataset.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "quant/reference.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = CIMARRON_SOURCE_DIR;
constexpr int kImages = 300;

std::vector<fs::path> shipped() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(kRoot / "configs/network/models"))
        if (entry.path().extension() == ".onnx") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// Real images of the data set that the network was trained on.
Dataset images_for(const Shape& input) {
    if (input == Shape{1, 28, 28})
        return load_dataset("fashion_mnist", "/usr/share/datasets/fashion-mnist", Split::test);
    const fs::path cifar = kRoot / "data/cifar-10-batches-bin";
    return fs::exists(cifar) ? load_dataset("cifar10", cifar, Split::test) : Dataset{};
}

std::vector<float> numpy_logits(const fs::path& network, const Dataset& data) {
    const fs::path folder =
        fs::temp_directory_path() / fmt::format("cimarron_onnx_numpy_{}", getpid());
    fs::create_directories(folder);
    std::vector<float> images;
    const Shape& s = data.shape;
    for (int i = 0; i < kImages; ++i)
        for (int c = 0; c < s.channels; ++c)
            for (int p = 0; p < s.pixels(); ++p)
                images.push_back(static_cast<float>(data.image(i)[p * s.channels + c]) / 255.0F);
    std::ofstream(folder / "images.f32", std::ios::binary)
        .write(reinterpret_cast<const char*>(images.data()),
               static_cast<std::streamsize>(images.size() * sizeof(float)));
    const std::string command =
        fmt::format("{} '{}' '{}' '{}' '{}'", CIMARRON_PYTHON,
                    (kRoot / "tests/integration/onnx_numpy.py").string(), network.string(),
                    (folder / "images.f32").string(), (folder / "logits.f32").string());
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream in(folder / "logits.f32", std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    std::vector<float> logits(bytes.size() / sizeof(float));
    std::copy_n(bytes.data(), bytes.size(), reinterpret_cast<char*>(logits.data()));
    fs::remove_all(folder);
    return logits;
}

class IndependentOnnx : public testing::TestWithParam<fs::path> {};

TEST_P(IndependentOnnx, NumpyPredictsWhatTheIntegerNetworkDoes) {
    const IntegerNetwork network = lower(read_onnx(GetParam()));
    const Dataset data = images_for(network.input);
    if (data.size() == 0) GTEST_SKIP() << "its data set is not here: scripts/get-cifar10";
    const std::vector<float> logits = numpy_logits(GetParam(), data);
    const auto classes = static_cast<std::size_t>(network.classes());
    ASSERT_EQ(logits.size(), classes * kImages);
    Reference reference(network);
    int equal = 0;
    int right = 0;
    for (int i = 0; i < kImages; ++i) {
        const auto first = logits.begin() + static_cast<std::ptrdiff_t>(classes) * i;
        const auto found = std::max_element(first, first + static_cast<std::ptrdiff_t>(classes));
        const int predicted = static_cast<int>(found - first);
        equal += predicted == predicted_class(reference.logits(data.codes(i))) ? 1 : 0;
        right += predicted == data.labels[static_cast<std::size_t>(i)] ? 1 : 0;
    }
    // The training log's share of images with the same class, less four standard errors of kImages.
    std::ifstream log(fs::path(GetParam()).replace_extension(".log.json"));
    const auto accuracy = nlohmann::json::parse(log).at("accuracy");
    const double share = accuracy.at("agreement").get<double>() / 100;
    const double error = std::sqrt(std::max(share * (1 - share), 1e-4) / kImages);
    EXPECT_GE(static_cast<double>(equal) / kImages, share - 4 * error);
    const double top1 = accuracy.at("float").get<double>() / 100;
    EXPECT_NEAR(static_cast<double>(right) / kImages, top1,
                4 * std::sqrt(top1 * (1 - top1) / kImages));
}

INSTANTIATE_TEST_SUITE_P(Shipped, IndependentOnnx, testing::ValuesIn(shipped()),
                         [](const auto& p) { return p.param.stem().string(); });

}  // namespace
}  // namespace cimarron
