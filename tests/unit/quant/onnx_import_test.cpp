// SPDX-License-Identifier: Apache-2.0
// Files as other tools write them: the same network in another form lowers to the same integers.
#include "quant/lower.h"
#include "quant/reference.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace cimarron {
namespace {

using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using test::node_named;
using test::tensor_named;

void expect_same(const Network& network, const std::function<void(GraphProto&)>& change) {
    const Network back =
        test::through(network, [&](ModelProto& model) { change(*model.mutable_graph()); });
    EXPECT_EQ(test::difference(lower(back), lower(network)), "");
}

TensorProto& add_tensor(GraphProto& graph, const std::string& name, const std::vector<long>& dims,
                        const std::vector<float>& values) {
    TensorProto& tensor = *graph.add_initializer();
    tensor.set_name(name);
    for (long dim : dims) tensor.add_dims(dim);
    test::set_floats(tensor, values);
    return tensor;
}

NodeProto& add_node(GraphProto& graph, const std::string& op, const std::string& name,
                    const std::vector<std::string>& inputs, const std::string& output) {
    NodeProto& node = *graph.add_node();
    node.set_op_type(op);
    node.set_name(name);
    for (const auto& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

void add_int(NodeProto& node, const std::string& name, int value) {
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(AttributeProto::INT);
    attribute.set_i(value);
}

// Inserts a node that reads `tensor`, in front of all its readers.
NodeProto& insert_after(GraphProto& graph, const std::string& tensor, const std::string& op) {
    const std::string output = tensor + "_" + op;
    test::rename_input(graph, tensor, output);
    return add_node(graph, op, output, {tensor}, output);
}

// raw_data into the field of the tensor's type.
void to_typed_fields(TensorProto& tensor) {
    const std::string raw = tensor.raw_data();
    tensor.clear_raw_data();
    for (std::size_t i = 0; i < raw.size();) {
        if (tensor.data_type() == TensorProto::FLOAT) {
            float value;
            std::memcpy(&value, raw.data() + i, sizeof value);
            tensor.add_float_data(value);
            i += sizeof value;
        } else {
            const auto byte = static_cast<unsigned char>(raw[i++]);
            tensor.add_int32_data(tensor.data_type() == TensorProto::INT8
                                      ? static_cast<std::int8_t>(byte)
                                      : static_cast<int>(byte));
        }
    }
}

TEST(OnnxImport, TypedFields) {
    const auto seed = test::test_seed(51);
    for (int round = 0; round < 50; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        expect_same(test::random_network(rng), [](GraphProto& graph) {
            for (TensorProto& tensor : *graph.mutable_initializer()) to_typed_fields(tensor);
        });
    }
}

TEST(OnnxImport, ConstantNodesForInitializers) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        for (const TensorProto& tensor : graph.initializer()) {
            NodeProto& node = add_node(graph, "Constant", "", {}, tensor.name());
            AttributeProto& attribute = *node.add_attribute();
            attribute.set_name("value");
            attribute.set_type(AttributeProto::TENSOR);
            *attribute.mutable_t() = tensor;
        }
        graph.clear_initializer();
    });
}

TEST(OnnxImport, InitializersListedAsInputs) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        for (const TensorProto& tensor : graph.initializer())
            graph.add_input()->set_name(tensor.name());
    });
}

TEST(OnnxImport, NodesInAnyOrder) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        std::reverse(graph.mutable_node()->begin(), graph.mutable_node()->end());
    });
}

TEST(OnnxImport, ReluBeforeEveryQuantizer) {
    const auto seed = test::test_seed(52);
    for (int round = 0; round < 50; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        expect_same(test::random_network(rng), [](GraphProto& graph) {
            const int count = graph.node_size();
            for (int i = 1; i < count; ++i)  // the first quantizes the image
                if (graph.node(i).op_type() == "QuantizeLinear")
                    insert_after(graph, std::string(graph.node(i).input(0)), "Relu");
        });
    }
}

TEST(OnnxImport, ReshapeForFlatten) {
    for (const std::vector<long>& shape : {std::vector<long>{0, -1}, {1, -1}, {-1, 54}, {0, 54}}) {
        expect_same(test::sample_network(), [&](GraphProto& graph) {
            NodeProto& node = test::node_of_type(graph, "Flatten");
            node.set_op_type("Reshape");
            node.clear_attribute();
            node.add_input("new_shape");
            TensorProto& tensor = *graph.add_initializer();
            tensor.set_name("new_shape");
            tensor.set_data_type(TensorProto::INT64);
            tensor.add_dims(2);
            for (long v : shape) tensor.add_int64_data(v);
        });
    }
}

// conv2 -> max pool -> quantizer instead of conv2 -> quantizer -> max pool.
TEST(OnnxImport, MaxPoolingBeforeTheQuantizer) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        NodeProto& pool = node_named(graph, "pool1");
        NodeProto& quantize = node_named(graph, "conv2.quantized");
        test::rename_input(graph, "pool1", "conv2.dequantized");
        pool.set_input(0, quantize.input(0));
        quantize.set_input(0, "pool1");
        node_named(graph, "pool2").set_input(0, "conv2.dequantized");
    });
}

TEST(OnnxImport, GlobalAveragePool) {
    Network network = test::sample_network();
    auto& pool = std::get<PoolNode>(network.nodes[3]);
    pool.window = {};
    Shape shape = network.input;
    for (std::size_t i = 0; i < 3; ++i) shape = output_shape(network.nodes[i], shape);
    pool.window.kernel_h = shape.height;
    pool.window.kernel_w = shape.width;
    auto& fc = std::get<ConvNode>(network.nodes[4]);
    fc.window = {};
    auto& weights = std::get<BinaryWeights>(fc.weights);
    weights.signs.resize(4 * 6);
    expect_same(network, [](GraphProto& graph) {
        NodeProto& node = node_named(graph, "pool2");
        node.set_op_type("GlobalAveragePool");
        node.clear_attribute();
    });
}

// Weights as plain floats alpha * sign + beta: the signs come back, the levels up to rounding.
TEST(OnnxImport, PlainFloatsWithTwoLevels) {
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

TEST(OnnxImport, PlainFloatsWithOneLevelOrZero) {
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
    EXPECT_EQ(found.alpha, (std::vector<float>{0.25F, 0.5F, 0, 0.25F}));
    EXPECT_EQ(found.beta, (std::vector<float>{0, 0, 0, 0}));
    auto& expected = std::get<BinaryWeights>(fc.weights);
    for (std::size_t i = 0; i < 216; ++i)
        expected.signs[i] = i < 54 || (i >= 108 && (i < 162 || i % 3 != 0)) ? 1 : -1;
    EXPECT_EQ(found.signs, expected.signs);
}

TEST(OnnxImport, SignsWithoutCastOrOffsetAndSwappedOperands) {
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

TEST(OnnxImport, OneScaleForAllChannels) {
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
TEST(OnnxImport, WeightsQuantizedInTheGraph) {
    Network network = test::sample_network();
    auto& weights = std::get<IntegerWeights>(std::get<ConvNode>(network.nodes[0]).weights);
    weights.bits = 6;
    for (auto& v : weights.values) v = static_cast<std::int8_t>(v / 4);
    expect_same(network, [&](GraphProto& graph) {
        TensorProto& codes = tensor_named(graph, "conv1.codes");
        std::vector<float> values;
        for (std::size_t i = 0; i < weights.values.size(); ++i)
            values.push_back(weights.values[i] * weights.scale[i / 18] * 1.0001F);
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

// --- QONNX ---

void set_qonnx_domain(NodeProto& node) {
    node.set_domain("qonnx.custom_op.general");
}

// Replaces QuantizeLinear [-> Clip] -> DequantizeLinear of `name` by one Quant.
void to_quant(GraphProto& graph, const std::string& name, int bits) {
    const std::string input = node_named(graph, name + ".quantized").input(0);
    test::remove_node(graph, name + ".quantized");
    test::remove_node(graph, name + ".dequantized");
    if (bits < 8) test::remove_node(graph, name + ".clipped");
    add_tensor(graph, name + ".quant_zero", {}, {0});
    add_tensor(graph, name + ".quant_bits", {}, {static_cast<float>(bits)});
    NodeProto& quant = add_node(graph, "Quant", name + ".quant",
                                {input, name + ".step", name + ".quant_zero", name + ".quant_bits"},
                                name + ".dequantized");
    set_qonnx_domain(quant);
    add_int(quant, "signed", 0);
    add_int(quant, "narrow", 0);
}

TEST(OnnxImport, QonnxActivations) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        to_quant(graph, "image", 8);
        to_quant(graph, "conv1", 4);
        to_quant(graph, "conv2", 3);
        to_quant(graph, "pool2", 5);
    });
}

TEST(OnnxImport, QonnxIntegerWeights) {
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
                values.push_back(static_cast<float>(v == (narrow == 1 ? -15 : -16) ? v - 9 : v) *
                                 weights.scale[i / 18]);
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

TEST(OnnxImport, QonnxBipolarWeights) {
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

TEST(OnnxImport, TheSameQuantizerTwiceIsOne) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        for (const char* suffix : {".quantized", ".clipped", ".dequantized"}) {
            NodeProto copy = node_named(graph, std::string("conv2") + suffix);
            copy.set_name(copy.name() + "2");
            copy.set_output(0, copy.name());
            if (std::string(suffix) == ".quantized") copy.set_input(0, "pool1");
            if (std::string(suffix) == ".clipped") copy.set_input(0, "conv2.quantized2");
            if (std::string(suffix) == ".dequantized") copy.set_input(0, "conv2.clipped2");
            *graph.add_node() = copy;
        }
        node_named(graph, "pool2").set_input(0, "conv2.dequantized2");
    });
}

TEST(OnnxImport, FlatInput) {
    const auto seed = test::test_seed(53);
    Rng rng(seed);
    Network network;
    network.name = "mlp";
    network.input = {20, 1, 1};
    ConvNode fc;
    fc.name = "fc";
    fc.fully_connected = true;
    fc.out_channels = 3;
    BinaryWeights weights;
    for (int i = 0; i < 60; ++i) weights.signs.push_back(rng.coin(0.5) ? 1 : -1);
    weights.alpha = {0.1F, 0.2F, 0.3F};
    weights.beta = {0, 0.1F, -0.1F};
    fc.weights = weights;
    network.nodes = {fc};
    expect_same(network, [](GraphProto& graph) {
        graph.mutable_input(0)
            ->mutable_type()
            ->mutable_tensor_type()
            ->mutable_shape()
            ->mutable_dim()
            ->DeleteSubrange(2, 2);
        test::remove_node(graph, "fc.flat");
        test::rename_input(graph, "fc.flat", "image.dequantized");
    });
}

}  // namespace
}  // namespace cimarron
