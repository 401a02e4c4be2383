// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "quant/lower.h"
#include "tests/support/random_network.h"
#include "tests/support/random_residual_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace cimarron {
namespace {

// conv (binary, 4-bit codes) -> max pool -> average pool -> fc (4-bit weights) on 2 x 6 x 6.
Network small_network() {
    Network network;
    network.name = "small";
    network.input = {2, 6, 6};
    ConvNode conv;
    conv.name = "conv";
    conv.window = {3, 3, 1, 1, 1, 1, 1, 1};
    conv.out_channels = 3;
    conv.weights = BinaryWeights{std::vector<std::int8_t>(3 * 2 * 9, 1), {1, 1, 1}, {0, 0, 0}};
    conv.bias = {0, 0, 0};
    conv.batch_norm = BatchNorm{{1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 1e-5F};
    conv.activation = ActivationQuantizer{4, 0.5F};
    PoolNode most{"most", 0, PoolNode::Kind::max, {2, 2, 2, 2, 0, 0, 0, 0}, {}};
    PoolNode mean{
        "mean", 1, PoolNode::Kind::average, {2, 2, 1, 1, 0, 0, 0, 0}, ActivationQuantizer{4, 0.5F}};
    ConvNode fc;
    fc.name = "fc";
    fc.source = 2;
    fc.fully_connected = true;
    fc.window.kernel_h = fc.window.kernel_w = 2;
    fc.out_channels = 2;
    fc.weights = IntegerWeights{4, std::vector<std::int8_t>(2 * 3 * 4, -8), {1, 1}};
    network.nodes = {conv, most, mean, fc};
    return network;
}

ConvNode& conv(Network& network) {
    return std::get<ConvNode>(network.nodes[0]);
}
PoolNode& pool(Network& network, std::size_t i) {
    return std::get<PoolNode>(network.nodes[i]);
}
ConvNode& fc(Network& network) {
    return std::get<ConvNode>(network.nodes[3]);
}
BinaryWeights& binary(Network& network) {
    return std::get<BinaryWeights>(conv(network).weights);
}
IntegerWeights& integers(Network& network) {
    return std::get<IntegerWeights>(fc(network).weights);
}

TEST(Network, ValidOneIsAccepted) {
    EXPECT_NO_THROW(validate(small_network()));
    EXPECT_NO_THROW(validate(lower(small_network())));
}

struct Mistake {
    const char* name;
    std::function<void(Network&)> make;
    const char* message;
};

TEST(Network, MistakesAreNamed) {
    const float nan = std::nanf("");
    const std::vector<Mistake> mistakes{
        {"empty", [](Network& n) { n.nodes.clear(); }, "first layer"},
        {"pool first", [](Network& n) { n.nodes.erase(n.nodes.begin()); }, "first layer"},
        {"pool last", [](Network& n) { n.nodes.pop_back(); }, "must end in"},
        {"input", [](Network& n) { n.input.channels = 0; }, "empty tensor"},
        {"huge", [](Network& n) { n.input.height = 1 << 30; }, "2^28"},
        {"channels", [](Network& n) { n.input.channels = 3; }, "weights"},
        {"image step", [](Network& n) { n.input_quantizer.step = 0; }, "step"},
        {"image bits", [](Network& n) { n.input_quantizer.bits = 9; }, "1..8"},
        {"kernel", [](Network& n) { conv(n).window.kernel_h = 9; }, "larger"},
        {"zero kernel", [](Network& n) { conv(n).window.kernel_w = 0; }, "kernel"},
        {"stride", [](Network& n) { conv(n).window.stride_h = 0; }, "stride"},
        {"padding", [](Network& n) { conv(n).window.pad_left = -1; }, "padding"},
        {"sign", [](Network& n) { binary(n).signs[4] = 0; }, "neither +1 nor -1"},
        {"signs", [](Network& n) { binary(n).signs.pop_back(); }, "53 weights"},
        {"alpha", [](Network& n) { binary(n).alpha.pop_back(); }, "alpha"},
        {"beta", [&](Network& n) { binary(n).beta[1] = nan; }, "not finite"},
        {"bias", [](Network& n) { conv(n).bias.pop_back(); }, "bias"},
        {"gamma", [](Network& n) { conv(n).batch_norm->gamma.pop_back(); }, "gamma"},
        {"variance", [](Network& n) { conv(n).batch_norm->variance[0] = -1; }, "variance"},
        {"epsilon", [&](Network& n) { conv(n).batch_norm->epsilon = nan; }, "epsilon"},
        {"no quantizer", [](Network& n) { conv(n).activation.reset(); }, "must be quantized first"},
        {"bits", [](Network& n) { conv(n).activation->bits = 0; }, "1..8"},
        {"step", [&](Network& n) { conv(n).activation->step = nan; }, "step"},
        {"max quantizes", [](Network& n) { pool(n, 1).activation = ActivationQuantizer{}; },
         "max pooling"},
        {"mean does not", [](Network& n) { pool(n, 2).activation.reset(); }, "quantizer"},
        {"pool padding", [](Network& n) { pool(n, 1).window.pad_top = 2; }, "less than"},
        {"codes", [](Network& n) { conv(n).activation->high = 16; }, "4 bits hold 0 to 15"},
        {"no codes", [](Network& n) { conv(n).activation->low = 16; }, "its codes are 16 to 15"},
        {"steps",
         [](Network& n) {
             conv(n).activation->step = Reals{1, 1};
         },
         "has 2 values, 1 or"},
        {"zero", [&](Network& n) { conv(n).activation->zero = nan; }, "zero must be finite"},
        {"clip", [](Network& n) { conv(n).clip.low = 0; }, "clips what it quantizes"},
        {"fc kernel", [](Network& n) { fc(n).window.kernel_h = 1; }, "whole input"},
        {"weight bits", [](Network& n) { integers(n).bits = 9; }, "1..8"},
        {"weight range", [](Network& n) { integers(n).values[0] = 8; }, "4 bits"},
        {"scale", [&](Network& n) { integers(n).scale[0] = nan; }, "not finite"},
        {"gain", [](Network& n) { conv(n).activation->step = 1e-30F; }, "does not fit"},
    };
    for (const Mistake& mistake : mistakes) {
        Network network = small_network();
        mistake.make(network);
        try {
            lower(network);
            ADD_FAILURE() << mistake.name << " is accepted";
        } catch (const UserError& error) {
            const std::string message = error.what();
            EXPECT_NE(message.find(mistake.message), std::string::npos)
                << mistake.name << ": " << message;
        }
    }
    EXPECT_THROW(lower(small_network(), 3), UserError);
    EXPECT_THROW(lower(small_network(), 33), UserError);
}

// stem (12-bit stream, 4 x 6 x 6) -> quantizer -> conv + stem (stream) -> quantizer -> strided conv
// of 6 channels in 2 groups + strided conv output with zero channels -> fc.
Network small_graph() {
    Network network;
    network.name = "graph";
    network.input = {2, 6, 6};
    const auto weights = [](std::size_t count, std::size_t channels) {
        return BinaryWeights{std::vector<std::int8_t>(count, 1), Reals(channels, 1),
                             Reals(channels, 0)};
    };
    ConvNode stem;
    stem.name = "stem";
    stem.window = {3, 3, 1, 1, 1, 1, 1, 1};
    stem.out_channels = 4;
    stem.weights = weights(4 * 2 * 9, 4);
    stem.activation = ActivationQuantizer{12, 0.125F};
    ConvNode conv = stem;
    conv.name = "conv";
    conv.source = 1;
    conv.weights = weights(4 * 4 * 9, 4);
    conv.shortcut = Shortcut{0, 1, 0};
    ConvNode grouped;
    grouped.name = "grouped";
    grouped.source = 3;
    grouped.window = {1, 1, 2, 2, 0, 0, 0, 0};
    grouped.out_channels = 6;
    grouped.groups = 2;
    grouped.weights = weights(6 * 2, 6);
    grouped.shortcut = Shortcut{2, 2, 1};
    grouped.activation = ActivationQuantizer{4, 0.5F};
    ConvNode fc;
    fc.name = "fc";
    fc.source = 4;
    fc.fully_connected = true;
    fc.window.kernel_h = fc.window.kernel_w = 3;
    fc.out_channels = 2;
    fc.weights = weights(2 * 6 * 9, 2);
    const QuantizeNode first{"first", 0, ActivationQuantizer{4, 0.5F}};
    const QuantizeNode second{"second", 2, ActivationQuantizer{3, 0.25F}};
    network.nodes = {stem, first, conv, second, grouped, fc};
    return network;
}

TEST(Network, GraphMistakesAreNamed) {
    EXPECT_NO_THROW(validate(lower(small_graph())));
    const auto node = [](Network& n, std::size_t i) -> ConvNode& {
        return std::get<ConvNode>(n.nodes[i]);
    };
    const std::vector<Mistake> mistakes{
        {"source", [&](Network& n) { node(n, 2).source = 2; }, "node conv: must read"},
        {"later source", [&](Network& n) { node(n, 2).source = 4; }, "node conv: must read"},
        {"no such source", [&](Network& n) { node(n, 2).source = -2; }, "node conv: must read"},
        {"stream read", [&](Network& n) { node(n, 2).source = 0; }, "must be quantized first"},
        {"unread", [&](Network& n) { node(n, 4).source = 1; }, "node second: nothing reads"},
        {"image quantized", [](Network& n) { std::get<QuantizeNode>(n.nodes[1]).source = -1; },
         "only a convolution"},
        {"quantizer to too many bits",
         [](Network& n) { std::get<QuantizeNode>(n.nodes[1]).activation->bits = 33; }, "9..32"},
        {"stream bits", [&](Network& n) { node(n, 0).activation->bits = 33; }, "9..32"},
        {"groups", [&](Network& n) { node(n, 4).groups = 4; }, "4 groups do not divide"},
        {"no groups", [&](Network& n) { node(n, 4).groups = 0; }, "0 groups"},
        {"grouped fc", [&](Network& n) { node(n, 5).groups = 2; }, "groups"},
        {"later shortcut", [&](Network& n) { node(n, 2).shortcut->source = 2; }, "earlier node"},
        {"image shortcut", [&](Network& n) { node(n, 2).shortcut->source = -1; },
         "reads the image"},
        {"shortcut size", [&](Network& n) { node(n, 4).shortcut->stride = 1; },
         "of 6 x 6 with stride 1 does not fit its output of 3 x 3"},
        {"shortcut channels", [&](Network& n) { node(n, 4).shortcut->channel_offset = 3; },
         "4 channels from 3 on, its output has 6"},
        {"quantized logits", [&](Network& n) { node(n, 5).activation = ActivationQuantizer{}; },
         "logit form"},
    };
    for (const Mistake& mistake : mistakes) {
        Network network = small_graph();
        mistake.make(network);
        try {
            lower(network);
            ADD_FAILURE() << mistake.name << " is accepted";
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(mistake.message), std::string::npos)
                << mistake.name << ": " << error.what();
        }
    }
}

TEST(IntegerNetwork, GraphMistakesAreRefused) {
    const auto mvm = [](IntegerNetwork& n, std::size_t i) -> MvmLayer& {
        return std::get<MvmLayer>(n.layers[i]);
    };
    const std::vector<std::function<void(IntegerNetwork&)>> mistakes{
        [&](IntegerNetwork& n) { mvm(n, 2).source = 2; },
        [&](IntegerNetwork& n) { mvm(n, 2).source = -2; },
        [&](IntegerNetwork& n) { mvm(n, 2).input_bits = 12; },
        [&](IntegerNetwork& n) { mvm(n, 4).source = 1; },
        [&](IntegerNetwork& n) { mvm(n, 4).groups = 4; },
        [&](IntegerNetwork& n) { mvm(n, 4).groups = 0; },
        [&](IntegerNetwork& n) { mvm(n, 2).residual->source = 3; },
        [&](IntegerNetwork& n) { mvm(n, 2).residual->source = -1; },
        [&](IntegerNetwork& n) { mvm(n, 2).residual->bits = 11; },
        [&](IntegerNetwork& n) { mvm(n, 4).residual->stride = 1; },
        [&](IntegerNetwork& n) { mvm(n, 4).residual->channel_offset = 3; },
        [&](IntegerNetwork& n) { mvm(n, 0).output_bits = 33; },
        [](IntegerNetwork& n) { std::get<QuantizeLayer>(n.layers[1]).output_bits = 9; },
        [](IntegerNetwork& n) {
            std::get<QuantizeLayer>(n.layers[1]).range = CodeRange{3, 2};
        },
        [&](IntegerNetwork& n) {
            mvm(n, 2).range = CodeRange{-5000, 0};
        },
        [&](IntegerNetwork& n) { mvm(n, 2).border = {1}; },
        [&](IntegerNetwork& n) { mvm(n, 2).pad_code = 16; },
        [&](IntegerNetwork& n) { mvm(n, 2).residual->up = 62; },
        [](IntegerNetwork& n) { std::get<QuantizeLayer>(n.layers[1]).source = -1; },
        [](IntegerNetwork& n) { std::get<QuantizeLayer>(n.layers[1]).shift = 0; },
    };
    const IntegerNetwork good = lower(small_graph());
    for (std::size_t i = 0; i < mistakes.size(); ++i) {
        IntegerNetwork network = good;
        mistakes[i](network);
        EXPECT_THROW(validate(network), UserError) << i;
    }
}

TEST(IntegerNetwork, MistakesAreRefused) {
    const std::vector<std::function<void(IntegerNetwork&)>> mistakes{
        [](IntegerNetwork& n) { n.layers.clear(); },
        [](IntegerNetwork& n) { n.layers.pop_back(); },
        [](IntegerNetwork& n) { n.layers.erase(n.layers.begin()); },
        [](IntegerNetwork& n) { n.input.width = 5; },
        [](IntegerNetwork& n) { n.input_bits = 7; },
        [](IntegerNetwork& n) { std::get<MvmLayer>(n.layers[0]).weights[0] = 2; },
        [](IntegerNetwork& n) { std::get<MvmLayer>(n.layers[0]).weights.pop_back(); },
        [](IntegerNetwork& n) { std::get<MvmLayer>(n.layers[0]).affine.pop_back(); },
        [](IntegerNetwork& n) { std::get<MvmLayer>(n.layers[0]).shift = 0; },
        [](IntegerNetwork& n) { std::get<MvmLayer>(n.layers[0]).output_bits = 0; },
        [](IntegerNetwork& n) { std::get<MvmLayer>(n.layers[0]).output.width += 1; },
        [](IntegerNetwork& n) { std::get<PoolLayer>(n.layers[1]).output_bits = 3; },
        [](IntegerNetwork& n) { std::get<PoolLayer>(n.layers[2]).output.channels = 2; },
        [](IntegerNetwork& n) { std::get<PoolLayer>(n.layers[2]).shift = 62; },
    };
    const IntegerNetwork good = lower(small_network());
    for (std::size_t i = 0; i < mistakes.size(); ++i) {
        IntegerNetwork network = good;
        mistakes[i](network);
        EXPECT_THROW(validate(network), UserError) << i;
    }
}

// Worst case of |a P + c M + d| + 2^(shift-1) over all codes, in floating point.
double worst_value(const MvmLayer& layer) {
    const double m = static_cast<double>(layer.rows()) * ((1 << layer.input_bits) - 1);
    const double p = m * ((1 << layer.weight_bits) - 1);
    double worst = 0;
    for (const ChannelAffine& k : layer.affine) {
        const double sum =
            std::abs(static_cast<double>(k.a)) * p + std::abs(static_cast<double>(k.c)) * m;
        worst = std::max(
            worst, std::ldexp(sum, static_cast<int>(k.up)) + std::abs(static_cast<double>(k.d)));
    }
    if (const auto& r = layer.residual)
        worst += std::ldexp(std::abs(static_cast<double>(r->r)),
                            r->up + (is_stream(r->bits) ? r->bits - 1 : r->bits));
    return worst + std::ldexp(1.0, layer.shift - 1);
}

TEST(Lower, CoefficientsUseTheirBitsAndNothingOverflows) {
    const auto seed = test::test_seed(71);
    for (int round = 0; round < 1000; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const int bits = rng.uniform_int(12, 32);
        const double top = std::ldexp(1.0, bits - 1) - 1;
        const Network network =
            bits < 20 ? test::random_network(rng) : test::random_residual_network(rng);
        for (const Layer& layer : lower(network, bits).layers) {
            const auto* mvm = std::get_if<MvmLayer>(&layer);
            if (mvm == nullptr) continue;
            double largest = 0;
            double offset = 0;
            bool far = mvm->residual && mvm->residual->up > 0;
            for (const ChannelAffine& k : mvm->affine) {
                far |= k.up > 0;
                offset = std::max(offset, std::abs(static_cast<double>(k.d)));
                largest = std::max({largest, std::abs(static_cast<double>(k.a)),
                                    std::abs(static_cast<double>(k.c))});
            }
            if (mvm->residual)
                largest = std::max(largest, std::abs(static_cast<double>(mvm->residual->r)));
            ASSERT_LE(largest, top) << "round " << round;
            ASSERT_LT(worst_value(*mvm), std::ldexp(1.0, 62)) << "round " << round;
            // One shift more would not fit: the coefficients, the offset or the 64-bit sum.
            ASSERT_TRUE(far || 2 * largest + 1 > top || 4 * offset > std::ldexp(1.0, 57) ||
                        4 * worst_value(*mvm) > std::ldexp(1.0, 61))
                << "round " << round;
        }
    }
}

TEST(Requantizer, RoundsAsItsModeSaysAndClamps) {
    Rng rng(test::test_seed(72));
    for (int round = 0; round < 30000; ++round) {
        const int bits = rng.uniform_int(1, 20);
        Requantizer to{rng.uniform_int(1, 20), Rounding::half_even, whole_range(bits)};
        const bool tie = rng.coin(0.5);
        const std::int64_t v =
            tie ? (2 * rng.uniform_int(-500, 500) + 1) * (std::int64_t{1} << (to.shift - 1))
                : rng.uniform_int(-(1 << 30), 1 << 30);
        const double exact = std::ldexp(static_cast<double>(v), -to.shift);
        const auto clamped = [&](double code) {
            const CodeRange all = whole_range(bits);
            return std::clamp<double>(code, all.low, all.high);
        };
        ASSERT_EQ(to(v), clamped(std::nearbyint(exact)));
        to.rounding = Rounding::half_up;
        ASSERT_EQ(to(v), clamped(std::floor(exact + 0.5)));
        to.rounding = Rounding::floor;
        ASSERT_EQ(to(v), clamped(std::floor(exact)));
        for (const Rounding mode : {Rounding::half_even, Rounding::half_up, Rounding::floor}) {
            to.rounding = mode;
            ASSERT_EQ(to(v), clamped(rounded(exact, mode)));
        }
    }
}

// By hand: one weight of each kind, one pixel.
TEST(Lower, FoldsByHand) {
    Network network;
    network.name = "hand";
    network.input = {1, 1, 1};
    network.input_quantizer = {8, 0.5F};
    ConvNode node;
    node.name = "conv";
    node.out_channels = 2;
    node.weights = BinaryWeights{{1, -1}, {0.25F, 0.5F}, {0.125F, 0}};
    node.bias = {1, 2};
    node.batch_norm = BatchNorm{{2, 1}, {3, 4}, {0, 1}, {4, 1}, 0};
    node.activation = ActivationQuantizer{8, 0.25F};
    ConvNode end;
    end.name = "fc";
    end.source = 0;
    end.fully_connected = true;
    end.out_channels = 1;
    end.weights = IntegerWeights{8, {3, -128}, {0.5F}};
    network.nodes = {node, end};
    const IntegerNetwork lowered = lower(network);
    const auto& first = std::get<MvmLayer>(lowered.layers[0]);
    EXPECT_EQ(first.weights, (std::vector<std::uint8_t>{1, 0}));
    const double unit = std::ldexp(1.0, first.shift);
    // 0: 0.5 (0.25 P + 0.125 M) + 1, times 2/2, plus 3, over 0.25.
    EXPECT_EQ(first.affine[0].a, 0.5 * unit);
    EXPECT_EQ(first.affine[0].c, 0.25 * unit);
    EXPECT_EQ(static_cast<double>(first.affine[0].d), 16 * unit);
    // 1: 0.5 * 0.5 P + 2 - 1 + 4, over 0.25.
    EXPECT_EQ(first.affine[1].a, unit);
    EXPECT_EQ(first.affine[1].c, 0);
    EXPECT_EQ(static_cast<double>(first.affine[1].d), 20 * unit);
    const auto& last = std::get<MvmLayer>(lowered.layers[1]);
    EXPECT_EQ(last.weights, (std::vector<std::uint8_t>{131, 0}));
    // 0.25 * 0.5 * (P - M) / 2.
    EXPECT_EQ(last.affine[0].a, 0.0625 * std::ldexp(1.0, last.shift));
    EXPECT_EQ(last.affine[0].c, -last.affine[0].a);
    EXPECT_EQ(last.affine[0].d, 0);
}

}  // namespace
}  // namespace cimarron
