// SPDX-License-Identifier: Apache-2.0
// Files as other tools write them: the same network in another form lowers to the same integers.
#include "quant/lower.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace cimarron {
namespace {

using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using test::add_node;
using test::expect_same;
using test::insert_after;
using test::node_named;
using test::to_quant;

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

TEST(OnnxImport, QonnxActivations) {
    expect_same(test::sample_network(), [](GraphProto& graph) {
        to_quant(graph, "image", 8);
        to_quant(graph, "conv1", 4);
        to_quant(graph, "conv2", 3);
        to_quant(graph, "pool2", 5);
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
