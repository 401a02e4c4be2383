// SPDX-License-Identifier: Apache-2.0
// Every gradient that a method pretends, against finite differences of its soft form in double
// precision.
#include "common/rng.h"
#include "tests/support/seed.h"
#include "trainer/binary_weight.h"
#include "trainer/staircase.h"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace cimarron {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr Staircase kStaircases[] = {Staircase::straight_through, Staircase::soft_clip,
                                     Staircase::ripple,           Staircase::clip,
                                     Staircase::tanh_cells,       Staircase::sigmoids};

class GradientsTest : public ::testing::Test {
protected:
    GradientsTest() { torch::manual_seed(seed_); }
    const std::uint64_t seed_ = test::test_seed(17);
    Rng rng_{seed_};
};

// psi of trainer/staircase.h.
double soft_staircase(Staircase kind, double u, double shape, double top) {
    const double c = std::clamp(u, 0.0, top);
    switch (kind) {
        case Staircase::straight_through:
        case Staircase::soft_clip:
        case Staircase::clip:
            return c;
        case Staircase::ripple:
            return c - shape * std::sin(2 * kPi * c) / (2 * kPi);
        case Staircase::tanh_cells: {
            const double cell = std::min(std::floor(c), top - 1);
            return cell + 0.5 + std::tanh(shape * (c - cell - 0.5)) / (2 * std::tanh(shape / 2));
        }
        case Staircase::sigmoids: {
            double sum = 0;
            for (double k = 1; k <= top; ++k) sum += 1 / (1 + std::exp(-shape * (u - k + 0.5)));
            return sum;
        }
    }
    return 0;
}

// The mean of the clip over [u - 1/2, u + 1/2], by midpoints.
double soft_clip(double u, double top) {
    constexpr int kPoints = 3000;
    double sum = 0;
    for (int i = 0; i < kPoints; ++i) {
        const double v = u + (i + 0.5) / kPoints - 0.5;
        sum += std::clamp(v, 0.0, top) / kPoints;
    }
    return sum;
}

struct StaircaseCase {
    Staircase kind;
    int bits;
    double step;
    double shape;
    double top() const { return std::exp2(bits) - 1; }
    // The forward pass with all that backward() takes as constant held at its value at (x0, s0).
    double value(double x, double s, double k, double x0) const {
        const double u0 = x0 / step;
        if (kind == Staircase::soft_clip) {
            const double by_step = std::nearbyint(std::clamp(u0, 0.0, top())) +
                                   std::clamp(x0 / s, 0.0, top()) - std::clamp(u0, 0.0, top());
            return s * by_step + step * (soft_clip(x / step, top()) - soft_clip(u0, top()));
        }
        const bool no_residual = kind == Staircase::clip || kind == Staircase::sigmoids;
        const double residual = no_residual ? 0
                                            : std::nearbyint(std::clamp(u0, 0.0, top())) -
                                                  soft_staircase(kind, u0, shape, top());
        return s * (soft_staircase(kind, x / s, k, top()) + residual);
    }
    bool near_kink(double x) const {
        const double u = x / step;
        if (kind == Staircase::sigmoids) return false;
        if (kind == Staircase::tanh_cells) return std::abs(u - std::nearbyint(u)) < 2e-3;
        return std::min(std::abs(u), std::abs(u - top())) < 2e-3;
    }
};

void check_staircase(const StaircaseCase& c) {
    torch::Tensor x = (torch::rand({60}) * 1.4 - 0.2) * (c.step * c.top());
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        if (c.near_kink(x[i].item<double>())) x[i] = 0.3 * c.step;  // no derivative to compare with
    }
    const torch::Tensor g = torch::randn({60});
    const auto leaf = [](double v) { return torch::full({}, v, torch::kFloat).requires_grad_(); };
    const torch::Tensor input = x.clone().requires_grad_();
    const torch::Tensor step = leaf(c.step);
    const torch::Tensor shape = leaf(c.shape);
    (staircase(c.kind, input, step, shape, c.bits, false) * g).sum().backward();
    const double h = 1e-5;
    double by_step = 0;
    double by_shape = 0;
    double scale = 1;
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const auto v = x[i].item<double>();
        const auto gi = g[i].item<double>();
        const auto slope = [&](const std::function<double(double)>& f, double at) {
            const double d = h * at;
            return gi * (f(d) - f(-d)) / (2 * d);
        };
        const auto y = [&](double dx, double ds, double dk) {
            return c.value(v + dx, c.step + ds, c.shape + dk, v);
        };
        const double by_x = slope([&](double d) { return y(d, 0, 0); }, c.step);
        by_step += slope([&](double d) { return y(0, d, 0); }, c.step);
        by_shape += slope([&](double d) { return y(0, 0, d); }, c.shape);
        scale += std::abs(gi) * c.top();
        EXPECT_NEAR(input.grad()[i].item<double>(), by_x, 2e-3 * (1 + c.shape))
            << "u = " << v / c.step;
    }
    EXPECT_NEAR(step.grad().item<double>(), by_step, 1e-4 * scale * (1 + c.shape));
    if (c.kind == Staircase::tanh_cells) {
        EXPECT_NEAR(shape.grad().item<double>(), by_shape, 1e-4 * scale * c.step);
        EXPECT_GT(std::abs(by_shape), 0);
    }
}

TEST_F(GradientsTest, ActivationsDifferentiateTheirSoftStaircase) {
    for (const Staircase kind : kStaircases) {
        for (int n = 0; n < 12; ++n) {
            const double shape =
                kind == Staircase::ripple ? rng_.uniform(0.1, 1) : rng_.uniform(1, 20);
            const int bits = rng_.uniform_int(1, 4);
            SCOPED_TRACE(testing::Message() << "staircase " << static_cast<int>(kind) << ", bits "
                                            << bits << ", shape " << shape);
            check_staircase({kind, bits, std::exp(rng_.normal(-1, 0.5)), shape});
        }
    }
}

TEST_F(GradientsTest, StaircasesOfOperatorsAreThoseOfTheLoops) {
    for (const Staircase kind : kStaircases) {
        for (const bool hard : {false, true}) {
            const int bits = rng_.uniform_int(1, 4);
            const torch::Tensor x = (torch::rand({500}) * 1.4 - 0.2) * (0.3 * (1 << bits));
            const torch::Tensor g = torch::randn({500});
            std::vector<torch::Tensor> found;
            for (const auto run : {staircase, staircase_by_operators}) {
                const torch::Tensor input = x.clone().requires_grad_();
                const torch::Tensor step = torch::full({}, 0.3).requires_grad_();
                const torch::Tensor shape = torch::full({}, 0.9).requires_grad_();
                const torch::Tensor y = run(kind, input, step, shape, bits, hard);
                found.push_back(y.detach());
                if (hard) continue;
                y.backward(g);
                found.push_back(input.grad());
                found.push_back(step.grad());
                if (kind == Staircase::tanh_cells) found.push_back(shape.grad());
            }
            const std::size_t half = found.size() / 2;
            for (std::size_t i = 0; i < half; ++i) {
                EXPECT_TRUE(torch::allclose(found[i], found[half + i], 1e-3, 1e-3))
                    << "staircase " << static_cast<int>(kind) << ", tensor " << i;
            }
        }
    }
}

// The soft form of each method's weights, of one channel: what is held constant is taken from w0.
torch::Tensor soft_weights(WeightMethod method, const torch::Tensor& w, const torch::Tensor& w0,
                           double progress) {
    const double t = 0.1 * std::pow(100, progress);
    const double k = std::max(1 / t, 1.0);
    const auto n = static_cast<double>(w.numel());
    const auto standardized = [&](const torch::Tensor& v, bool unbiased) {
        const torch::Tensor centred = v - v.mean();
        return centred / (centred.square().sum() / (unbiased ? n - 1 : n)).sqrt();
    };
    const auto estimate = [&](const torch::Tensor& v) { return k * torch::tanh(t * v); };
    switch (method) {
        case WeightMethod::floating:
        case WeightMethod::bwma:
        case WeightMethod::dorefa:
            break;
        case WeightMethod::bnn:
            return w.clamp(-1, 1);
        case WeightMethod::bwn:
            return w / n + w0.abs().mean() * w.clamp(-1, 1);
        case WeightMethod::irnet: {
            const double mean = standardized(w0, true).abs().mean().item<double>();
            return std::exp2(std::nearbyint(std::log2(mean))) * estimate(standardized(w, true));
        }
        case WeightMethod::adabin: {
            const torch::Tensor v0 = standardized(w0, false);
            const torch::Tensor deviation = (w - w.mean()).square().mean().sqrt();
            return w.mean() +
                   deviation * (estimate(standardized(w, false)) + torch::sign(v0) - estimate(v0));
        }
    }
    return w;
}

TEST_F(GradientsTest, WeightsDifferentiateTheirSoftForm) {
    for (const WeightMethod method :
         {WeightMethod::bwma, WeightMethod::dorefa, WeightMethod::bnn, WeightMethod::bwn,
          WeightMethod::irnet, WeightMethod::adabin}) {
        for (int n = 0; n < 6; ++n) {
            const double progress = rng_.uniform(0, 1);
            const torch::Tensor latent = torch::randn({3, 2, 3, 3}) * 0.8 + rng_.normal(0, 0.2);
            const torch::Tensor g = torch::randn(latent.sizes());
            const torch::Tensor input = latent.clone().requires_grad_();
            (binary_weights(method, input, progress) * g).sum().backward();
            for (std::int64_t o = 0; o < 3; ++o) {
                const torch::Tensor w0 = latent[o].to(torch::kDouble);
                const torch::Tensor go = g[o].to(torch::kDouble);
                const torch::Tensor found = input.grad()[o].flatten();
                for (std::int64_t i = 0; i < w0.numel(); ++i) {
                    const double at = w0.flatten()[i].item<double>();
                    if (std::abs(std::abs(at) - 1) < 1e-4) continue;
                    const auto loss = [&](double h) {
                        torch::Tensor w = w0.clone();
                        w.view(-1)[i] += h;
                        return (soft_weights(method, w, w0, progress) * go).sum().item<double>();
                    };
                    const double expected = (loss(1e-5) - loss(-1e-5)) / 2e-5;
                    EXPECT_NEAR(found[i].item<double>(), expected, 2e-3 * (1 + std::abs(expected)))
                        << "method " << static_cast<int>(method);
                }
            }
        }
    }
}

TEST_F(GradientsTest, TheClosedFormOfOperatorsIsThatOfTheLoops) {
    const torch::Tensor latent = torch::randn({20, 3, 3, 3}) * 0.3 + 0.05;
    const torch::Tensor expected = binarize(WeightMethod::bwma, latent).weights();
    EXPECT_TRUE(torch::allclose(closed_form_by_operators(latent).weights(), expected, 1e-5, 1e-5));
    const torch::Tensor flat = torch::full({2, 1, 3, 3}, 0.25);
    EXPECT_TRUE(torch::allclose(closed_form_by_operators(flat).weights(), flat));
}

TEST_F(GradientsTest, ForwardWeightsAreTheTwoLevelsOfTheirMethod) {
    for (const WeightMethod method :
         {WeightMethod::bwma, WeightMethod::dorefa, WeightMethod::bnn, WeightMethod::bwn,
          WeightMethod::irnet, WeightMethod::adabin}) {
        const torch::Tensor latent = torch::randn({4, 3, 3, 3}) * 0.3 + 0.05;
        const torch::Tensor found = binary_weights(method, latent, 0.5);
        EXPECT_LT((found - binarize(method, latent).weights()).abs().max().item<double>(), 1e-6);
        for (std::int64_t o = 0; o < 4; ++o) {
            const torch::Tensor w = latent[o];
            const double low = found[o].min().item<double>();
            const double high = found[o].max().item<double>();
            const double m = w.mean().item<double>();
            const double mad = w.abs().mean().item<double>();
            const double deviation = w.std(false).item<double>();
            const double layer = latent.abs().mean().item<double>();
            const auto expect = [&](double alpha, double beta) {
                EXPECT_NEAR((high - low) / 2, alpha, 1e-5) << static_cast<int>(method);
                EXPECT_NEAR((high + low) / 2, beta, 1e-5) << static_cast<int>(method);
            };
            if (method == WeightMethod::bnn) expect(1, 0);
            if (method == WeightMethod::bwn) expect(mad, 0);
            if (method == WeightMethod::dorefa) expect(layer, 0);
            if (method == WeightMethod::adabin) expect(deviation, m);
            if (method == WeightMethod::irnet) {
                const double mean = ((w - m) / w.std(true)).abs().mean().item<double>();
                expect(std::exp2(std::round(std::log2(mean))), 0);
            }
        }
    }
}

}  // namespace
}  // namespace cimarron
