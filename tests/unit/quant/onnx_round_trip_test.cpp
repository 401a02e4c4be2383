// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "tests/support/float_reference.h"
#include "tests/support/random_network.h"
#include "tests/support/random_residual_network.h"
#include "tests/support/seed.h"
#include "tests/unit/quant/onnx_interpreter.h"
#include "tests/unit/quant/onnx_support.h"

#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <cmath>
#include <fstream>

namespace cimarron {
namespace {

using test::bytes_of;
using test::from_bytes;

// CHW image of real values from HWC codes.
std::vector<double> planar(const Codes& codes, const Shape& s, double step) {
    std::vector<double> image;
    for (int c = 0; c < s.channels; ++c)
        for (int pixel = 0; pixel < s.pixels(); ++pixel)
            image.push_back(codes[static_cast<std::size_t>(pixel * s.channels + c)] * step);
    return image;
}

Network any_network(Rng& rng, int round) {
    return round % 2 == 0 ? test::random_network(rng) : test::random_residual_network(rng);
}

TEST(OnnxRoundTrip, LowersToTheSameBits) {
    const auto seed = test::test_seed(41);
    for (int round = 0; round < 400; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = any_network(rng, round);
        const std::string bytes = bytes_of(network);
        const Network back = from_bytes(bytes);
        ASSERT_EQ(test::difference(lower(back), lower(network)), "") << "round " << round;
        ASSERT_EQ(bytes_of(back), bytes) << "round " << round;
    }
}

// The ONNX project's own checker and shape inference, strict, on what is written.
TEST(OnnxRoundTrip, OnnxAcceptsTheFile) {
    const auto seed = test::test_seed(42);
    for (int round = 0; round < 200; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = any_network(rng, round);
        ::onnx::ModelProto model = test::to_proto(network);
        ASSERT_NO_THROW(::onnx::checker::check_model(model)) << "round " << round;
        const ::onnx::ShapeInferenceOptions strict(true, 1, true);
        ASSERT_NO_THROW(::onnx::shape_inference::InferShapes(
            model, ::onnx::OpSchemaRegistry::Instance(), strict))
            << "round " << round;
        const auto& logits = model.graph().output(0).type().tensor_type();
        ASSERT_EQ(logits.shape().dim(0).dim_param(), "N");
        ASSERT_EQ(logits.shape().dim(1).dim_value(), lower(network).classes());
    }
}

// The written graph, executed as the ONNX specification says, computes the float network. Rounding
// half to even (ONNX) and half up (ours) differ only at exact ties, which do not occur here.
TEST(OnnxRoundTrip, TheGraphComputesTheNetwork) {
    const auto seed = test::test_seed(43);
    for (int round = 0; round < 300; ++round) {
        Rng rng(seed + static_cast<std::uint64_t>(round));
        const Network network = any_network(rng, round);
        const Codes image = test::random_image(rng, network.input, network.input_quantizer.bits);
        const auto expected = test::float_logits(network, image);
        const auto logits =
            test::interpret(test::to_proto(network).graph(),
                            planar(image, network.input, network.input_quantizer.step[0]));
        ASSERT_EQ(logits.size(), expected.size());
        for (std::size_t i = 0; i < logits.size(); ++i)
            ASSERT_NEAR(logits[i], expected[i], 1e-9 * (1 + std::abs(expected[i])))
                << "round " << round;
    }
}

TEST(OnnxWrite, RefusesWhatItCouldNotReadBack) {
    const test::ScratchFile file;
    Network network = test::sample_network();
    std::get<ConvNode>(network.nodes[1]).name = "conv1";
    EXPECT_THROW(write_onnx(network, file.path()), UserError);
    network = test::sample_network();
    std::get<ConvNode>(network.nodes[0]).activation->step = std::nanf("");
    EXPECT_THROW(write_onnx(network, file.path()), UserError);
    EXPECT_FALSE(std::filesystem::exists(file.path()));
}

TEST(OnnxWrite, LeavesNothingBehindOnFailure) {
    const test::ScratchFile file;
    std::filesystem::create_directory(file.path());  // a folder stands where the file should go
    EXPECT_THROW(write_onnx(test::sample_network(), file.path()), UserError);
    int entries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(file.path().parent_path())) {
        EXPECT_EQ(entry.path(), file.path());
        ++entries;
    }
    EXPECT_EQ(entries, 1);
}

}  // namespace
}  // namespace cimarron
