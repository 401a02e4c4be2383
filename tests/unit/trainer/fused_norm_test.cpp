// SPDX-License-Identifier: Apache-2.0
#include "trainer/fused_norm.h"

#include "common/rng.h"
#include "tests/support/seed.h"
#include "trainer/staircase.h"

#include <torch/utils.h>

#include <cmath>

namespace cimarron {
namespace {

constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;

// One random place of a network, and what both ways of computing it gave.
struct Place {
    NormTail tail;
    bool shortcut = false;
    bool keep_sum = false;
    double epsilon = 1e-5;
};

struct Outcome {
    std::vector<torch::Tensor> values;  // sum and codes, where there are any
    std::vector<torch::Tensor> gradients;
    torch::Tensor running_mean, running_var;
    double largest = 0;
};

struct Inputs {
    torch::Tensor x, shortcut, weight, bias, step, shape, sum_gradient, codes_gradient;
};

Inputs random_inputs(Rng& rng, const Place& place) {
    const std::vector<std::int64_t> size = {rng.uniform_int(2, 9), rng.uniform_int(1, 70),
                                            rng.uniform_int(1, 9), rng.uniform_int(1, 9)};
    const auto random = [&] { return torch::randn(size).contiguous(kChannelsLast); };
    Inputs in;
    in.x = (random() * 3 + torch::randn({1, size[1], 1, 1}) * 5).contiguous(kChannelsLast);
    if (place.shortcut) in.shortcut = random();
    in.weight = torch::rand({size[1]}) + 0.5;
    in.bias = torch::randn({size[1]});
    in.step = torch::full({}, std::exp(rng.normal(-1, 0.5)), torch::kFloat);
    in.shape = torch::full({}, rng.uniform(0.2, 3), torch::kFloat);
    in.sum_gradient = random();
    in.codes_gradient = random();
    return in;
}

torch::nn::BatchNorm2d norm_of(const Inputs& in, const Place& place) {
    torch::nn::BatchNorm2d norm(torch::nn::BatchNorm2dOptions(in.x.size(1)).eps(place.epsilon));
    const torch::NoGradGuard no_gradient;
    norm->weight.copy_(in.weight);
    norm->bias.copy_(in.bias);
    return norm;
}

template <class Forward>
Outcome outcome(const Inputs& in, const Place& place, const Forward& forward) {
    torch::nn::BatchNorm2d norm = norm_of(in, place);
    const auto leaf = [](const torch::Tensor& t) {
        return t.defined() ? t.detach().clone().requires_grad_() : t;
    };
    const Inputs own{leaf(in.x),      leaf(in.shortcut), {}, {}, leaf(in.step), leaf(in.shape),
                     in.sum_gradient, in.codes_gradient};
    Outcome result = forward(norm, own);
    torch::Tensor loss = torch::zeros({});
    std::size_t i = 0;
    if (place.keep_sum) loss = loss + (result.values[i++] * in.sum_gradient).sum();
    if (place.tail.kind != NormTail::Kind::none) {
        loss = loss + (result.values[i] * in.codes_gradient).sum();
    }
    loss.backward();
    result.gradients = {own.x.grad(), norm->weight.grad(), norm->bias.grad()};
    if (place.shortcut) result.gradients.push_back(own.shortcut.grad());
    if (place.tail.kind == NormTail::Kind::staircase) {
        result.gradients.push_back(own.step.grad());
        result.gradients.push_back(own.shape.grad());
    }
    result.running_mean = norm->running_mean;
    result.running_var = norm->running_var;
    EXPECT_EQ(norm->num_batches_tracked.item<int>(), 1);
    return result;
}

Outcome by_operators(torch::nn::BatchNorm2d& norm, const Inputs& in, const Place& place) {
    torch::Tensor v = norm->forward(in.x);
    if (place.shortcut) v = v + in.shortcut;
    Outcome result;
    result.largest = v.abs().max().item<double>();
    if (place.keep_sum) result.values.push_back(v);
    if (place.tail.kind == NormTail::Kind::relu) result.values.push_back(torch::relu(v));
    if (place.tail.kind == NormTail::Kind::staircase) {
        result.values.push_back(
            staircase(place.tail.staircase, v, in.step, in.shape, place.tail.bits, false));
    }
    return result;
}

Outcome fused(torch::nn::BatchNorm2d& norm, const Inputs& in, const Place& place) {
    FusedNorm behind{in.shortcut, place.tail, {}, {}, place.keep_sum};
    if (place.tail.kind == NormTail::Kind::staircase) {
        behind.step = in.step;
        behind.shape = in.shape;
    }
    EXPECT_TRUE(can_fuse_norm(in.x));
    const FusedNormResult found = fused_norm(norm, in.x, behind);
    Outcome result;
    result.largest = static_cast<double>(found.largest);
    if (place.keep_sum) result.values.push_back(found.sum);
    if (place.tail.kind != NormTail::Kind::none) result.values.push_back(found.codes);
    return result;
}

Place random_place(Rng& rng, int n) {
    Place place;
    place.tail.kind = static_cast<NormTail::Kind>(n % 3);
    // Not the sum of sigmoids, whose forward pass is no staircase.
    place.tail.staircase = static_cast<Staircase>(rng.uniform_int(0, 4));
    place.tail.bits = rng.uniform_int(1, 8);
    place.shortcut = rng.coin(0.5);
    place.keep_sum = place.tail.kind == NormTail::Kind::none || rng.coin(0.5);
    return place;
}

// Values within a rounding of a threshold may fall on either side: a share of them.
double far_apart(const torch::Tensor& a, const torch::Tensor& b) {
    const torch::Tensor scale = b.abs().max() + 1e-6;
    return ((a - b).abs() > 1e-4 * scale).to(torch::kFloat).mean().item<double>();
}

TEST(FusedNormTest, IsTheBatchNormTheShortcutAndTheQuantizerOfLibtorchsOperators) {
    const std::uint64_t seed = test::test_seed(31);
    Rng rng(seed);
    torch::manual_seed(seed);
    for (int n = 0; n < 90; ++n) {
        const Place place = random_place(rng, n);
        const Inputs in = random_inputs(rng, place);
        if (in.x.numel() / in.x.size(1) < 8) continue;  // too few values for a deviation
        const auto run = [&](auto forward) {
            return outcome(in, place, [&](torch::nn::BatchNorm2d& norm, const Inputs& own) {
                return forward(norm, own, place);
            });
        };
        const Outcome wanted = run(by_operators);
        const Outcome found = run(fused);
        ASSERT_EQ(found.values.size(), wanted.values.size());
        for (std::size_t i = 0; i < found.values.size(); ++i) {
            EXPECT_LE(far_apart(found.values[i], wanted.values[i]), 0.002) << "case " << n;
        }
        ASSERT_EQ(found.gradients.size(), wanted.gradients.size());
        for (std::size_t i = 0; i < found.gradients.size(); ++i) {
            const torch::Tensor& a = found.gradients[i];
            const torch::Tensor& b = wanted.gradients[i];
            EXPECT_LT((a - b).norm().item<double>(), 0.02 * b.norm().item<double>() + 1e-3)
                << "case " << n << ", gradient " << i;
        }
        EXPECT_LT((found.running_mean - wanted.running_mean).abs().max().item<double>(), 1e-4);
        EXPECT_LT((found.running_var / wanted.running_var - 1).abs().max().item<double>(), 1e-3);
        if (place.keep_sum) EXPECT_NEAR(found.largest, wanted.largest, 1e-3 * wanted.largest);
    }
}

TEST(FusedNormTest, TakesOnlyFloatsThatLieChannelsLast) {
    const torch::Tensor x = torch::randn({2, 4, 3, 3});
    EXPECT_FALSE(can_fuse_norm(x));
    EXPECT_TRUE(can_fuse_norm(x.contiguous(kChannelsLast)));
    EXPECT_FALSE(can_fuse_norm(x.contiguous(kChannelsLast).to(torch::kDouble)));
    EXPECT_FALSE(can_fuse_norm(torch::randn({2, 4})));
}

// A mean far from zero must not cost the variance its digits once the running mean is near it.
TEST(FusedNormTest, AFarMeanKeepsTheVariancesDigits) {
    torch::manual_seed(test::test_seed(32));
    const torch::Tensor x = (torch::randn({8, 3, 6, 6}) + 3000).contiguous(kChannelsLast);
    torch::nn::BatchNorm2d norm(3);
    norm->running_mean.fill_(3000);
    const FusedNormResult found = fused_norm(norm, x, {});
    EXPECT_LT(found.sum.mean({0, 2, 3}).abs().max().item<double>(), 1e-3);
    EXPECT_LT((found.sum.var({0, 2, 3}, false) - 1).abs().max().item<double>(), 1e-3);
}

}  // namespace
}  // namespace cimarron
