// SPDX-License-Identifier: Apache-2.0
#include "trainer/model.h"
#include "common/rng.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "tests/support/seed.h"
#include "trainer/batches.h"
#include "trainer/evaluate.h"
#include "trainer/export.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>
#include <unistd.h>

#include <algorithm>
#include <set>

namespace cimarron {
namespace {

LayerSpec conv(const std::string& name, WeightKind weights, int channels, int stride) {
    return {name, LayerSpec::Type::conv, weights, channels, {3, 3, stride, stride, 1, 1, 1, 1}};
}
LayerSpec pool(const std::string& name, LayerSpec::Type type) {
    return {name, type, WeightKind::binary, 1, {2, 2, 2, 2, 0, 0, 0, 0}};
}
LayerSpec linear(const std::string& name, WeightKind weights, int outputs, const Shape& input) {
    LayerSpec layer{name, LayerSpec::Type::linear, weights, outputs, {}};
    layer.window.kernel_h = input.height;
    layer.window.kernel_w = input.width;
    return layer;
}

NetworkSpec random_network(Rng& rng) {
    NetworkSpec network{"random", {rng.uniform_int(1, 3), 12, 10}, {}};
    auto& layers = network.layers;
    layers.push_back(conv("stem", WeightKind::integer8, rng.uniform_int(8, 16), 1));
    if (rng.coin(0.5)) layers.push_back(pool("pool0", LayerSpec::Type::max_pool));
    layers.push_back(
        conv("conv1", WeightKind::binary, rng.uniform_int(12, 24), rng.uniform_int(1, 2)));
    if (rng.coin(0.5)) layers.push_back(pool("average1", LayerSpec::Type::average_pool));
    Shape shape = network.input;
    for (const LayerSpec& layer : layers) shape = output_shape(layer, shape);
    if (rng.coin(0.5)) {
        layers.push_back(linear("hidden", WeightKind::binary, rng.uniform_int(20, 40), shape));
        shape = output_shape(layers.back(), shape);
    }
    layers.push_back(linear("classifier", WeightKind::integer8, 10, shape));
    return network;
}

Dataset random_data(Rng& rng, const Shape& shape, int count) {
    Dataset data;
    data.shape = shape;
    for (int i = 0; i < count; ++i) {
        const int label = rng.uniform_int(0, 9);
        data.labels.push_back(static_cast<std::uint8_t>(label));
        for (int k = 0; k < shape.size(); ++k) {
            const int bright = k * 10 / shape.size() == label ? 90 : 0;
            data.pixels.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 160) + bright));
        }
    }
    return data;
}

void train_briefly(Model& model, const Dataset& data, std::uint64_t seed) {
    torch::optim::Adam optimizer(model.parameters(), torch::optim::AdamOptions(0.01));
    model.train();
    for (int epoch = 0; epoch < 4; ++epoch) {
        const Batches batches(data, 50, {}, seed, epoch);
        for (int i = 0; i < batches.count(); ++i) {
            const Batch batch = batches.get(i);
            optimizer.zero_grad();
            torch::nn::functional::cross_entropy(model.forward(batch.images), batch.labels)
                .backward();
            optimizer.step();
        }
    }
}

TEST(ModelTest, TheExportedIntegerNetworkPredictsWhatTheModelDoes) {
    const std::uint64_t seed = test::test_seed(5);
    Rng rng(seed);
    torch::manual_seed(seed);
    const auto file = std::filesystem::temp_directory_path() /
                      ("cimarron_model_" + std::to_string(::getpid()) + ".onnx");
    int images = 0;
    int equal = 0;
    for (int n = 0; n < 10; ++n) {
        const NetworkSpec spec = random_network(rng);
        const int bits = rng.uniform_int(1, 8);
        const Dataset data = random_data(rng, spec.input, 500);
        Model model(spec, false, bits);
        train_briefly(model, data, seed);
        write_onnx(to_network(model), file);
        const IntegerNetwork network = lower(read_onnx(file));
        const auto wanted = float_predictions(model, data, 2);
        const auto found = integer_predictions(network, data, 2);
        ASSERT_GT(accuracy(wanted, data), 30.0);  // not a constant answer
        for (std::size_t i = 0; i < wanted.size(); ++i) equal += wanted[i] == found[i] ? 1 : 0;
        images += data.size();
    }
    std::filesystem::remove(file);
    EXPECT_GE(equal, 0.995 * images) << equal << " of " << images;
}

TEST(ModelTest, OnlyTheLastQuantizerIsWidenedToEightBits) {
    NetworkSpec spec{"n", {1, 8, 8}, {}};
    spec.layers = {conv("a", WeightKind::integer8, 4, 1), conv("b", WeightKind::binary, 4, 1),
                   pool("p", LayerSpec::Type::max_pool),
                   linear("c", WeightKind::integer8, 10, {4, 4, 4})};
    const Model model(spec, false, 2);
    EXPECT_EQ(model.parts()[0].quantizer->bits(), 2);
    EXPECT_EQ(model.parts()[1].quantizer->bits(), 8);
    EXPECT_EQ(model.parts()[2].quantizer, nullptr);
    EXPECT_EQ(model.parts()[3].quantizer, nullptr);
}

TEST(BatchesTest, EveryImageComesOnceShiftedAndFlippedWithItsLabel) {
    Rng rng(test::test_seed(9));
    const Dataset data = random_data(rng, {3, 6, 5}, 40);
    const Batches batches(data, 8, {0, false}, 4, 2);
    std::vector<int> seen(40);
    for (int b = 0; b < batches.count(); ++b) {
        const Batch batch = batches.get(b);
        for (int i = 0; i < 8; ++i) {
            const torch::Tensor codes =
                (batch.images[i] * 255).round().permute({1, 2, 0}).flatten();
            int image = 0;
            const auto same = [&](int k) {
                const std::uint8_t* p = data.image(k);
                return std::equal(
                    p, p + data.shape.size(), codes.contiguous().data_ptr<float>(),
                    [](std::uint8_t a, float v) { return static_cast<float>(a) == v; });
            };
            while (image < 40 && !same(image)) ++image;
            ASSERT_LT(image, 40);
            ++seen[static_cast<std::size_t>(image)];
            EXPECT_EQ(batch.labels[i].item<int>(), data.labels[static_cast<std::size_t>(image)]);
        }
    }
    EXPECT_EQ(seen, std::vector<int>(40, 1));
    const torch::Tensor again = Batches(data, 8, {0, false}, 4, 2).get(0).images;
    EXPECT_TRUE(torch::equal(again, batches.get(0).images));
    EXPECT_FALSE(torch::equal(again, Batches(data, 8, {0, false}, 4, 3).get(0).images));
}

TEST(BatchesTest, ShiftAndFlipMoveWholeImages) {
    Rng rng(test::test_seed(10));
    const Dataset data = random_data(rng, {1, 6, 6}, 1);
    const torch::Tensor plain = plain_batch(data, 0, 1).images[0][0];
    std::set<std::vector<float>> distinct;
    for (int epoch = 0; epoch < 200; ++epoch) {
        const torch::Tensor moved = Batches(data, 1, {1, true}, 1, epoch).get(0).images[0][0];
        bool found = false;
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                for (const bool flip : {false, true}) {
                    torch::Tensor wanted = torch::zeros({8, 8});
                    wanted.slice(0, 1 + dy, 7 + dy).slice(1, 1 + dx, 7 + dx) =
                        flip ? plain.flip({1}) : plain;
                    found = found || torch::equal(moved, wanted.slice(0, 1, 7).slice(1, 1, 7));
                }
            }
        }
        EXPECT_TRUE(found) << "epoch " << epoch;
        const torch::Tensor flat = moved.contiguous();
        distinct.emplace(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
    }
    EXPECT_EQ(distinct.size(), 18U);  // 3 x 3 shifts, flipped or not
}

}  // namespace
}  // namespace cimarron
