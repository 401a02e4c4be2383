// SPDX-License-Identifier: Apache-2.0
// The shipped trained networks on real images: configs/network/models.
#include "hw/run/simulation.h"
#include "quant/dataset/dataset.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "quant/reference.h"
#include "sim/config/run_config.h"
#include "sim/mapping/mapper.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

const std::filesystem::path kRoot = CIMARRON_SOURCE_DIR;

class FashionMnist : public testing::TestWithParam<int> {
protected:
    static IntegerNetwork network(int bits) {
        return lower(
            read_onnx(kRoot / fmt::format("configs/network/models/fashion_cnn_{}bit.onnx", bits)));
    }
    static Dataset images() {
        return load_dataset("fashion_mnist", "/usr/share/datasets/fashion-mnist", Split::test);
    }
};

// On ideal devices with `adc.bits: auto`, 1,000 images through the SystemC model give the logits of
// the integer reference, bit for bit, and every self-check passes.
TEST_P(FashionMnist, CycleAccurateLogitsEqualTheReference) {
    const IntegerNetwork net = network(GetParam());
    const AcceleratorParams params = load_run(kRoot / "configs/run/fashion_cnn.yaml", {}).params();
    const Dataset data = images();
    std::vector<Codes> batch;
    for (int i = 0; i < 1000; ++i) batch.push_back(data.codes(i));
    const RunResult result = simulate_cycles(params, map_network(net, params), batch);
    for (const Check& check : result.checks)
        ASSERT_TRUE(check.passed) << check.name << ": " << check.detail;
    ASSERT_EQ(result.logits.size(), batch.size());
    EXPECT_EQ(result.activity.macro.adc.clipped, 0);
    Reference reference(net);
    for (std::size_t i = 0; i < batch.size(); ++i)
        ASSERT_EQ(result.logits[i], reference.logits(batch[i])) << "image " << i;
}

// All 10,000 test images: the integer network's accuracy is what its training log says, within 0.2
// points of the float network's.
TEST_P(FashionMnist, IntegerAccuracyIsTheFloatNetworks) {
    const IntegerNetwork net = network(GetParam());
    EXPECT_EQ(net.activation_bits(), GetParam());
    const Dataset data = images();
    Reference reference(net);
    int correct = 0;
    for (int i = 0; i < data.size(); ++i)
        correct += predicted_class(reference.logits(data.codes(i))) == data.labels[i];
    const double top1 = 100.0 * correct / data.size();
    std::ifstream log(kRoot /
                      fmt::format("configs/network/models/fashion_cnn_{}bit.log.json", GetParam()));
    const auto accuracy = nlohmann::json::parse(log).at("accuracy");
    EXPECT_NEAR(top1, accuracy.at("integer").get<double>(), 1e-9);
    EXPECT_LE(std::abs(top1 - accuracy.at("float").get<double>()), 0.2);
    const double least = GetParam() == 1 ? 87 : GetParam() == 2 ? 89 : 90;
    EXPECT_GE(top1, least);
}

INSTANTIATE_TEST_SUITE_P(ActivationBits, FashionMnist, testing::Values(1, 2, 4, 8),
                         [](const auto& test) { return fmt::format("a{}", test.param); });

}  // namespace
}  // namespace cimarron
