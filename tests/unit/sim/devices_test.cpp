// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cimarron::test {
namespace {

const std::filesystem::path kConfigs = CIMARRON_SOURCE_DIR "/configs";

// Of all images: 10 bit by bit, 2 of them cycle by cycle.
void expect_exact(const SmallRun& run, const std::vector<std::string>& settings) {
    std::vector<std::string> arguments = {"simulate", "run.yaml", "--json", "r.json"};
    for (const std::string& setting : settings)
        arguments.insert(arguments.end(), {"--set", setting});
    const ProgramResult result = run.cimarron(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const Json tree = Json::parse(run.text("r.json"));
    bool compared = false;
    for (const Json& check : tree.at("checks")) {
        EXPECT_TRUE(check.at("passed").get<bool>()) << check.dump();
        compared = compared || check.at("name") == "logits_equal_reference";
    }
    EXPECT_TRUE(compared) << "the ADC was not lossless";
}

TEST(Devices, every_shipped_one_runs_a_whole_network_exactly) {
    const SmallRun run;
    int devices = 0;
    for (const auto& file : std::filesystem::directory_iterator(kConfigs / "device")) {
        SCOPED_TRACE(file.path().filename());
        expect_exact(run, {"device=" + file.path().string()});
        ++devices;
    }
    EXPECT_GE(devices, 11);
}

TEST(Devices, every_adc_type_and_dac_width_is_exact_when_lossless) {
    const SmallRun run;
    for (const char* type : {"sar", "cyclic", "flash", "ramp"})
        for (const int dac_bits : {1, 2, 3, 4}) {
            SCOPED_TRACE(fmt::format("{}, {} DAC bits", type, dac_bits));
            expect_exact(run,
                         {fmt::format("accelerator.macro.adc.type={}", type),
                          fmt::format("accelerator.macro.word_line_driver.dac_bits={}", dac_bits)});
        }
    // One bit loses nothing where one row is driven at a time.
    expect_exact(run, {"accelerator.macro.adc.type=sense_amplifier",
                       "accelerator.macro.array.rows_active=1"});
}

}  // namespace
}  // namespace cimarron::test
