// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/network_spec.h"

#include "common/error.h"
#include "common/rng.h"
#include "quant/spec/bit_plan.h"
#include "quant/spec/random_weights.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

NetworkSpec parse(const std::string& text) {
    const auto file =
        std::filesystem::temp_directory_path() / ("network_" + std::to_string(getpid()) + ".yaml");
    std::ofstream(file) << text;
    try {
        NetworkSpec spec = load_network_spec(file);
        std::filesystem::remove(file);
        return spec;
    } catch (...) {
        std::filesystem::remove(file);
        throw;
    }
}

NetworkSpec shipped(const std::string& name) {
    return load_network_spec(CIMARRON_SOURCE_DIR "/configs/network/" + name + ".yaml");
}

const std::string kHead = "name: n\ninput: {channels: 4, height: 8, width: 8}\nlayers:\n";
const std::string kStem =
    "  - {name: stem, type: conv, weights: integer8, channels: 4, kernel: 1}\n";
const std::string kEnd = "  - {name: end, type: linear, weights: integer8, channels: 10}\n";

std::string conv(const std::string& name, const std::string& more) {
    return "  - {name: " + name + ", type: conv, weights: binary, kernel: 3, padding: 1, " + more +
           "}\n";
}

int index_of(const NetworkSpec& spec, const std::string& name) {
    for (std::size_t i = 0; i < spec.layers.size(); ++i)
        if (spec.layers[i].name == name) return static_cast<int>(i);
    ADD_FAILURE() << "no layer " << name;
    return -1;
}

TEST(NetworkSpec, layers_read_the_one_before_or_the_one_they_name) {
    const NetworkSpec spec = parse(kHead + kStem + conv("a", "channels: 4") +
                                   conv("b", "channels: 4, from: stem, add: a") + kEnd);
    EXPECT_EQ(spec.layers[0].source, -1);
    EXPECT_EQ(spec.layers[1].source, 0);
    EXPECT_EQ(spec.layers[2].source, 0);
    EXPECT_EQ(spec.layers[2].add, 1);
    EXPECT_EQ(spec.layers[3].source, 2);
    EXPECT_EQ(spec.stream_bits, 12);
    EXPECT_EQ(parse("stream_bits: 10\n" + kHead + kStem + kEnd).stream_bits, 10);
}

TEST(NetworkSpec, mistakes_name_line_and_key) {
    const std::vector<std::pair<std::string, std::string>> mistakes{
        {kHead + kStem + conv("a", "channels: 4, from: nowhere") + kEnd,
         ":5: layers[1].from: 'nowhere' is the name of no layer before"},
        {kHead + kStem + conv("a", "channels: 4, add: a") + kEnd,
         ":5: layers[1].add: 'a' is the name of no layer before"},
        {kHead + kStem + conv("a", "channels: 2, add: stem") + kEnd,
         ":5: layers[1].add: 'stem' is 4 x 8 x 8 (channels x height x width) and the layer's "
         "output "
         "is 2 x 8 x 8"},
        {kHead + kStem + conv("a", "channels: 4, stride: 2") +
             conv("b", "channels: 4, from: stem, add: a") + kEnd,
         "'a' is 4 x 4 x 4"},
        {kHead + kStem + conv("a", "channels: 4, groups: 3") + kEnd,
         ":5: layers[1].groups: 3 does not divide the layer's 4 input and 4 output channels"},
        {kHead + kStem + conv("a", "channels: 6, groups: 4") + kEnd, "6 output channels"},
        {kHead + kStem + conv("a", "channels: 4") + conv("b", "channels: 4, from: stem") + kEnd,
         "layers: nothing reads the output of 'a'"},
        {kHead + kStem + conv("a", "channels: 4, grups: 2") + kEnd, "grups"},
        {kHead + kStem +
             "  - {name: end, type: linear, weights: integer8, channels: 10, groups: 2}\n",
         ":5: layers[1].groups"},
        {kHead + kStem + conv("stem", "channels: 4") + kEnd, "'stem' is used twice"},
        {kHead + kStem + conv("a", "channels: 4, kernel: 11") + kEnd, "kernel"},
        {"stream_bits: 8\n" + kHead + kStem + kEnd, ":1: stream_bits"},
        {kHead + kStem + conv("a", "channels: 4"), "must end with a linear layer"},
        {kHead + "  - {name: p, type: max_pool, kernel: 2}\n" + kEnd, "must begin with a conv"},
    };
    for (const auto& [text, message] : mistakes) {
        try {
            parse(text);
            ADD_FAILURE() << "accepted, though " << message;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(message), std::string::npos)
                << error.what() << "\nshould say: " << message;
        }
    }
}

TEST(NetworkSpec, identity_shortcuts_are_equal_or_strided_with_zero_channels) {
    const auto expect = [](const Shape& from, const Shape& to, int stride, int offset) {
        const auto identity = identity_shortcut(from, to);
        ASSERT_TRUE(identity);
        EXPECT_EQ(identity->stride, stride);
        EXPECT_EQ(identity->channel_offset, offset);
    };
    expect({16, 32, 32}, {16, 32, 32}, 1, 0);
    expect({16, 32, 32}, {32, 16, 16}, 2, 8);
    expect({3, 9, 5}, {8, 5, 3}, 2, 2);
    EXPECT_FALSE(identity_shortcut({32, 16, 16}, {16, 16, 16}));  // channels cannot vanish
    EXPECT_FALSE(identity_shortcut({16, 16, 16}, {16, 32, 32}));
    EXPECT_FALSE(identity_shortcut({16, 16, 16}, {16, 15, 15}));
    EXPECT_FALSE(identity_shortcut({16, 16, 16}, {16, 8, 16}));
}

// The rule by which the trainer and random weights place quantizers, at ResNet-18's first blocks.
TEST(BitPlan, streams_pools_and_last_layer) {
    const NetworkSpec spec = shipped("resnet18");
    const auto plan = bit_plan(spec, 4);
    const auto at = [&](const char* name) {
        return plan[static_cast<std::size_t>(index_of(spec, name))];
    };
    EXPECT_EQ(at("stem").output, 8);  // the pool's codes are added, so they are wide
    EXPECT_EQ(at("stem_pool").output, 8);
    EXPECT_FALSE(at("stem_pool").quantize_input);
    EXPECT_EQ(at("block1a_conv1").input, 4);
    EXPECT_TRUE(at("block1a_conv1").quantize_input);
    EXPECT_EQ(at("block1a_conv1").output, 4);
    EXPECT_FALSE(at("block1a_conv2").quantize_input);
    EXPECT_EQ(at("block1a_conv2").output, 12);
    EXPECT_TRUE(at("block2a_down").quantize_input);
    EXPECT_EQ(at("block2a_down").output, 12);
    EXPECT_TRUE(at("pool").quantize_input);
    EXPECT_EQ(at("pool").input, 8);
    EXPECT_EQ(at("pool").output, 8);
    EXPECT_EQ(at("classifier").input, 8);
    EXPECT_FALSE(at("classifier").quantize_input);
    EXPECT_EQ(at("classifier").output, 0);
    // At 8 bits the pool's codes fit both readers.
    EXPECT_FALSE(bit_plan(spec, 8)[2].quantize_input);
}

TEST(BitPlan, the_widest_reader_decides_and_others_quantize) {
    const NetworkSpec spec = parse(
        kHead + kStem + "  - {name: wide, type: average_pool, kernel: 8}\n" +
        conv("narrow", "channels: 4, from: stem") +
        "  - {name: pool, type: average_pool, kernel: 8}\n" +
        "  - {name: mix, type: conv, weights: binary, channels: 4, kernel: 1, add: wide}\n" + kEnd);
    const auto plan = bit_plan(spec, 3);
    EXPECT_EQ(plan[0].output, 3);
    EXPECT_EQ(plan[1].output, 8);  // named by an add
    EXPECT_EQ(plan[4].output, 12);
    EXPECT_TRUE(plan[5].quantize_input);
}

TEST(ShippedNetworks, all_load_and_are_what_their_names_say) {
    const auto count = [](const std::string& name, LayerSpec::Type type) {
        int sum = 0;
        for (const LayerSpec& layer : shipped(name).layers) sum += layer.type == type ? 1 : 0;
        return sum;
    };
    int files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(CIMARRON_SOURCE_DIR "/configs/network")) {
        if (entry.path().extension() != ".yaml") continue;
        EXPECT_EQ(load_network_spec(entry.path()).name, entry.path().stem());
        ++files;
    }
    EXPECT_GE(files, 8);
    EXPECT_EQ(count("resnet20", LayerSpec::Type::conv), 19);
    EXPECT_EQ(count("resnet18", LayerSpec::Type::conv), 20);
    EXPECT_EQ(count("resnet18_cifar", LayerSpec::Type::conv), 20);
    EXPECT_EQ(output_shapes(shipped("resnet18")).back().channels, 1000);
    EXPECT_EQ(output_shapes(shipped("resnet18"))[20], (Shape{512, 7, 7}));
}

}  // namespace
}  // namespace cimarron
