// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

namespace cimarron::test {
namespace {

constexpr double kTolerance = 1e-9;  // relative, of joules and the like; integers are exact
const std::filesystem::path kGolden = CIMARRON_SOURCE_DIR "/tests/golden/small_run.json";

// Constants change with their sources; what they do to the figures is what this test watches.
Json without_constants(Json result) {
    result["config"].erase("technology");
    result["config"].erase("device");
    result.erase("manifest");
    return result;
}

void compare(const Json& expected, const Json& actual, const std::string& path) {
    if (expected.is_object() || expected.is_array()) {
        ASSERT_EQ(expected.type(), actual.type()) << path;
        ASSERT_EQ(expected.size(), actual.size()) << path;
        const Json flat_names = expected.is_object() ? expected : Json::object();
        for (const auto& [key, value] : flat_names.items()) {
            ASSERT_TRUE(actual.contains(key)) << path << "." << key;
            compare(value, actual.at(key), path + "." + key);
        }
        if (expected.is_array())
            for (std::size_t i = 0; i < expected.size(); ++i)
                compare(expected[i], actual[i], path + "[" + std::to_string(i) + "]");
    } else if (expected.is_number_float()) {
        const double value = expected.get<double>();
        EXPECT_NEAR(actual.get<double>(), value, kTolerance * std::fabs(value)) << path;
    } else {
        EXPECT_EQ(expected, actual) << path;
    }
}

TEST(Golden, the_small_run_gives_what_was_reviewed) {
    const SmallRun run;
    const ProgramResult result = run.cimarron({"simulate", "run.yaml", "--json", "r.json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    Json actual = without_constants(Json::parse(run.text("r.json")));
    for (Json& check : actual["checks"]) check.erase("detail");  // wording and rounded joules
    if (std::getenv("CIMARRON_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(kGolden) << actual.dump(1) << "\n";
        GTEST_SKIP() << "wrote " << kGolden;
    }
    std::ifstream in(kGolden);
    ASSERT_TRUE(in) << "run tests/golden/update";
    compare(Json::parse(in), actual, "result");
}

}  // namespace
}  // namespace cimarron::test
