// SPDX-License-Identifier: Apache-2.0
// Residual adds, streams and groups, as written here and as other tools write them.
#include "quant/lower.h"
#include "quant/reference.h"
#include "tests/support/random_network.h"
#include "tests/support/random_residual_network.h"
#include "tests/support/seed.h"
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cimarron {
namespace {

using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using test::add_integers;
using test::add_node;
using test::node_named;

void expect_same(const std::function<void(GraphProto&)>& change) {
    test::expect_same(test::sample_graph(), change);
}

void expect_error(const std::function<void(GraphProto&)>& change,
                  const std::vector<std::string>& parts) {
    test::expect_error(test::sample_graph(), change, parts);
}

TEST(OnnxGraph, SliceForTheStride) {
    for (const bool backwards : {false, true})
        expect_same([&](GraphProto& graph) {
            NodeProto& node = node_named(graph, "conv2.strided");
            node.set_op_type("Slice");
            node.clear_attribute();
            add_integers(graph, "starts", {0, 0});
            add_integers(graph, "ends", {8, 1L << 40});
            add_integers(graph, "axes",
                         backwards ? std::vector<long>{-1, -2} : std::vector<long>{2, 3});
            add_integers(graph, "steps", {2, 2});
            for (const char* input : {"starts", "ends", "axes", "steps"}) node.add_input(input);
        });
}

TEST(OnnxGraph, PaddingBeforeTheStrideIsRefused) {
    expect_error(
        [](GraphProto& graph) {
            NodeProto& pad = node_named(graph, "conv2.padded");
            NodeProto& strided = node_named(graph, "conv2.strided");
            pad.set_input(0, strided.input(0));
            strided.set_input(0, "conv2.padded");
            node_named(graph, "conv2.sum").set_input(1, "conv2.strided");
        },
        {"conv2.strided", "strides a padded tensor"});
}

TEST(OnnxGraph, OperandsOfTheAddEitherWayRound) {
    expect_same([](GraphProto& graph) {
        node_named(graph, "conv1.sum").mutable_input()->SwapElements(0, 1);
        node_named(graph, "conv2.sum").mutable_input()->SwapElements(0, 1);
    });
}

TEST(OnnxGraph, ReluBeforeTheQuantizerOfCodes) {
    expect_same([](GraphProto& graph) { test::insert_after(graph, "conv2.sum", "Relu"); });
}

TEST(OnnxGraph, QonnxStreams) {
    expect_same([](GraphProto& graph) {
        test::to_quant(graph, "stem", 12);
        test::to_quant(graph, "conv1", 11);
    });
}

// A convolution may stand in the file before the shortcut that is added to it, and nodes in any
// order: the order of layers is another, the logits are the same.
TEST(OnnxGraph, NodesInAnyOrder) {
    const auto seed = test::test_seed(54);
    for (int round = 0; round < 100; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = test::random_residual_network(rng);
        const Network back = test::through(network, [&](ModelProto& model) {
            auto& nodes = *model.mutable_graph()->mutable_node();
            for (int i = nodes.size() - 1; i > 0; --i) nodes.SwapElements(i, rng.uniform_int(0, i));
        });
        const IntegerNetwork a = lower(network);
        const IntegerNetwork b = lower(back);
        const Codes image = test::random_image(rng, network.input, a.input_bits);
        ASSERT_EQ(Reference(a).logits(image), Reference(b).logits(image)) << "round " << round;
    }
}

TEST(OnnxGraph, AddsThatCannotBeRead) {
    expect_error([](GraphProto& g) { node_named(g, "conv1.sum").set_input(1, "conv1.weight"); },
                 {"conv1.sum", "constant"});
    expect_error(
        [](GraphProto& g) { node_named(g, "conv1.sum").set_input(1, "image.dequantized"); },
        {"conv1.sum", "adds the image"});
    expect_error([](GraphProto& g) { node_named(g, "conv2.sum").set_input(1, "conv1.stream"); },
                 {"conv2.sum", "adds 4 x 8 x 8 to 8 x 4 x 4"});
    expect_error([](GraphProto& g) { node_named(g, "conv1.sum").set_input(0, "stem.stream"); },
                 {"conv1.sum", "not quantized yet"});
    expect_error([](GraphProto& g) { node_named(g, "conv1.sum").set_input(1, "conv1.normalized"); },
                 {"conv1.sum", "not quantized yet"});
    // The stream's ReLU cannot be taken into it.
    expect_error([](GraphProto& g) { test::insert_after(g, "conv1.sum", "Relu"); },
                 {"conv1.divided", "without ReLU"});
    expect_error(
        [](GraphProto& g) {
            add_node(g, "Relu", "relu", {"stem.stream"}, "relu");
            node_named(g, "conv1.sum").set_input(1, "relu");
        },
        {"conv1.sum", "after a ReLU"});
    expect_error(
        [](GraphProto& g) {
            const NodeProto norm = node_named(g, "conv1.normalized");
            NodeProto& sum = node_named(g, "conv1.sum");
            node_named(g, "conv1.normalized").set_input(0, "conv1.sum");
            sum.set_input(0, norm.input(0));
            node_named(g, "conv1.divided").set_input(0, "conv1.normalized");
        },
        {"conv1.normalized", "directly follow"});
    // A float shortcut: two readers of what is not quantized.
    expect_error([](GraphProto& g) { node_named(g, "conv2.strided").set_input(0, "conv1.sum"); },
                 {"conv1", "needs an activation quantizer"});
}

TEST(OnnxGraph, StreamsAndShortcutsThatCannotBeRead) {
    expect_error([](GraphProto& g) { node_named(g, "conv1").set_input(0, "stem.stream"); },
                 {"conv1", "must be quantized to codes first"});
    expect_error([](GraphProto& g) { node_named(g, "conv2").set_input(0, "conv2.padded"); },
                 {"conv2", "only an Add may"});
    expect_error(
        [](GraphProto& g) { node_named(g, "conv2.strided").mutable_attribute(0)->set_ints(0, 2); },
        {"conv2.strided", "1 x 1 kernel"});
    expect_error(
        [](GraphProto& g) {
            test::tensor_named(g, "conv2.pads").clear_raw_data();
            for (long v : {0, 2, 1, 0, 0, 2, 0, 0})
                test::tensor_named(g, "conv2.pads").add_int64_data(v);
        },
        {"conv2.padded", "channels of a shortcut"});
    expect_error(
        [](GraphProto& g) { test::set_floats(test::tensor_named(g, "stem.highest"), {2048}); },
        {"stem.clipped", "-2048..2048"});
    expect_error(
        [](GraphProto& g) {
            test::add_tensor(g, "other", {}, {0.5F});
            node_named(g, "stem.stream").set_input(1, "other");
        },
        {"stem.stream", "multiply"});
    expect_error([](GraphProto& g) { node_named(g, "stem.rounded").set_op_type("Floor"); },
                 {"stem.divided", "followed by Round"});
    expect_error([](GraphProto& g) { test::remove_node(g, "stem.stream"); },
                 {"does not depend on the input"});
    expect_error(
        [](GraphProto& g) {
            test::to_quant(g, "stem", 12);
            auto& quant = node_named(g, "stem.quant");
            for (auto& attribute : *quant.mutable_attribute())
                if (attribute.name() == "signed") attribute.set_i(0);
        },
        {"stem.quant", "signed with 9..16"});
}

}  // namespace
}  // namespace cimarron
