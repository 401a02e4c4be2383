// SPDX-License-Identifier: Apache-2.0
#include "common/rng.h"
#include "quant/activation.h"
#include "quant/two_level.h"
#include "tests/support/seed.h"
#include "trainer/activation_quantizer.h"
#include "trainer/binary_weight.h"
#include "trainer/integer_weight.h"
#include "trainer/staircase.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <cmath>
#include <map>

namespace cimarron {
namespace {

torch::Tensor two_level_weights(const torch::Tensor& latent) {
    return binary_weights(WeightMethod::bwma, latent, 0);
}

torch::Tensor scalar(double value) {
    return torch::full({}, value, torch::kFloat);
}

Method with(ActivationMethod activations) {
    Method method;
    method.activations = activations;
    return method;
}

class LayersTest : public ::testing::Test {
protected:
    LayersTest() { torch::manual_seed(seed_); }
    torch::Tensor random_weights() {
        return torch::randn({rng_.uniform_int(1, 9), rng_.uniform_int(1, 9), rng_.uniform_int(1, 4),
                             rng_.uniform_int(1, 4)}) +
               rng_.normal(0, 0.5);
    }
    const std::uint64_t seed_ = test::test_seed(11);
    Rng rng_{seed_};
};

TEST_F(LayersTest, TwoLevelWeightsAreTheClosedFormOfEachOutputChannel) {
    for (int n = 0; n < 50; ++n) {
        const torch::Tensor latent = random_weights();
        const torch::Tensor result = two_level_weights(latent);
        for (std::int64_t o = 0; o < latent.size(0); ++o) {
            const torch::Tensor w = latent[o].flatten();
            const torch::Tensor y = result[o].flatten();
            const auto count = static_cast<std::size_t>(w.numel());
            const TwoLevel levels = two_level_closed_form(w.data_ptr<float>(), count);
            const auto bits = signs(w.data_ptr<float>(), count, levels.threshold);
            for (std::size_t i = 0; i < count; ++i) {
                const double expected = levels.alpha * bits[i] + levels.beta;
                EXPECT_NEAR(y[static_cast<std::int64_t>(i)].item<double>(), expected, 1e-6);
            }
        }
    }
}

TEST_F(LayersTest, WeightGradientsPassStraightThrough) {
    for (const auto quantize : {two_level_weights, fake_integer_weights}) {
        const torch::Tensor latent = random_weights().requires_grad_();
        const torch::Tensor factor = torch::randn(latent.sizes());
        (quantize(latent) * factor).sum().backward();
        EXPECT_TRUE(torch::equal(latent.grad(), factor));
    }
}

TEST_F(LayersTest, IntegerWeightsAreWithinHalfAStepAndUseTheWholeRange) {
    for (int n = 0; n < 50; ++n) {
        const torch::Tensor latent = random_weights();
        const IntegerWeights codes = integer_weights(latent);
        const torch::Tensor real = fake_integer_weights(latent);
        for (std::int64_t o = 0; o < latent.size(0); ++o) {
            const auto scale = static_cast<double>(codes.scale[static_cast<std::size_t>(o)]);
            EXPECT_NEAR(latent[o].abs().max().item<double>(), 127 * scale, 1e-5);
            EXPECT_LE((latent[o] - real[o]).abs().max().item<double>(), 0.5001 * scale);
        }
    }
    EXPECT_EQ(integer_weights(torch::zeros({2, 3, 1, 1})).scale[0], 1.0F);
}

TEST_F(LayersTest, QuantizedActivationsAreTheNearestLevel) {
    for (int n = 0; n < 60; ++n) {
        const int bits = rng_.uniform_int(1, 8);
        const double step = std::exp(rng_.normal(-2, 1));
        const torch::Tensor x = torch::randn({3, 5, 7, 11}) * (step * (1 << bits) * 0.5);
        const auto kind = static_cast<Staircase>(rng_.uniform_int(0, 4));
        const float s = static_cast<float>(step);
        const torch::Tensor y = staircase(kind, x, scalar(step), scalar(1), bits, true);
        const torch::Tensor codes = (x * (1.0F / s)).clamp(0, (1 << bits) - 1).round();
        EXPECT_TRUE(torch::equal(y, codes * s));
        EXPECT_GT(y.max().item<float>(), y.min().item<float>());
    }
}

// Of all L terms, most are only counted; how many are not depends on the temperature.
TEST_F(LayersTest, SoftActivationsAreTheSumOfEverySigmoid) {
    for (int n = 0; n < 60; ++n) {
        const int bits = rng_.uniform_int(1, 8);
        const int top = (1 << bits) - 1;
        const double temperature = std::exp(rng_.uniform(0, 5));
        const torch::Tensor u = (torch::rand({400}) * 1.4 - 0.2) * top;
        const torch::Tensor y =
            staircase(Staircase::sigmoids, u, scalar(1), scalar(temperature), bits, false);
        const torch::Tensor k = torch::arange(1, top + 1, torch::kDouble);
        const torch::Tensor sum =
            torch::sigmoid(temperature * (u.to(torch::kDouble).unsqueeze(1) - k + 0.5)).sum(1);
        EXPECT_LT((y - sum).abs().max().item<double>(), 2e-5 * (1 << bits))
            << bits << " bits, temperature " << temperature;
    }
}

// Exactly none: products of gradients too small for normal numbers would each cost a trap.
TEST_F(LayersTest, SigmoidsFarFromEveryThresholdHaveNoGradient) {
    for (const int bits : {1, 4, 8}) {
        const int top = (1 << bits) - 1;
        const torch::Tensor x = torch::randint(-3, top + 4, {500}).to(torch::kFloat);
        const torch::Tensor input = x.clone().requires_grad_();
        const torch::Tensor y =
            staircase(Staircase::sigmoids, input, scalar(1), scalar(100), bits, false);
        y.backward(torch::randn({500}));
        EXPECT_TRUE(torch::equal(y.detach(), x.clamp(0, top)));
        EXPECT_EQ(input.grad().abs().max().item<float>(), 0.0F);
    }
}

TEST_F(LayersTest, ActivationGradientsDependOnNeitherLayoutNorThreads) {
    const torch::Tensor x = torch::randn({16, 24, 20, 20});
    const torch::Tensor g = torch::randn({16, 24, 20, 20});
    std::vector<torch::Tensor> dx;
    std::vector<float> dt;
    for (const int threads : {1, 2, 3}) {
        at::set_num_threads(threads);
        const torch::Tensor input = x.clone().requires_grad_();
        const torch::Tensor step = scalar(0.4).requires_grad_();
        staircase(Staircase::ripple, input, step, scalar(0.5), 3, false).backward(g);
        dx.push_back(input.grad());
        dt.push_back(step.grad().item<float>());
    }
    at::set_num_threads(1);
    EXPECT_TRUE(torch::equal(dx[0], dx[1]) && torch::equal(dx[0], dx[2]));
    EXPECT_TRUE(dt[0] == dt[1] && dt[0] == dt[2]);
    const torch::Tensor last = x.contiguous(torch::MemoryFormat::ChannelsLast).requires_grad_();
    staircase(Staircase::ripple, last, scalar(0.4), scalar(0.5), 3, false).backward(g);
    EXPECT_TRUE(torch::equal(last.grad(), dx[0]));
}

// 1 - corr(relu(x), codes)^2.
double unexplained(const torch::Tensor& x, double step, int bits) {
    const torch::Tensor positive = torch::relu(x).flatten().to(torch::kDouble);
    const torch::Tensor q = torch::round(positive / step).clamp(0, std::exp2(bits) - 1);
    const double r = torch::corrcoef(torch::stack({positive, q}))[0][1].item<double>();
    return 1 - r * r;
}

TEST_F(LayersTest, TheStepStartsWhereTheCodesOfTheFirstBatchExplainMost) {
    const std::map<int, double> ratios = {{1, 1.16}, {2, 1.02}, {3, 1}, {4, 1}};
    for (const auto& [bits, ratio] : ratios) {
        LearnedQuantizer quantizer(bits, with(ActivationMethod::bwma));
        const double sigma = rng_.uniform(0.1, 5);
        const torch::Tensor x = torch::randn({1000, 100}) * sigma;
        quantizer.forward(x);
        EXPECT_NEAR(quantizer.step(), ratio * half_normal_step(bits) * sigma,
                    0.03 * quantizer.step())
            << bits;
        const float step = quantizer.step();
        quantizer.forward(3 * x);
        EXPECT_EQ(quantizer.step(), step);
    }
}

// With tails longer than a normal distribution's it is another than the closed form's.
TEST_F(LayersTest, TheStepStartsWhereCodesExplainMostOfAnyDistribution) {
    for (const int bits : {1, 2, 3, 4, 8}) {
        const double scale = rng_.uniform(0.1, 5);
        const torch::Tensor uniform = torch::rand({1000, 100}) - 0.5;
        const torch::Tensor x =  // Laplace
            -scale * torch::sign(uniform) * torch::log(1 - 2 * uniform.abs() + 1e-6);
        LearnedQuantizer quantizer(bits, with(ActivationMethod::bwma));
        quantizer.forward(x);
        const double step = quantizer.step();
        EXPECT_GT(step, 1.1 * half_normal_step(bits) * std::sqrt(2.0) * scale) << bits;
        for (const double other : {0.5, 0.8, 0.95, 1.05, 1.25, 2.0}) {
            EXPECT_LT(unexplained(x, step, bits), 1.01 * unexplained(x, other * step, bits))
                << bits << " bits, " << other;
        }
    }
}

TEST_F(LayersTest, TheOtherMethodsStartWhereTheirAuthorsSay) {
    const torch::Tensor x = torch::randn({100, 100});
    const auto started = [&](ActivationMethod activations, int bits) {
        LearnedQuantizer quantizer(bits, with(activations));
        quantizer.forward(x);
        return quantizer.step();
    };
    const float mean = x.abs().mean().item<float>();
    for (const int bits : {1, 2, 4, 8}) {
        const auto top = static_cast<float>((1 << bits) - 1);
        EXPECT_FLOAT_EQ(started(ActivationMethod::dorefa, bits), 1 / top);
        EXPECT_FLOAT_EQ(started(ActivationMethod::pact, bits), 6 / top);
        EXPECT_FLOAT_EQ(started(ActivationMethod::dsq, bits), x.max().item<float>() / top);
        EXPECT_FLOAT_EQ(started(ActivationMethod::lsq, bits), 2 * mean / std::sqrt(top));
    }
}

TEST_F(LayersTest, SigmoidsBecomeTheHardStaircaseAsTheTemperatureRises) {
    const torch::Tensor x = torch::rand({2000}) * 4.5 - 0.7;
    const auto distance = [&](double temperature) {
        const auto run = [&](bool hard) {
            return staircase(Staircase::sigmoids, x, scalar(0.5), scalar(temperature), 3, hard);
        };
        return (run(false) - run(true)).abs().mean().item<double>();
    };
    EXPECT_GT(distance(2), 4 * distance(20));
    EXPECT_LT(distance(2000), 1e-3);
}

TEST_F(LayersTest, ExactlyPactAddsToTheLoss) {
    LearnedQuantizer pact(4, with(ActivationMethod::pact));
    pact.forward(torch::rand({10, 10}));
    EXPECT_NEAR(pact.regularization().item<double>(), 2e-4 * 36, 1e-9);
    EXPECT_FALSE(LearnedQuantizer(4, with(ActivationMethod::lsq)).regularization().defined());
}

}  // namespace
}  // namespace cimarron
