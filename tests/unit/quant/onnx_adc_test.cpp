// SPDX-License-Identifier: Apache-2.0
// The ADCs' ranges that a network learned, in its file's metadata.
#include "common/error.h"
#include "quant/lower.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

TEST(OnnxAdc, EveryLsbComesBack) {
    Rng rng(test::test_seed(58));
    for (int i = 0; i < 50; ++i) {
        Network network = test::random_network(rng);
        for (const Node& node : network.nodes)
            if (std::holds_alternative<ConvNode>(node) && rng.coin(0.7))
                network.adc_lsb[name_of(node)] = rng.uniform(1, 100);
        ::onnx::ModelProto model = test::to_proto(network);
        EXPECT_EQ(test::from_proto(model).adc_lsb, network.adc_lsb);
        EXPECT_EQ(lower(test::from_proto(model)).adc_lsb, network.adc_lsb);
        ::onnx::StringStringEntryProto& other = *model.add_metadata_props();
        other.set_key("another program's");
        other.set_value("note");
        EXPECT_EQ(test::from_proto(model).adc_lsb, network.adc_lsb);
    }
}

TEST(OnnxAdc, WhatIsWrongIsNamed) {
    Rng rng(test::test_seed(59));
    const Network network = test::random_network(rng);
    const auto refused = [&](const std::string& layer, const std::string& value) {
        ::onnx::ModelProto model = test::to_proto(network);
        ::onnx::StringStringEntryProto& entry = *model.add_metadata_props();
        entry.set_key("cimarron.adc_lsb." + layer);
        entry.set_value(value);
        try {
            test::from_proto(model);
        } catch (const UserError& error) {
            return std::string(error.what()).find(layer) != std::string::npos;
        }
        return false;
    };
    const std::string first = name_of(network.nodes.front());
    for (const char* value : {"", "wide", "2x", "0.5", "-1", "nan", "inf"})
        EXPECT_TRUE(refused(first, value)) << value;
    EXPECT_TRUE(refused("nobody", "2"));
    EXPECT_FALSE(refused(first, "1"));
}

}  // namespace
}  // namespace cimarron
