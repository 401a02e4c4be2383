// SPDX-License-Identifier: Apache-2.0
// Weights as other tools write them: another form of the same numbers lowers to the same integers.
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cimarron {
namespace {

using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using test::add_int;
using test::add_node;
using test::add_tensor;
using test::expect_same;
using test::node_named;
using test::set_qonnx_domain;
using test::tensor_named;

// Weights as plain floats alpha * sign + beta: the signs come back, the levels up to rounding.
TEST(OnnxWeights, PlainFloatsWithTwoLevels) {
    const Network network = test::sample_network();
    const Network back = test::through(network, [](ModelProto& model) {
        GraphProto& graph = *model.mutable_graph();
        const TensorProto signs = tensor_named(graph, "conv2.signs");
        const auto alpha = test::floats_of(tensor_named(graph, "conv2.alpha"));
        const auto beta = test::floats_of(tensor_named(graph, "conv2.beta"));
        std::vector<float> values;
        const std::size_t count = signs.raw_data().size() / alpha.size();
        for (std::size_t i = 0; i < signs.raw_data().size(); ++i)
            values.push_back(alpha[i / count] *
                                 static_cast<float>(static_cast<signed char>(signs.raw_data()[i])) +
                             beta[i / count]);
        test::remove_node(graph, "conv2.weight");
        add_tensor(graph, "conv2.weight", {signs.dims().begin(), signs.dims().end()}, values);
    });
    const auto& expected = std::get<BinaryWeights>(std::get<ConvNode>(network.nodes[1]).weights);
    const auto& found = std::get<BinaryWeights>(std::get<ConvNode>(back.nodes[1]).weights);
    EXPECT_EQ(found.signs, expected.signs);
    for (std::size_t o = 0; o < expected.alpha.size(); ++o) {
        EXPECT_NEAR(found.alpha[o], expected.alpha[o], 1e-7);
        EXPECT_NEAR(found.beta[o], expected.beta[o], 1e-7);
    }
}

TEST(OnnxWeights, PlainFloatsWithOneLevelOrZero) {
    Network network = test::sample_network();
    auto& fc = std::get<ConvNode>(network.nodes[4]);
    const Network back = test::through(network, [](ModelProto& model) {
        GraphProto& graph = *model.mutable_graph();
        std::vector<float> values(4 * 54, 0.25F);
        for (std::size_t i = 54; i < 108; ++i) values[i] = -0.5F;
        for (std::size_t i = 108; i < 162; ++i) values[i] = 0;
        for (std::size_t i = 162; i < 216; i += 3) values[i] = -0.25F;
        test::remove_node(graph, "fc.weight");
        add_tensor(graph, "fc.weight", {4, 54}, values);
    });
    const auto& found = std::get<BinaryWeights>(std::get<ConvNode>(back.nodes[4]).weights);
    EXPECT_EQ(found.alpha, (Reals{0.25, 0.5, 0, 0.25}));
    EXPECT_EQ(found.beta, (Reals{0, 0, 0, 0}));
    auto& expected = std::get<BinaryWeights>(fc.weights);
    for (std::size_t i = 0; i < 216; ++i)
        expected.signs[i] = i < 54 || (i >= 108 && (i < 162 || i % 3 != 0)) ? 1 : -1;
    EXPECT_EQ(found.signs, expected.signs);
}

TEST(OnnxWeights, SignsWithoutCastOrOffsetAndSwappedOperands) {
    Network network = test::sample_network();
    auto& weights = std::get<BinaryWeights>(std::get<ConvNode>(network.nodes[1]).weights);
    std::fill(weights.beta.begin(), weights.beta.end(), 0.0F);
    expect_same(network, [](GraphProto& graph) {
        TensorProto& signs = tensor_named(graph, "conv2.signs");
        std::vector<float> values;
        for (char v : signs.raw_data()) values.push_back(static_cast<signed char>(v));
        test::set_floats(signs, values);
        test::remove_node(graph, "conv2.float_signs");
        NodeProto& mul = node_named(graph, "conv2.scaled");
        mul.set_input(0, "conv2.alpha");
        mul.set_input(1, "conv2.signs");
        test::remove_node(graph, "conv2.weight");
        test::rename_input(graph, "conv2.weight", "conv2.scaled");
    });
    expect_same(test::sample_network(), [](GraphProto& graph) {
        node_named(graph, "conv2.weight").mutable_input()->SwapElements(0, 1);
    });
}

TEST(OnnxWeights, OneScaleForAllChannels) {
    Network network = test::sample_network();
    auto& integers = std::get<IntegerWeights>(std::get<ConvNode>(network.nodes[0]).weights);
    std::fill(integers.scale.begin(), integers.scale.end(), 0.01F);
    auto& binary = std::get<BinaryWeights>(std::get<ConvNode>(network.nodes[1]).weights);
    std::fill(binary.alpha.begin(), binary.alpha.end(), 0.125F);
    expect_same(network, [](GraphProto& graph) {
        for (const char* name : {"conv1.scale", "conv2.alpha"}) {
            TensorProto& tensor = tensor_named(graph, name);
            const float value = test::floats_of(tensor)[0];
            tensor.clear_dims();
            test::set_floats(tensor, {value});
        }
        node_named(graph, "conv1.weight").clear_attribute();
    });
}

// Float weights behind QuantizeLinear -> Clip -> DequantizeLinear, as quantization tools leave
// them.
TEST(OnnxWeights, WeightsQuantizedInTheGraph) {
    Network network = test::sample_network();
    auto& weights = std::get<IntegerWeights>(std::get<ConvNode>(network.nodes[0]).weights);
    weights.bits = 6;
    for (auto& v : weights.values) v = static_cast<std::int8_t>(v / 4);
    expect_same(network, [&](GraphProto& graph) {
        TensorProto& codes = tensor_named(graph, "conv1.codes");
        std::vector<float> values;
        for (std::size_t i = 0; i < weights.values.size(); ++i)
            values.push_back(
                static_cast<float>(weights.values[i] * weights.scale[i / 18] * 1.0001));
        test::set_floats(codes, values);
        TensorProto& zero = *graph.add_initializer();
        zero.set_name("weight_zero");
        zero.set_data_type(TensorProto::INT8);
        zero.add_int32_data(0);
        NodeProto& quantize =
            add_node(graph, "QuantizeLinear", "q", {"conv1.codes", "conv1.scale", "weight_zero"},
                     "conv1.stored");
        add_int(quantize, "axis", 0);
        node_named(graph, "conv1.clipped_codes").set_input(0, "conv1.stored");
    });
}

TEST(OnnxWeights, QonnxIntegerWeights) {
    for (int narrow : {0, 1}) {
        Network network = test::sample_network();
        auto& weights = std::get<IntegerWeights>(std::get<ConvNode>(network.nodes[0]).weights);
        weights.bits = 5;
        for (auto& v : weights.values)
            v = static_cast<std::int8_t>(std::max(v / 8, narrow == 1 ? -15 : -16));
        expect_same(network, [&](GraphProto& graph) {
            std::vector<float> values;
            for (std::size_t i = 0; i < weights.values.size(); ++i) {
                const int v = weights.values[i];  // the lowest code also holds what was clipped
                values.push_back(static_cast<float>((v == (narrow == 1 ? -15 : -16) ? v - 9 : v) *
                                                    weights.scale[i / 18]));
            }
            test::set_floats(tensor_named(graph, "conv1.codes"), values);
            TensorProto& scale = tensor_named(graph, "conv1.scale");
            for (int i = 0; i < 3; ++i) scale.add_dims(1);
            test::remove_node(graph, "conv1.weight");
            test::remove_node(graph, "conv1.clipped_codes");
            add_tensor(graph, "conv1.zero_point", {}, {0});
            add_tensor(graph, "conv1.bits", {}, {5});
            NodeProto& quant = add_node(
                graph, "Quant", "conv1.quant",
                {"conv1.codes", "conv1.scale", "conv1.zero_point", "conv1.bits"}, "conv1.weight");
            set_qonnx_domain(quant);
            add_int(quant, "signed", 1);
            add_int(quant, "narrow", narrow);
        });
    }
}

TEST(OnnxWeights, QonnxBipolarWeights) {
    Network network = test::sample_network();
    auto& weights = std::get<BinaryWeights>(std::get<ConvNode>(network.nodes[1]).weights);
    std::fill(weights.beta.begin(), weights.beta.end(), 0.0F);
    expect_same(network, [](GraphProto& graph) {
        TensorProto& signs = tensor_named(graph, "conv2.signs");
        std::vector<float> latent;
        for (char v : signs.raw_data()) latent.push_back(v > 0 ? 0.3F : -0.001F);
        test::set_floats(signs, latent);
        for (const char* name : {"conv2.float_signs", "conv2.scaled", "conv2.weight"})
            test::remove_node(graph, name);
        set_qonnx_domain(add_node(graph, "BipolarQuant", "conv2.bipolar",
                                  {"conv2.signs", "conv2.alpha"}, "conv2.weight"));
    });
}

}  // namespace
}  // namespace cimarron
