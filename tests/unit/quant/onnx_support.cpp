// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/quant/onnx_support.h"

#include "common/error.h"
#include "common/rng.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>

namespace cimarron::test {

ScratchFile::ScratchFile() {
    static int counter = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("cimarron_onnx_" + std::to_string(getpid()) + "_" + std::to_string(counter++)) /
            "network.onnx";
    std::filesystem::create_directories(path_.parent_path());
}

ScratchFile::~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
}

std::string bytes_of(const Network& network) {
    static const ScratchFile file;
    write_onnx(network, file.path());
    std::ifstream stream(file.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Network from_bytes(const std::string& bytes) {
    static const ScratchFile file;
    std::filesystem::remove(file.path());  // some file systems sync a file that is overwritten
    std::ofstream(file.path(), std::ios::binary) << bytes;
    return read_onnx(file.path());
}

::onnx::ModelProto to_proto(const Network& network) {
    ::onnx::ModelProto model;
    EXPECT_TRUE(model.ParseFromString(bytes_of(network)));
    return model;
}

Network from_proto(const ::onnx::ModelProto& model) {
    return from_bytes(model.SerializeAsString());
}

Network through(const Network& network,
                const std::function<void(::onnx::ModelProto& model)>& change) {
    ::onnx::ModelProto model = to_proto(network);
    change(model);
    return from_proto(model);
}

std::string error_after(const Network& network,
                        const std::function<void(::onnx::GraphProto& graph)>& change) {
    try {
        through(network, [&](::onnx::ModelProto& model) { change(*model.mutable_graph()); });
    } catch (const UserError& error) {
        return error.what();
    }
    return "";
}

namespace {

bool same(const Window& a, const Window& b) {
    return std::memcmp(&a, &b, sizeof(Window)) == 0;
}

bool same(const std::optional<Residual>& a, const std::optional<Residual>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->source == b->source && a->input == b->input && a->bits == b->bits &&
           a->stride == b->stride && a->channel_offset == b->channel_offset && a->r == b->r;
}

bool same(const QuantizeLayer& a, const QuantizeLayer& b) {
    return a.name == b.name && a.source == b.source && a.shape == b.shape &&
           a.input_bits == b.input_bits && a.output_bits == b.output_bits && a.a == b.a &&
           a.shift == b.shift && a.d == b.d && a.rounding == b.rounding && a.range == b.range;
}

bool same(const MvmLayer& a, const MvmLayer& b) {
    const auto same_affine = [](const ChannelAffine& x, const ChannelAffine& y) {
        return x.a == y.a && x.c == y.c && x.d == y.d && x.up == y.up;
    };
    return a.name == b.name && a.source == b.source && a.groups == b.groups &&
           same(a.residual, b.residual) && a.input == b.input && a.output == b.output &&
           same(a.window, b.window) && a.input_bits == b.input_bits &&
           a.weight_bits == b.weight_bits && a.output_bits == b.output_bits && a.shift == b.shift &&
           a.weights == b.weights && a.rounding == b.rounding && a.range == b.range &&
           std::equal(a.affine.begin(), a.affine.end(), b.affine.begin(), b.affine.end(),
                      same_affine);
}

bool same(const PoolLayer& a, const PoolLayer& b) {
    return a.name == b.name && a.source == b.source && a.kind == b.kind && a.input == b.input &&
           a.output == b.output && same(a.window, b.window) && a.bits == b.bits &&
           a.output_bits == b.output_bits && a.a == b.a && a.d == b.d && a.shift == b.shift &&
           a.rounding == b.rounding && a.range == b.range;
}

}  // namespace

std::string difference(const IntegerNetwork& a, const IntegerNetwork& b) {
    if (a.name != b.name || a.input != b.input || a.input_bits != b.input_bits) return "input";
    if (a.layers.size() != b.layers.size()) return "number of layers";
    for (std::size_t i = 0; i < a.layers.size(); ++i) {
        const std::string at = "layer " + std::to_string(i);
        if (a.layers[i].index() != b.layers[i].index()) return at + " kind";
        const bool equal = std::visit(
            [&](const auto& layer) {
                return same(layer, std::get<std::decay_t<decltype(layer)>>(b.layers[i]));
            },
            a.layers[i]);
        if (!equal) return at;
    }
    return "";
}

void expect_same(const Network& network,
                 const std::function<void(::onnx::GraphProto& graph)>& change) {
    const Network back =
        through(network, [&](::onnx::ModelProto& model) { change(*model.mutable_graph()); });
    const Network plain = through(network, [](::onnx::ModelProto&) {});
    EXPECT_EQ(difference(lower(back), lower(plain)), "");
}

void expect_error(const Network& network,
                  const std::function<void(::onnx::GraphProto& graph)>& change,
                  const std::vector<std::string>& parts) {
    const std::string message = error_after(network, change);
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_NE(message.find("network.onnx: "), std::string::npos) << message;
    for (const std::string& part : parts)
        EXPECT_NE(message.find(part), std::string::npos) << message << "\nlacks: " << part;
}

namespace {

BinaryWeights sample_binary(Rng& rng, int channels, int count) {
    BinaryWeights w;
    for (int i = 0; i < channels * count; ++i)
        w.signs.push_back(i % count == 0 || (i % count > 1 && rng.coin(0.5)) ? 1 : -1);
    for (int o = 0; o < channels; ++o) {
        w.alpha.push_back(static_cast<float>(rng.uniform(0.05, 0.2)));
        w.beta.push_back(static_cast<float>(rng.normal(0, 0.02)));
    }
    return w;
}

}  // namespace

Network sample_network() {
    Rng rng(1);
    Network network;
    network.name = "sample";
    network.input = {2, 8, 8};
    ConvNode conv1;
    conv1.name = "conv1";
    conv1.window = {3, 3, 1, 1, 1, 1, 1, 1};
    conv1.out_channels = 5;
    IntegerWeights integers;
    for (int i = 0; i < 5 * 2 * 9; ++i)
        integers.values.push_back(static_cast<std::int8_t>(rng.uniform_int(-128, 127)));
    for (int o = 0; o < 5; ++o) integers.scale.push_back(static_cast<float>(0.001 * (o + 1)));
    conv1.weights = integers;
    conv1.activation = ActivationQuantizer{4, 0.05F};
    ConvNode conv2;
    conv2.name = "conv2";
    conv2.source = 0;
    conv2.window = {3, 2, 2, 1, 1, 0, 1, 0};
    conv2.out_channels = 6;
    conv2.weights = sample_binary(rng, 6, 5 * 6);
    conv2.bias = {0.1F, -0.1F, 0.2F, 0.3F, 0, 0.5F};
    conv2.batch_norm = BatchNorm{{1, 2, 0.5F, 1.5F, -1, 1},
                                 {0, 0.1F, 0.2F, 0.3F, 0.4F, 0.5F},
                                 {0.1F, 0.2F, 0, -0.1F, 0.3F, 0.2F},
                                 {0.5F, 1, 0.25F, 2, 1, 0.1F},
                                 1e-5F};
    conv2.activation = ActivationQuantizer{3, 0.3F};
    PoolNode most{"pool1", 1, PoolNode::Kind::max, {2, 2, 1, 2, 0, 1, 0, 0}, {}};
    PoolNode mean{"pool2",
                  2,
                  PoolNode::Kind::average,
                  {2, 2, 1, 1, 0, 0, 1, 0},
                  ActivationQuantizer{5, 0.08F}};
    ConvNode fc;
    fc.name = "fc";
    fc.source = 3;
    fc.fully_connected = true;
    fc.window.kernel_h = 3;
    fc.window.kernel_w = 3;
    fc.out_channels = 4;
    fc.weights = sample_binary(rng, 4, 6 * 9);
    network.nodes = {conv1, conv2, most, mean, fc};
    return network;
}

namespace {

ConvNode sample_conv(Rng& rng, const std::string& name, int source, int in_channels, int channels,
                     int stride, int groups) {
    ConvNode node;
    node.name = name;
    node.source = source;
    node.window = {3, 3, stride, stride, 1, 1, 1, 1};
    node.out_channels = channels;
    node.groups = groups;
    node.weights = sample_binary(rng, channels, in_channels / groups * 9);
    return node;
}

}  // namespace

Network sample_graph() {
    Rng rng(2);
    Network network;
    network.name = "graph";
    network.input = {2, 8, 8};
    ConvNode stem = sample_conv(rng, "stem", -1, 2, 4, 1, 1);
    stem.activation = ActivationQuantizer{12, 1.0F / 64};
    const QuantizeNode first{"conv1.input", 0, ActivationQuantizer{4, 0.2F}};
    ConvNode conv1 = sample_conv(rng, "conv1", 1, 4, 4, 1, 1);
    conv1.batch_norm = BatchNorm{{1, 2, 0.5F, -1}, {0, 1, 0, 0.5F}, {0, 1, 0, 0}, {1, 2, 1, 0.5F}};
    conv1.shortcut = Shortcut{0, 1, 0};
    conv1.activation = ActivationQuantizer{11, 1.0F / 32};
    const QuantizeNode second{"conv2.input", 2, ActivationQuantizer{3, 0.3F}};
    ConvNode conv2 = sample_conv(rng, "conv2", 3, 4, 8, 2, 2);
    conv2.shortcut = Shortcut{2, 2, 2};
    conv2.activation = ActivationQuantizer{8, 0.02F};
    const PoolNode pool{"pool",
                        4,
                        PoolNode::Kind::average,
                        {4, 4, 1, 1, 0, 0, 0, 0},
                        ActivationQuantizer{8, 0.01F}};
    ConvNode fc;
    fc.name = "fc";
    fc.source = 5;
    fc.fully_connected = true;
    fc.out_channels = 3;
    fc.weights = sample_binary(rng, 3, 8);
    network.nodes = {stem, first, conv1, second, conv2, pool, fc};
    return network;
}

}  // namespace cimarron::test
