// SPDX-License-Identifier: Apache-2.0
#include "trainer/hardware.h"

#include "common/error.h"
#include "common/rng.h"
#include "quant/onnx/onnx_io.h"
#include "tests/support/seed.h"
#include "tests/unit/trainer/synthetic.h"
#include "trainer/adc_range.h"
#include "trainer/training.h"

#include <torch/nn/functional/conv.h>
#include <torch/utils.h>

#include <functional>

namespace cimarron {
namespace {

using test::SyntheticRun;

const std::string kRun = CIMARRON_SOURCE_DIR "/configs/run/fashion_cnn.yaml";

class HardwareTest : public ::testing::Test {
protected:
    static std::vector<std::string> on_chip(const std::string& set,
                                            std::vector<std::string> more = {}) {
        more.push_back("hardware.run=" + kRun);
        more.push_back("hardware.set=[" + set + "]");
        return more;
    }
    TrainConfig config(const std::vector<std::string>& overrides) const {
        return load_train_config(run_.config(), overrides);
    }
    static std::shared_ptr<const Hardware> hardware(const TrainConfig& config) {
        return std::make_shared<Hardware>(*config.hardware, config.network,
                                          config.method.activation_bits, config.chips);
    }
    void train(const std::string& out, const std::vector<std::string>& overrides) const {
        Training training(config(overrides), run_.path(out), false);
        while (training.train_epoch()) {
        }
        training.finish();
    }
    nlohmann::json accuracy(const std::string& out) const {
        return nlohmann::json::parse(run_.read(out + "/log.json")).at("accuracy");
    }

    const SyntheticRun run_{"hardware"};
};

torch::Tensor random_codes(const std::vector<std::int64_t>& sizes, int bits) {
    return torch::randint(0, 1 << bits, sizes).to(torch::kFloat);
}

// With a lossless ADC and ideal cells the chip's products are the convolution's.
TEST_F(HardwareTest, AnIdealChipComputesTheConvolution) {
    torch::manual_seed(test::test_seed(31));
    const TrainConfig ideal = config(on_chip("seed=1"));
    const auto chip = hardware(ideal);
    Model model(ideal.network, ideal.method);
    std::vector<std::int64_t> sizes = {2, 1, 12, 12};
    for (const Model::Part& part : model.parts()) {
        if (!part.weighted) continue;
        const Window& w = part.spec.window;
        if (part.spec.name == "conv1") sizes = {2, 8, 6, 6};
        if (part.spec.name == "conv2") sizes = {2, 16, 3, 3};
        if (part.spec.name == "classifier") sizes = {2, 16, 3, 3};
        const torch::Tensor codes = random_codes(sizes, part.bits.input);
        const torch::Tensor expected =
            torch::conv2d(codes, part.weighted->effective_weights(), {}, {w.stride_h, w.stride_w},
                          {w.pad_top, w.pad_left});
        const torch::Tensor found = chip->dot_products(part.spec.name, part.weighted->codes(),
                                                       codes, part.bits.input, chip->own_chip());
        EXPECT_EQ(found.sizes(), expected.sizes()) << part.spec.name;
        EXPECT_LT((found - expected).abs().max().item<float>(),
                  1e-4 * expected.abs().max().item<float>())
            << part.spec.name;
    }
}

// One code more, 0 to 1, where codes have one bit: the chip's products change by the gradient
// before it or, where it makes a conversion clip, after it.
TEST_F(HardwareTest, TheGradientIsTheChipsOwnChange) {
    const std::uint64_t seed = test::test_seed(32);
    torch::manual_seed(seed);
    Rng rng(seed);
    const TrainConfig coarse =
        config(on_chip("accelerator.macro.adc.bits=2,accelerator.macro.array.rows_active=64",
                       {"activation_bits=1"}));
    const auto chip = hardware(coarse);
    Model model(coarse.network, coarse.method);
    const Model::Part& part = model.parts()[3];
    ASSERT_EQ(part.spec.name, "conv2");
    const auto weights = part.weighted->codes();
    const torch::Tensor real = part.weighted->effective_weights();
    const LayerColumns columns = chip->columns("conv2", weights);
    EXPECT_EQ(columns.row_groups.size(), 4U);  // two macros of 72 rows
    const auto products = [&](const torch::Tensor& codes) {
        return chip->dot_products("conv2", weights, codes, 1, chip->own_chip());
    };
    const auto slope = [&](const torch::Tensor& codes, const torch::Tensor& more) {
        const torch::Tensor share = clipped_share(columns, codes, 1, chip->clipping_count(1));
        const torch::Tensor exact = torch::conv2d(more, real, {}, 1, 1);
        return share.defined() ? exact - clipped_products(columns, share, more, real) : exact;
    };
    std::int64_t clipped = 0;
    for (int n = 0; n < 30; ++n) {
        torch::Tensor codes =
            (torch::rand({1, 16, 3, 3}) < rng.uniform(0.05, 0.6)).to(torch::kFloat);
        torch::Tensor more = torch::zeros_like(codes);
        more[0][rng.uniform_int(0, 15)][rng.uniform_int(0, 2)][rng.uniform_int(0, 2)] = 1;
        codes = codes * (1 - more);
        const torch::Tensor change = products(codes + more) - products(codes);
        const torch::Tensor before = slope(codes, more);
        const torch::Tensor after = slope(codes + more, more);
        const auto equal = [&](const torch::Tensor& y) { return (change - y).abs() < 1e-4; };
        EXPECT_TRUE((equal(before) | equal(after)).all().item<bool>());
        clipped += (~equal(torch::conv2d(more, real, {}, 1, 1))).sum().item<std::int64_t>();
    }
    EXPECT_GT(clipped, 0);
}

// Training's gradients are those slopes': exact ones on an ideal chip, others where ADCs clip.
TEST_F(HardwareTest, TrainingLeavesOutWhatTheAdcsClip) {
    torch::manual_seed(test::test_seed(34));
    const TrainConfig coarse = config(on_chip("accelerator.macro.adc.bits=3"));
    const auto chip = hardware(coarse);
    const auto ideal = hardware(config(on_chip("seed=1")));
    Model model(coarse.network, coarse.method);
    const Model::Part& last = model.parts().back();
    const auto& layer = last.weighted;
    const torch::Tensor codes = random_codes({40, 16, 3, 3}, 8);
    const torch::Tensor g = torch::randn({40, 10, 1, 1});
    const auto gradient = [&](const std::function<torch::Tensor(const torch::Tensor&)>& forward) {
        layer->zero_grad();
        const torch::Tensor x = codes.clone().requires_grad_();
        forward(x).backward(g);
        return std::make_pair(x.grad(), layer->latent().grad().clone());
    };
    const auto trained = [&](const Hardware* hardware) {
        const OnChip on{hardware, chip->own_chip(), 8, 1.0F};
        return gradient([&](const torch::Tensor& x) {
            return layer->forward(x, hardware == nullptr ? nullptr : &on);
        });
    };
    const auto same = [](const auto& a, const auto& b) {
        return torch::allclose(a.first, b.first, 1e-3, 1e-3) &&
               torch::allclose(a.second, b.second, 1e-3, 1e-1);
    };
    const auto exact = trained(nullptr);
    EXPECT_TRUE(same(trained(ideal.get()), exact));
    const LayerColumns columns = chip->columns(last.spec.name, layer->codes());
    const torch::Tensor share = clipped_share(columns, codes, 8, chip->clipping_count(1));
    const auto unclipped = gradient([&](const torch::Tensor& x) {
        return layer->forward(x) - clipped_products(columns, share, x, layer->effective_weights());
    });
    EXPECT_TRUE(same(trained(chip.get()), unclipped));
    EXPECT_FALSE(same(trained(chip.get()), exact));
}

TEST_F(HardwareTest, TrainingOnTheChipRecoversWhatItsAdcTakes) {
    const std::string adc = "accelerator.macro.adc.bits=2";
    const std::vector<std::string> schedule = {"epochs=3", "dataset.test_images=300"};
    train("before", on_chip("seed=1", schedule));
    std::vector<std::string> tune = on_chip(adc, schedule);
    tune.push_back("warm_start=" + run_.path("before").string());
    train("tuned", tune);
    // What is trained is what the simulator's datapath executes.
    EXPECT_GE(accuracy("tuned").at("agreement").get<double>(), 98);
    EXPECT_NEAR(accuracy("before").at("hardware"), accuracy("before").at("integer"), 0.01);
    std::vector<std::string> untuned = on_chip(adc, {"dataset.test_images=300"});
    const TrainConfig coarse = config(untuned);
    const Dataset data = load_dataset("fashion_mnist", run_.path("."), Split::test);
    std::vector<Codes> images;
    for (int i = 0; i < 300; ++i) images.push_back(data.codes(i));
    const std::vector<int> classes =
        hardware(coarse)->predictions(read_onnx(run_.path("before/network.onnx")), images, {});
    int right = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) right += classes[i] == data.labels[i] ? 1 : 0;
    const double before = 100.0 * right / 300;
    EXPECT_LT(before, accuracy("before").at("hardware").get<double>() - 15)
        << "the ADC should hurt";
    EXPECT_GT(accuracy("tuned").at("hardware").get<double>(), before + 10);
}

// A learned range: of the squared error to the exact products, its gradient points from a range
// that clips and from one that is too coarse towards the calibrated one.
TEST_F(HardwareTest, TheRangesGradientPointsToWhatLosesLeast) {
    torch::manual_seed(test::test_seed(33));
    const TrainConfig learned =
        config(on_chip("accelerator.macro.adc.bits=4,accelerator.macro.adc.full_scale=learned"));
    const auto chip = hardware(learned);
    ASSERT_TRUE(chip->learns_lsb());
    Model model(learned.network, learned.method);
    const auto& layer = model.parts().back().weighted;
    const torch::Tensor codes = random_codes({40, 16, 3, 3}, 8);
    const torch::Tensor exact = layer->forward(codes).detach();
    const double best =
        chip->calibrated_lsb(model.parts().back().spec.name, layer->codes(), codes, 8);
    const auto slope = [&](double lsb) {
        AdcRange range;
        range.start(lsb);
        const OnChip on{chip.get(), chip->own_chip(), 8, 1.0F, &range};
        (layer->forward(codes, &on) - exact).square().sum().backward();
        return range.named_parameters()["log_lsb"].grad().item<float>();
    };
    EXPECT_GT(best, 1.5);
    EXPECT_LT(slope(best / 1.5), 0);
    EXPECT_GT(slope(best * 3), 0);
    // Nothing to learn where every count has a code.
    EXPECT_FALSE(
        hardware(config(on_chip("accelerator.macro.adc.full_scale=learned")))->learns_lsb());
}

TEST_F(HardwareTest, ALearnedRangeTravelsWithTheNetwork) {
    const std::string adc = "accelerator.macro.adc.bits=3,accelerator.macro.adc.full_scale=learned";
    const std::vector<std::string> schedule = {"epochs=2", "dataset.test_images=300"};
    train("tuned", on_chip(adc, schedule));
    EXPECT_GE(accuracy("tuned").at("agreement").get<double>(), 98);
    const Network network = read_onnx(run_.path("tuned/network.onnx"));
    EXPECT_EQ(network.adc_lsb.size(), 4U);  // of every layer with weights
    std::vector<std::string> again = on_chip(adc, schedule);
    const std::string bytes = run_.read("tuned/network.onnx");
    train("tuned", again);  // a finished run stays as it is
    EXPECT_EQ(run_.read("tuned/network.onnx"), bytes);
}

TEST_F(HardwareTest, FreshChipsFollowFromTheSeedWhateverTheThreads) {
    const std::string noise =
        "device=" CIMARRON_SOURCE_DIR
        "/configs/device/"
        "rram_22nm.yaml,non_idealities.variation=true,non_idealities.adc_errors=true";
    const std::vector<std::string> small = {"epochs=1", "dataset.train_images=320",
                                            "dataset.test_images=200"};
    const auto with = [&](const char* more) {
        std::vector<std::string> all = on_chip(noise, small);
        all.emplace_back(more);
        return all;
    };
    train("a", with("threads=1"));
    train("b", with("threads=3"));
    train("c", with("hardware.chips=same"));
    EXPECT_EQ(run_.read("a/network.onnx"), run_.read("b/network.onnx"));
    EXPECT_EQ(accuracy("a"), accuracy("b"));
    EXPECT_NE(run_.read("a/network.onnx"), run_.read("c/network.onnx"));
}

TEST_F(HardwareTest, WhatHasNoChipIsSaid) {
    const auto expect = [&](std::vector<std::string> overrides, const std::string& part) {
        try {
            train("x", overrides);
            FAIL() << "accepted; expected an error about " << part;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
    };
    expect(on_chip("seed=1", {"activation_bits=32", "weights=float"}), "needs quantized");
    expect(on_chip("seed=1", {"activations=sigmoids"}), "sigmoids");
    expect(on_chip("accelerator.macro.adc.bit=4"), "adc.bit");
    expect(on_chip("accelerator.tiles=1"), "tile");
    EXPECT_FALSE(std::filesystem::exists(run_.path("x")));
}

}  // namespace
}  // namespace cimarron
