// SPDX-License-Identifier: Apache-2.0
// Files that cannot be used: one clear message each, never a crash.
#include "common/error.h"
#include "common/rng.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "tests/support/seed.h"
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cimarron {
namespace {

using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using test::node_named;
using test::tensor_named;

// The altered sample network must be refused, in one line that holds every one of `parts`.
void expect_error(const std::function<void(GraphProto&)>& change,
                  const std::vector<std::string>& parts) {
    test::expect_error(test::sample_network(), change, parts);
}

void set_int(NodeProto& node, const std::string& name, int value) {
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(AttributeProto::INT);
    attribute.set_i(value);
}

void set_text(NodeProto& node, const std::string& name, const std::string& value) {
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(AttributeProto::STRING);
    attribute.set_s(value);
}

AttributeProto& attribute_of(NodeProto& node, const std::string& name) {
    for (auto& attribute : *node.mutable_attribute())
        if (attribute.name() == name) return attribute;
    throw std::logic_error("no attribute " + name);
}

TEST(OnnxError, UnsupportedOperator) {
    expect_error([](GraphProto& g) { node_named(g, "pool1").set_op_type("LpPool"); },
                 {"LpPool", "pool1", "Conv, Gemm, MaxPool"});
    expect_error([](GraphProto& g) { node_named(g, "conv2").set_domain("com.example"); },
                 {"conv2", "not supported"});
}

TEST(OnnxError, UnsupportedAttributes) {
    expect_error([](GraphProto& g) { set_int(node_named(g, "conv1"), "group", 3); },
                 {"conv1", "3 groups"});
    expect_error([](GraphProto& g) { set_int(node_named(g, "conv1"), "group", 2); },
                 {"conv1", "2 input channels", "2 in 2 groups"});
    expect_error([](GraphProto& g) { set_text(node_named(g, "conv1"), "auto_pad", "SAME_UPPER"); },
                 {"conv1", "auto_pad"});
    expect_error(
        [](GraphProto& g) {
            AttributeProto& a = *node_named(g, "conv1").add_attribute();
            a.set_name("dilations");
            a.set_type(AttributeProto::INTS);
            a.add_ints(2);
            a.add_ints(2);
        },
        {"conv1", "dilations"});
    expect_error([](GraphProto& g) { set_int(node_named(g, "pool1"), "ceil_mode", 1); },
                 {"pool1", "ceil_mode"});
    expect_error(
        [](GraphProto& g) { attribute_of(node_named(g, "pool2"), "count_include_pad").set_i(0); },
        {"pool2", "count_include_pad"});
    expect_error([](GraphProto& g) { set_int(node_named(g, "conv1"), "surprise", 1); },
                 {"conv1", "surprise"});
    expect_error([](GraphProto& g) { attribute_of(node_named(g, "fc"), "transB").set_i(0); },
                 {"fc", "transB"});
    expect_error([](GraphProto& g) { attribute_of(node_named(g, "fc.flat"), "axis").set_i(2); },
                 {"fc.flat", "axis 1"});
    expect_error(
        [](GraphProto& g) { set_int(node_named(g, "conv2.normalized"), "training_mode", 1); },
        {"conv2.normalized", "training_mode"});
    expect_error([](GraphProto& g) { set_text(node_named(g, "conv1"), "group", "2"); },
                 {"conv1", "group", "type"});
}

TEST(OnnxError, NumbersThatAreNot) {
    for (float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
        for (const char* name : {"conv2.alpha", "conv2.beta", "conv2.bias", "conv2.gamma",
                                 "conv2.variance", "conv1.scale", "conv1.step"})
            expect_error(
                [&](GraphProto& g) {
                    TensorProto& tensor = tensor_named(g, name);
                    auto values = test::floats_of(tensor);
                    values.back() = bad;
                    test::set_floats(tensor, values);
                },
                {name, "not finite"});
        expect_error(
            [&](GraphProto& g) {
                TensorProto weight;
                weight.set_name("fc.weight");
                weight.add_dims(4);
                weight.add_dims(54);
                std::vector<float> values(4 * 54, 1.0F);
                values[100] = bad;
                test::set_floats(weight, values);
                test::remove_node(g, "fc.weight");
                *g.add_initializer() = weight;
            },
            {"fc", "not finite"});
    }
    expect_error([](GraphProto& g) { test::set_floats(tensor_named(g, "conv1.step"), {0}); },
                 {"conv1.quantized", "positive"});
    expect_error(
        [](GraphProto& g) {
            test::set_floats(tensor_named(g, "conv2.variance"), {1, 1, 1, 1, 1, -1});
        },
        {"conv2", "variance"});
}

TEST(OnnxError, WrongShapes) {
    expect_error([](GraphProto& g) { tensor_named(g, "conv2.bias").set_dims(0, 5); },
                 {"conv2.bias", "shape"});
    expect_error([](GraphProto& g) { tensor_named(g, "fc.signs").set_dims(1, 53); },
                 {"fc.signs", "shape"});
    expect_error([](GraphProto& g) { tensor_named(g, "fc.signs").set_dims(1, -54); },
                 {"fc.signs", "out of range"});
    expect_error(
        [](GraphProto& g) {
            TensorProto& codes = tensor_named(g, "conv1.codes");
            codes.set_dims(1, 1);
            codes.set_raw_data(codes.raw_data().substr(0, 45));
        },
        {"conv1", "1 input channels", "has 2"});
    expect_error(
        [](GraphProto& g) {
            TensorProto& signs = tensor_named(g, "fc.signs");
            signs.set_dims(1, 50);
            signs.set_raw_data(signs.raw_data().substr(0, 200));
        },
        {"fc", "50 inputs", "has 54"});
    expect_error(
        [](GraphProto& g) { attribute_of(node_named(g, "conv1"), "kernel_shape").set_ints(0, 2); },
        {"conv1", "kernel_shape"});
    expect_error(
        [](GraphProto& g) { attribute_of(node_named(g, "pool1"), "kernel_shape").set_ints(0, 99); },
        {"pool1", "larger than the padded input"});
    expect_error(
        [](GraphProto& g) { attribute_of(node_named(g, "conv1"), "strides").set_ints(0, 0); },
        {"conv1", "stride"});
    expect_error(
        [](GraphProto& g) { attribute_of(node_named(g, "conv1"), "pads").set_ints(0, -1); },
        {"conv1", "pads"});
    expect_error([](GraphProto& g) { attribute_of(node_named(g, "pool1"), "pads").set_ints(0, 2); },
                 {"pool1", "less than its kernel"});
    expect_error(
        [](GraphProto& g) {
            g.mutable_input(0)
                ->mutable_type()
                ->mutable_tensor_type()
                ->mutable_shape()
                ->mutable_dim(2)
                ->set_dim_param("H");
        },
        {"dimension 2"});
    expect_error(
        [](GraphProto& g) {
            tensor_named(g, "conv2.alpha").set_dims(0, 2);
            tensor_named(g, "conv2.alpha").set_dims(1, 3);
        },
        {"conv2.scaled", "one per output channel"});
}

TEST(OnnxError, Quantizers) {
    expect_error([](GraphProto& g) { tensor_named(g, "conv1.zero").set_raw_data("\x03"); },
                 {"conv1.quantized", "zero point"});
    expect_error(
        [](GraphProto& g) { tensor_named(g, "conv1.zero").set_data_type(TensorProto::INT8); },
        {"conv1.quantized", "unsigned"});
    expect_error([](GraphProto& g) { tensor_named(g, "conv1.top").set_raw_data("\x0e"); },
                 {"conv1.clipped", "0..14"});
    expect_error(
        [](GraphProto& g) {
            TensorProto other = tensor_named(g, "conv1.step");
            other.set_name("other");
            test::set_floats(other, {0.7F});
            *g.add_initializer() = other;
            node_named(g, "conv1.dequantized").set_input(1, "other");
        },
        {"conv1.dequantized", "scale differs"});
    expect_error([](GraphProto& g) { node_named(g, "conv1.dequantized").set_op_type("Cast"); },
                 {"conv1.quantized", "followed by DequantizeLinear"});
    for (const char* name : {"conv1", "pool2"})
        expect_error(
            [&](GraphProto& g) {
                const std::string base = name;
                for (const char* suffix : {".quantized", ".clipped", ".dequantized"})
                    test::remove_node(g, base + suffix);
                test::rename_input(g, base + ".dequantized", base);
            },
            {name, "needs an activation quantizer"});
    expect_error(
        [](GraphProto& g) {
            test::remove_node(g, "image.quantized");
            test::remove_node(g, "image.dequantized");
            test::rename_input(g, "image.dequantized", "image");
        },
        {"conv1", "the image must be quantized first"});
}

TEST(OnnxError, Weights) {
    expect_error(
        [](GraphProto& g) { tensor_named(g, "conv2.signs").mutable_raw_data()->at(3) = 2; },
        {"conv2.signs", "only +1 and -1"});
    expect_error(
        [](GraphProto& g) {
            TensorProto weight;
            weight.set_name("fc.weight");
            weight.add_dims(4);
            weight.add_dims(54);
            std::vector<float> values(4 * 54, 1.0F);
            values[1] = 2;
            values[2] = 3;
            test::set_floats(weight, values);
            test::remove_node(g, "fc.weight");
            *g.add_initializer() = weight;
        },
        {"fc", "at most two values"});
    expect_error(
        [](GraphProto& g) { tensor_named(g, "conv1.codes").set_data_type(TensorProto::UINT8); },
        {"conv1.codes", "int8"});
    expect_error(
        [](GraphProto& g) { tensor_named(g, "conv2.bias").set_data_type(TensorProto::FLOAT16); },
        {"conv2.bias", "type"});
    expect_error(
        [](GraphProto& g) {
            tensor_named(g, "conv2.bias").set_data_location(TensorProto::EXTERNAL);
        },
        {"conv2.bias", "another file"});
    expect_error([](GraphProto& g) { node_named(g, "conv1.weight").clear_attribute(); },
                 {"conv1.weight", "axis 0"});
    expect_error([](GraphProto& g) { node_named(g, "conv1").set_input(1, "nowhere"); },
                 {"conv1", "nowhere"});
    expect_error([](GraphProto& g) { node_named(g, "fc.weight").set_op_type("Sub"); },
                 {"fc", "Sub"});
}

TEST(OnnxError, Connections) {
    expect_error([](GraphProto& g) { node_named(g, "fc").set_input(1, "fc.flat"); },
                 {"fc", "input 1 must be constant"});
    expect_error(
        [](GraphProto& g) {
            NodeProto& add = *g.add_node();
            add.set_op_type("Add");
            add.set_name("shortcut");
            add.add_input("conv1.dequantized");
            add.add_input("pool1");
            add.add_output("sum");
        },
        {"shortcut", "a convolution that is not quantized yet"});
    expect_error([](GraphProto& g) { test::remove_node(g, "pool1"); },
                 {"does not depend on the input"});
    expect_error([](GraphProto& g) { node_named(g, "pool1").set_output(0, "conv1"); },
                 {"already defined"});
    expect_error([](GraphProto& g) { *g.add_output() = g.output(0); }, {"2 outputs"});
    expect_error([](GraphProto& g) { g.clear_output(); }, {"0 outputs"});
    expect_error([](GraphProto& g) { g.clear_input(); }, {"no input"});
    expect_error([](GraphProto& g) { g.mutable_output(0)->set_name("image"); }, {"output"});
    expect_error([](GraphProto& g) { g.mutable_output(0)->set_name("conv2.dequantized"); },
                 {"pool1", "reads the graph's output"});
    expect_error([](GraphProto& g) { node_named(g, "pool1").clear_input(); },
                 {"does not depend on the input"});
    expect_error([](GraphProto& g) { node_named(g, "conv2").clear_output(); },
                 {"does not depend on the input"});
    expect_error(
        [](GraphProto& g) {
            auto& extra = *g.add_input();
            extra = g.input(0);
            extra.set_name("second");
        },
        {"more than one input"});
}

TEST(OnnxError, Files) {
    EXPECT_THROW(read_onnx("/nonexistent/network.onnx"), UserError);
    EXPECT_THROW(read_onnx(std::filesystem::temp_directory_path()), UserError);
    EXPECT_THROW(test::from_bytes(""), UserError);
    EXPECT_THROW(test::from_bytes("this is not an ONNX file\n"), UserError);
    ModelProto model = test::to_proto(test::sample_network());
    model.mutable_opset_import(0)->set_version(9);
    EXPECT_THROW(test::from_proto(model), UserError);
}

TEST(OnnxError, TruncatedAnywhere) {
    const std::string bytes = test::bytes_of(test::sample_network());
    ASSERT_NO_THROW(test::from_bytes(bytes));
    for (std::size_t length = 0; length < bytes.size(); length += length < 400 ? 1 : 7)
        EXPECT_THROW(test::from_bytes(bytes.substr(0, length)), UserError) << length;
    for (std::size_t cut = 1; cut < 20; ++cut)
        EXPECT_THROW(test::from_bytes(bytes.substr(0, bytes.size() - cut)), UserError) << cut;
}

// Damaged bytes give a UserError or a network that is valid; nothing else.
void expect_refused_or_valid(const std::string& bytes, Rng& rng) {
    int refused = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string damaged = bytes;
        for (int i = rng.uniform_int(1, 4); i > 0; --i)
            damaged[static_cast<std::size_t>(
                rng.uniform_int(0, static_cast<int>(bytes.size()) - 1))] =
                static_cast<char>(rng.uniform_int(0, 255));
        try {
            lower(test::from_bytes(damaged));
        } catch (const UserError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 600);
    EXPECT_LT(refused, 2000);
}

TEST(OnnxError, DamagedBytes) {
    Rng rng(test::test_seed(61));
    expect_refused_or_valid(test::bytes_of(test::sample_network()), rng);
    expect_refused_or_valid(test::bytes_of(test::sample_graph()), rng);
}

}  // namespace
}  // namespace cimarron
