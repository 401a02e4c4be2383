// SPDX-License-Identifier: Apache-2.0
#include "common/rng.h"
#include "quant/activation.h"
#include "quant/two_level.h"
#include "tests/support/seed.h"
#include "trainer/activation_quantizer.h"
#include "trainer/binary_weight.h"
#include "trainer/integer_weight.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <cmath>

namespace cimarron {
namespace {

constexpr double kPi = 3.14159265358979323846;

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
        const torch::Tensor log_step = torch::full({}, std::log(step));
        const float s = std::exp(log_step.item<float>());
        const torch::Tensor y = quantize_activation(x, log_step, bits, 0);
        const torch::Tensor codes = (x * (1.0F / s)).clamp(0, (1 << bits) - 1).round();
        EXPECT_TRUE(torch::equal(y, codes * s));
        EXPECT_GT(y.max().item<float>(), y.min().item<float>());
    }
}

// The soft form with the hard residual held fixed: what backward() claims to differentiate.
struct Soft {
    int bits = 1;
    double ripple = 0;
    double phi(double u) const {
        const double c = std::clamp(u, 0.0, static_cast<double>((1 << bits) - 1));
        return c - ripple * std::sin(2 * kPi * c) / (2 * kPi);
    }
    double hard(double u) const {
        return std::nearbyint(std::clamp(u, 0.0, static_cast<double>((1 << bits) - 1)));
    }
};

TEST_F(LayersTest, ActivationGradientsAreThoseOfTheSoftStaircase) {
    for (int n = 0; n < 40; ++n) {
        const Soft soft{rng_.uniform_int(1, 4), n % 2 == 0 ? 0.0 : rng_.uniform(0.1, 1)};
        const double t = rng_.normal(-1, 0.5);
        const double s = std::exp(t);
        const torch::Tensor x = (torch::rand({40}) * 1.4 - 0.2) * (s * ((1 << soft.bits) - 1));
        const torch::Tensor g = torch::randn({40});
        const torch::Tensor input = x.clone().requires_grad_();
        const torch::Tensor log_step = torch::full({}, t).requires_grad_();
        (quantize_activation(input, log_step, soft.bits, soft.ripple) * g).sum().backward();
        double expected_t = 0;
        constexpr double kH = 1e-5;
        for (std::int64_t i = 0; i < x.numel(); ++i) {
            const auto v = x[i].item<double>();
            const auto gi = g[i].item<double>();
            const double residual = soft.hard(v / s) - soft.phi(v / s);
            const auto y = [&](double value, double log) {
                return std::exp(log) * (soft.phi(value / std::exp(log)) + residual);
            };
            expected_t += gi * (y(v, t + kH) - y(v, t - kH)) / (2 * kH);
            const double u = v / s;
            const double to_edge =
                std::min(std::abs(u), std::abs(u - static_cast<double>((1 << soft.bits) - 1)));
            if (to_edge < 1e-3) continue;  // a kink: no derivative to compare with
            const double expected_x = gi * (y(v + kH * s, t) - y(v - kH * s, t)) / (2 * kH * s);
            EXPECT_NEAR(input.grad()[i].item<double>(), expected_x, 2e-3) << "u = " << u;
        }
        EXPECT_NEAR(log_step.grad().item<double>(), expected_t, 1e-3 * (1 + std::abs(expected_t)));
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
        const torch::Tensor log_step = torch::full({}, -1.0).requires_grad_();
        quantize_activation(input, log_step, 3, 0.5).backward(g);
        dx.push_back(input.grad());
        dt.push_back(log_step.grad().item<float>());
    }
    at::set_num_threads(1);
    EXPECT_TRUE(torch::equal(dx[0], dx[1]) && torch::equal(dx[0], dx[2]));
    EXPECT_TRUE(dt[0] == dt[1] && dt[0] == dt[2]);
    const torch::Tensor last = x.contiguous(torch::MemoryFormat::ChannelsLast).requires_grad_();
    quantize_activation(last, torch::full({}, -1.0), 3, 0.5).backward(g);
    EXPECT_TRUE(torch::equal(last.grad(), dx[0]));
}

TEST_F(LayersTest, TheStepStartsAtTheLeastSquaresOptimumOfTheFirstBatch) {
    for (const int bits : {1, 2, 4, 8}) {
        LearnedQuantizer quantizer(bits);
        const double sigma = rng_.uniform(0.1, 5);
        const torch::Tensor x = torch::randn({1000, 100}) * sigma;
        quantizer.forward(x);
        EXPECT_NEAR(quantizer.step(), half_normal_step(bits) * sigma, 0.02 * quantizer.step());
        const float step = quantizer.step();
        quantizer.forward(3 * x);
        EXPECT_EQ(quantizer.step(), step);
        quantizer.forget_step();
        quantizer.forward(3 * x);
        EXPECT_NEAR(quantizer.step(), 3 * step, 1e-3 * step);
    }
}

}  // namespace
}  // namespace cimarron
