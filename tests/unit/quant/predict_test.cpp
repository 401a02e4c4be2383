// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/predict.h"

#include "common/error.h"
#include "common/numpy/read_array.h"
#include "quant/lower.h"
#include "quant/predict/load_images.h"
#include "quant/predict/prediction_folder.h"
#include "quant/reference.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>

namespace cimarron {
namespace {

namespace fs = std::filesystem;
using test::random_image;
using test::random_network;

class Predict : public testing::Test {
protected:
    ~Predict() override { fs::remove_all(root_); }

    // Values that the input quantizer maps to these codes.
    static InputImages images_of(const Network& network, std::vector<Codes> codes) {
        const auto count = static_cast<int>(codes.size());
        return {count, [network, codes = std::move(codes)](int i) {
                    std::vector<double> values;
                    for (const std::uint8_t code : codes[static_cast<std::size_t>(i)])
                        values.push_back(network.input_quantizer.value(code));
                    return values;
                }};
    }
    static std::vector<Codes> random_images(Rng& rng, const Network& network, int count) {
        std::vector<Codes> images;
        for (int i = 0; i < count; ++i)
            images.push_back(random_image(rng, network.input, network.input_quantizer.bits));
        return images;
    }
    static void expect_error(const std::function<void()>& f, const std::string& what) {
        try {
            f();
            ADD_FAILURE() << "no error: " << what;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
        }
    }

    const fs::path root_ = fs::temp_directory_path() / fmt::format("cimarron_predict_{}", getpid());
};

TEST_F(Predict, GivesTheReferencesLogitsAndCodesInTheFilesOrderAtAnyNumberOfThreads) {
    Rng rng(test::test_seed(25));
    for (int trial = 0; trial < 20; ++trial) {
        const Network network = random_network(rng);
        const IntegerNetwork integers = lower(network, 32);
        const std::vector<Codes> codes = random_images(rng, network, 5);
        const std::vector<CodeTensor> tensors = code_tensors(network, integers);
        std::vector<ImagePrediction> got;
        predict(network, integers, images_of(network, codes), tensors, 1 + trial % 3,
                [&got](ImagePrediction p) { got.push_back(std::move(p)); });
        ASSERT_EQ(got.size(), codes.size());
        Reference reference(integers);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const std::vector<std::int64_t> logits = reference.logits(codes[i]);
            ASSERT_EQ(got[i].logits.size(), logits.size());
            for (std::size_t k = 0; k < logits.size(); ++k)
                EXPECT_EQ(got[i].logits[k],
                          std::ldexp(static_cast<double>(logits[k]), -integers.last_mvm().shift));
            for (std::size_t t = 0; t < tensors.size(); ++t) {
                const Codes& ours =
                    tensors[t].layer < 0
                        ? codes[i]
                        : reference.activations()[static_cast<std::size_t>(tensors[t].layer)];
                const Shape& s = tensors[t].shape;
                for (int c = 0; c < s.channels; ++c)
                    for (int p = 0; p < s.pixels(); ++p)
                        ASSERT_EQ(got[i].codes[t][static_cast<std::size_t>(c * s.pixels() + p)],
                                  ours[static_cast<std::size_t>(p * s.channels + c)]);
            }
        }
    }
}

TEST_F(Predict, ArraysAreTakenInTheFilesOwnForm) {
    Network network;
    network.name = "net";
    network.input = {2, 1, 3};
    Array array{{2, 2, 1, 3}, ElementType::u1, {0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32}};
    const InputImages first = array_images(array, network, "x.npy");
    EXPECT_EQ(first.count, 2);
    EXPECT_EQ(first.values(0), (std::vector<double>{0, 10, 1, 11, 2, 12}));
    EXPECT_EQ(first.values(1), (std::vector<double>{20, 30, 21, 31, 22, 32}));
    network.image_form = {{1, 3, 2}, true};
    expect_error([&] { array_images(array, network, "x.npy"); },
                 "x.npy: is uint8 of shape (2, 2, 1, 3), numbers of shape (N, 1, 3, 2) are right");
    array.shape = {2, 1, 3, 2};
    EXPECT_EQ(array_images(array, network, "x.npy").values(0),
              (std::vector<double>{0, 1, 2, 10, 11, 12}));
    network.image_form = {{6}, false};
    array.shape = {2, 6};
    EXPECT_EQ(array_images(array, network, "x.npy").count, 2);
    array.shape = {0, 6};
    array.bytes.clear();
    expect_error([&] { array_images(array, network, "x.npy"); }, "are right");
}

TEST_F(Predict, ValuesThatAreNotFiniteAreNamed) {
    Network network;
    network.input = {1, 1, 1};
    Array array{{2, 1, 1, 1}, ElementType::f2, {0, 0, 0, 0x7e}};
    const InputImages images = array_images(array, network, "x.npy");
    expect_error([&] { images.values(1); }, "x.npy: image 1 has a value that is not finite");
}

TEST_F(Predict, TheRangeOfTheImagesQuantizerSaysWhatAWhitePixelIs) {
    Network network;
    network.input_quantizer = ActivationQuantizer(8, 1.0 / 255);
    EXPECT_FALSE(takes_bytes(network));
    network.input_quantizer = ActivationQuantizer(8, 1.0);
    EXPECT_TRUE(takes_bytes(network));
    network.normalization.gain = 255.0;
    EXPECT_FALSE(takes_bytes(network));
    network.input_quantizer = ActivationQuantizer(8, 0.15);
    network.normalization.gain = 1.0;
    expect_error([&] { takes_bytes(network); }, "--pixels");
}

TEST_F(Predict, PixelsAreScaledAndNormalized) {
    auto data = std::make_shared<Dataset>();
    data->shape = {2, 1, 1};
    data->pixels = {255, 51};
    data->labels = {7};
    const auto close = [](const std::vector<double>& a, double x, double y) {
        EXPECT_NEAR(a[0], x, 1e-6);
        EXPECT_NEAR(a[1], y, 1e-6);
    };
    close(dataset_images(data, {}).values(0), 1, 0.2);
    close(dataset_images(data, {true, {}, {}}).values(0), 255, 51);
    close(dataset_images(data, {false, {0.5}, {0.5}}).values(0), 1, -0.6);
    close(dataset_images(data, {false, {0.5, 0.1}, {0.5, 0.1}}).values(0), 1, 1);
    EXPECT_EQ(dataset_images(data, {}).labels, std::vector<std::uint16_t>{7});
}

TEST_F(Predict, TheFolderHoldsWhatWasPredicted) {
    Rng rng(test::test_seed(26));
    const Network network = random_network(rng);
    const IntegerNetwork integers = lower(network, 32);
    const std::vector<CodeTensor> tensors = code_tensors(network, integers);
    const InputImages images = images_of(network, random_images(rng, network, 3));
    std::vector<ImagePrediction> got;
    StagedFolder staged(root_ / "out");
    PredictionFolder folder(staged, network, images.count, tensors);
    predict(network, integers, images, tensors, 2, [&](const ImagePrediction& p) {
        got.push_back(p);
        folder.add(p);
    });
    EXPECT_FALSE(fs::exists(root_ / "out/logits.npy"));
    folder.finish();
    const Array logits = read_array(root_ / "out/logits.npy", "");
    const std::size_t classes = got.front().logits.size();
    EXPECT_EQ(logits.shape, (std::vector<std::size_t>{3, classes}));
    const Array of_images = read_array(root_ / "out/classes.npy", "");
    EXPECT_EQ(of_images.shape, std::vector<std::size_t>{3});
    for (std::size_t i = 0; i < got.size(); ++i) {
        const auto& l = got[i].logits;
        EXPECT_EQ(of_images[i], std::max_element(l.begin(), l.end()) - l.begin());
        for (std::size_t k = 0; k < classes; ++k) EXPECT_EQ(logits[i * classes + k], l[k]);
    }
    std::ifstream in(root_ / "out/codes/index.json");
    const auto index = nlohmann::json::parse(in);
    ASSERT_EQ(index.size(), tensors.size());
    std::set<std::string> files;
    for (std::size_t t = 0; t < tensors.size(); ++t) {
        EXPECT_EQ(index[t].at("name"), tensors[t].name);
        files.insert(index[t].at("file").get<std::string>());
        const Array codes =
            read_array(root_ / "out/codes" / index[t].at("file").get<std::string>(), "");
        const std::size_t size = got.front().codes[t].size();
        ASSERT_EQ(codes.size(), 3 * size);
        for (std::size_t i = 0; i < codes.size(); ++i)
            EXPECT_EQ(codes[i], got[i / size].codes[t][i % size]);
    }
    EXPECT_EQ(files.size(), tensors.size());
    EXPECT_FALSE(fs::exists(root_ / "out/codes.json"));  // of one image alone
}

TEST_F(Predict, NamesOfTensorsBecomeNamesOfDifferentFiles) {
    Network network;
    std::vector<CodeTensor> tensors;
    for (const char* name : {"/a/Conv", "_a_Conv", "index", "..", ""})
        tensors.push_back({name, 0, Shape{1, 1, 1}, ActivationQuantizer(8, 1.0)});
    CodeFiles files(root_ / "codes", tensors, 1);
    files.add(std::vector<std::vector<std::int32_t>>(tensors.size(), {3}));
    files.finish();
    int arrays = 0;
    for (const auto& entry : fs::directory_iterator(root_ / "codes"))
        arrays += entry.path().extension() == ".npy" ? 1 : 0;
    EXPECT_EQ(arrays, 5);
    EXPECT_FALSE(fs::exists(root_ / "...npy"));
}

TEST_F(Predict, LogitsOfSeveralPixelsHaveAClassEach) {
    Network network;
    network.input = {1, 2, 2};
    ConvNode conv;
    conv.name = "end";
    conv.out_channels = 2;
    conv.weights = IntegerWeights{2, {1, -1}, {1.0, 1.0}};
    network.nodes.push_back(conv);
    network.input_quantizer = ActivationQuantizer(8, 1.0);
    const IntegerNetwork integers = lower(network, 32);
    StagedFolder staged(root_ / "out");
    PredictionFolder folder(staged, network, 1, {});
    predict(network, integers, images_of(network, {{0, 1, 2, 3}}), {}, 1,
            [&folder](const ImagePrediction& p) { folder.add(p); });
    folder.finish();
    const Array logits = read_array(root_ / "out/logits.npy", "");
    EXPECT_EQ(logits.shape, (std::vector<std::size_t>{1, 2, 2, 2}));
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(logits[i], static_cast<double>(i), 1e-6);
        EXPECT_NEAR(logits[4 + i], -static_cast<double>(i), 1e-6);
    }
    EXPECT_EQ(read_array(root_ / "out/classes.npy", "").shape, (std::vector<std::size_t>{1, 2, 2}));
}

}  // namespace
}  // namespace cimarron
