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
    LayerSpec layer;
    layer.name = name;
    layer.weights = weights;
    layer.channels = channels;
    layer.window = {3, 3, stride, stride, 1, 1, 1, 1};
    return layer;
}
LayerSpec pool(const std::string& name, LayerSpec::Type type) {
    LayerSpec layer;
    layer.name = name;
    layer.type = type;
    layer.window = {2, 2, 2, 2, 0, 0, 0, 0};
    return layer;
}
LayerSpec linear(const std::string& name, WeightKind weights, int outputs, const Shape& input) {
    LayerSpec layer;
    layer.name = name;
    layer.type = LayerSpec::Type::linear;
    layer.weights = weights;
    layer.channels = outputs;
    layer.window.kernel_h = input.height;
    layer.window.kernel_w = input.width;
    return layer;
}
// Each layer reads the one before.
void chain(NetworkSpec& network) {
    int index = -1;
    for (LayerSpec& layer : network.layers) layer.source = index++;
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
    chain(network);
    return network;
}

// Two blocks, the second strided and with more channels; its shortcut is the strided identity or a
// binary convolution, which is grouped now and then. The stem may end in a pool.
NetworkSpec random_residual_network(Rng& rng) {
    NetworkSpec network{"residual", {rng.uniform_int(1, 3), 12, 12}, {}};
    auto& layers = network.layers;
    const int width = 4 * rng.uniform_int(2, 4);
    const bool pooled = rng.coin(0.3);
    const bool convolved = rng.coin(0.4);
    layers.push_back(conv("stem", WeightKind::integer8, width, 1));
    if (pooled) layers.push_back(pool("stem_pool", LayerSpec::Type::max_pool));
    const int start = static_cast<int>(layers.size()) - 1;
    layers.push_back(conv("a1", WeightKind::binary, width, 1));
    layers.push_back(conv("a2", WeightKind::binary, width, 1));
    layers.push_back(conv("b1", WeightKind::binary, 2 * width, 2));
    if (convolved) layers.push_back(conv("down", WeightKind::binary, 2 * width, 2));
    layers.push_back(conv("b2", WeightKind::binary, 2 * width, 1));
    Shape shape{2 * width, pooled ? 3 : 6, pooled ? 3 : 6};
    layers.push_back(pool("pool", LayerSpec::Type::average_pool));
    layers.back().window = {shape.height, shape.width, 1, 1, 0, 0, 0, 0};
    layers.push_back(linear("classifier", WeightKind::integer8, 10, {2 * width, 1, 1}));
    chain(network);
    layers[static_cast<std::size_t>(start) + 2].add = start;
    LayerSpec& last = layers[layers.size() - 3];
    last.add = start + 2;
    if (convolved) {
        last.add = start + 4;
        last.source = start + 3;
        LayerSpec& down = layers[static_cast<std::size_t>(start) + 4];
        down.source = start + 2;
        if (rng.coin(0.5)) down.groups = 4;
    }
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

Method quantized(int bits) {
    Method method;
    method.activation_bits = bits;
    return method;
}

TEST(ModelTest, TheIntegerFormOfAResidualNetworkPredictsWhatTheModelDoesWithEveryMethod) {
    const std::uint64_t seed = test::test_seed(6);
    Rng rng(seed);
    torch::manual_seed(seed);
    int images = 0;
    int equal = 0;
    for (int n = 0; n < 12; ++n) {
        const NetworkSpec spec = random_residual_network(rng);
        const Dataset data = random_data(rng, spec.input, 400);
        Method method = quantized(rng.uniform_int(1, 6));
        method.weights = static_cast<WeightMethod>(1 + n % 6);
        method.activations = static_cast<ActivationMethod>(n % 6);
        Model model(spec, method);
        train_briefly(model, data, seed);
        const IntegerNetwork network = lower(to_network(model));
        const auto wanted = float_predictions(model, data, 2);
        const auto found = integer_predictions(network, data, 2);
        EXPECT_GT(std::set<int>(wanted.begin(), wanted.end()).size(), 2U) << "case " << n;
        for (std::size_t i = 0; i < wanted.size(); ++i) equal += wanted[i] == found[i] ? 1 : 0;
        images += data.size();
    }
    EXPECT_GE(equal, 0.99 * images) << equal << " of " << images;
}

TEST(ModelTest, AShortcutOfAnotherShapeIsStridedAndPaddedWithZeroChannels) {
    NetworkSpec spec{"n", {3, 8, 8}, {}};
    spec.layers = {conv("stem", WeightKind::integer8, 4, 1), conv("a", WeightKind::binary, 10, 2),
                   linear("c", WeightKind::integer8, 10, {10, 4, 4})};
    chain(spec);
    spec.layers[1].add = 0;
    Method method;
    method.weights = WeightMethod::floating;
    method.activation_bits = Method::kFloatBits;
    Model model(spec, method);
    model.eval();
    const torch::Tensor image = torch::rand({1, 3, 8, 8});
    const auto& parts = model.parts();
    const torch::Tensor stem = parts[0].weighted->forward(image);
    torch::Tensor sum = parts[1].weighted->forward(torch::relu(stem));
    for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 4; ++x) {
            for (int c = 0; c < 4; ++c) sum[0][c + 3][y][x] += stem[0][c][2 * y][2 * x];
        }
    }
    const torch::Tensor expected = parts[2].weighted->forward(torch::relu(sum)).flatten(1);
    EXPECT_LT((model.forward(image) - expected).abs().max().item<double>(), 1e-5);
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
        Model model(spec, quantized(bits));
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
    chain(spec);
    const Model model(spec, quantized(2));
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
