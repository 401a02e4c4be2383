// SPDX-License-Identifier: Apache-2.0
#include "common/rng.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "sim/config/yaml_json.h"
#include "sim/dpi/cimarron_dpi.h"
#include "tests/support/seed.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

namespace cimarron::test {
namespace {

void* create(const SmallRun& run, const char* settings = "") {
    void* accelerator =
        cimarron_accelerator_create(run.path("run.yaml").string().c_str(), settings);
    EXPECT_NE(accelerator, nullptr) << cimarron_error();
    return accelerator;
}

TEST(DpiAccelerator, GivesTheReferencesLogitsOnAnyPixels) {
    const SmallRun run;
    const IntegerNetwork network = lower(small_network(2));
    Reference reference(network);
    void* accelerator = create(run);
    ASSERT_EQ(cimarron_parameter(accelerator, "pixels"), network.input.size());
    ASSERT_EQ(cimarron_parameter(accelerator, "classes"), 10);
    Rng rng(test_seed(63));
    for (int image = 0; image < 5; ++image) {
        Codes codes;
        for (int i = 0; i < network.input.size(); ++i) {
            codes.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 255)));
            ASSERT_EQ(cimarron_accelerator_pixel(accelerator, i, codes.back()), 1);
        }
        const std::vector<std::int64_t> logits = reference.logits(codes);
        ASSERT_EQ(cimarron_accelerator_run(accelerator), predicted_class(logits));
        for (int i = 0; i < 10; ++i)
            ASSERT_EQ(cimarron_accelerator_logit(accelerator, i),
                      logits[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(cimarron_destroy(accelerator), 1);
}

// Accuracy, conversions and joules are those that the program reports for the same images.
TEST(DpiAccelerator, AgreesWithTheProgram) {
    const SmallRun run;
    ASSERT_EQ(run.cimarron({"simulate", "run.yaml", "--json", "r.json"}).exit_code, 0);
    const Json result = Json::parse(run.text("r.json"));
    void* accelerator = create(run);
    int correct = 0;
    for (int i = 0; i < 10; ++i) {
        const int label = cimarron_accelerator_image(accelerator, i);
        correct += cimarron_accelerator_run(accelerator) == label ? 1 : 0;
    }
    EXPECT_DOUBLE_EQ(result["top1"].get<double>(), correct / 10.0);
    double dynamic = 0;
    for (const Json& component : result["components"])
        dynamic += component["dynamic_energy_j"].get<double>();
    EXPECT_NEAR(cimarron_energy(accelerator) / 10 / dynamic, 1, 1e-9);
    EXPECT_GT(cimarron_leakage(accelerator), 0);
    EXPECT_EQ(cimarron_destroy(accelerator), 1);
}

TEST(DpiAccelerator, SaysWhatIsWrong) {
    const SmallRun run;
    void* accelerator = create(run);
    EXPECT_EQ(cimarron_accelerator_image(accelerator, 24), -1);
    EXPECT_NE(std::string(cimarron_error()).find("image 24"), std::string::npos);
    EXPECT_EQ(cimarron_accelerator_pixel(accelerator, 64, 0), 0);
    EXPECT_EQ(cimarron_accelerator_pixel(accelerator, 0, 256), 0);
    EXPECT_EQ(cimarron_accelerator_logit(accelerator, 0), -1);
    EXPECT_EQ(cimarron_macro_clock(accelerator, 1, 1), 0);
    EXPECT_NE(std::string(cimarron_error()).find("other kind"), std::string::npos);
    EXPECT_EQ(
        cimarron_accelerator_create(run.path("run.yaml").string().c_str(), "activation_bits=3"),
        nullptr);
    EXPECT_NE(std::string(cimarron_error()).find("net3.onnx"), std::string::npos);
    EXPECT_EQ(cimarron_destroy(accelerator), 1);
}

}  // namespace
}  // namespace cimarron::test
