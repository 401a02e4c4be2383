// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <array>

namespace cimarron::test {
namespace {

const std::string kConfigs = CIMARRON_SOURCE_DIR "/configs/validate";

void expect_holds(const Json& range, double value, const std::string& what) {
    ASSERT_EQ(range.size(), 2u) << what;
    EXPECT_LE(range[0].get<double>(), value) << what;
    EXPECT_GE(range[1].get<double>(), value) << what;
}

TEST(Ranges, every_figure_of_a_result_has_one_that_holds_it) {
    const SmallRun run;
    ASSERT_EQ(run.cimarron({"simulate", "run.yaml", "--json", "r.json"}).exit_code, 0);
    const Json r = Json::parse(run.text("r.json"));
    for (const char* key : {"latency_s", "energy_j", "dynamic_energy_j", "leakage_energy_j",
                            "area_mm2", "tops", "tops_per_w"})
        expect_holds(r["ranges"][key], r[key].get<double>(), key);
    expect_holds(r["ranges"]["programming_energy_j"], r["programming"]["energy_j"].get<double>(),
                 "programming");
    for (const Json& c : r["components"]) {
        expect_holds(c["area_range_mm2"], c["area_mm2"].get<double>(), c["name"].dump());
        expect_holds(c["energy_range_j"],
                     c["dynamic_energy_j"].get<double>() + c["leakage_energy_j"].get<double>(),
                     c["name"].dump());
    }
    EXPECT_LT(r["ranges"]["energy_j"][0].get<double>(), 0.95 * r["energy_j"].get<double>());
    EXPECT_GT(r["ranges"]["energy_j"][1].get<double>(), 1.05 * r["energy_j"].get<double>());
    EXPECT_FALSE(r["dominant_constants"]["energy_j"].empty());
    EXPECT_EQ(r["dominant_constants"]["latency_s"][0]["constant"], "technology.adc.time_*");
}

// Only cycles that constants derive leave it open.
TEST(Ranges, latency_follows_the_derived_cycles_and_none_when_all_are_given) {
    const SmallRun run;
    const auto latency = [&](const std::vector<std::string>& set) {
        std::vector<std::string> arguments = {"simulate", "run.yaml", "--json", "r.json"};
        for (const std::string& one : set) arguments.insert(arguments.end(), {"--set", one});
        const ProgramResult result = run.cimarron(arguments);
        EXPECT_EQ(result.exit_code, 0) << result.err;
        const Json r = Json::parse(run.text("r.json"));
        return std::array<double, 3>{r["ranges"]["latency_s"][0].get<double>(),
                                     r["latency_s"].get<double>(),
                                     r["ranges"]["latency_s"][1].get<double>()};
    };
    const auto derived = latency({});
    EXPECT_LT(derived[0], 0.99 * derived[1]);
    EXPECT_GT(derived[2], 1.01 * derived[1]);
    const std::string macro = "accelerator.macro.";
    const auto given = latency(
        {macro + "adc.conversion_cycles=8", macro + "word_line_driver.drive_cycles=1",
         macro + "word_line_driver.settle_cycles=1", macro + "sample_and_hold.sample_cycles=1"});
    EXPECT_EQ(given[0], given[1]);
    EXPECT_EQ(given[2], given[1]);
}

// Only the given range is left open when all others are closed.
TEST(Ranges, a_narrower_constant_narrows_the_result) {
    const SmallRun run;
    const auto high = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments = {"simulate", "run.yaml", "--json", "r.json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const ProgramResult result = run.cimarron(arguments);
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return Json::parse(run.text("r.json"))["ranges"]["energy_j"][1].get<double>();
    };
    EXPECT_LT(high({"--set", "technology.adc.energy_linear.range=[100, 100]"}), high({}));
}

TEST(Ranges, inspect_names_the_constants_that_leave_most_open) {
    const SmallRun run;
    const ProgramResult result = run.cimarron({"inspect", "run.yaml", "--sources"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("energy of one MVM of a whole macro"), std::string::npos);
    EXPECT_NE(result.out.find("area of the chip"), std::string::npos);
    EXPECT_NE(result.out.find("technology.adc.energy_*"), std::string::npos);
}

TEST(Supply, is_an_input_where_constants_follow_it) {
    const SmallRun run;
    const auto simulate = [&](const std::vector<std::string>& set) {
        std::vector<std::string> arguments = {"simulate", "run.yaml", "--json", "r.json"};
        for (const std::string& one : set) arguments.insert(arguments.end(), {"--set", one});
        return run.cimarron(arguments);
    };
    const std::string scaled = "technology=" CIMARRON_SOURCE_DIR "/configs/technology/22nm_lp.yaml";
    const auto dynamic = [&](const std::string& volts) {
        EXPECT_EQ(simulate({scaled, "technology.supply.value=" + volts}).exit_code, 0);
        return Json::parse(run.text("r.json"))["dynamic_energy_j"].get<double>();
    };
    EXPECT_LT(dynamic("0.8"), dynamic("0.9"));
    const ProgramResult fixed = simulate({"technology.supply.value=0.9"});
    EXPECT_EQ(fixed.exit_code, 2);
    EXPECT_NE(fixed.err.find("use a technology with scaled_from"), std::string::npos) << fixed.err;
    const ProgramResult outside = simulate({scaled, "technology.supply.value=1.4"});
    EXPECT_EQ(outside.exit_code, 2);
    EXPECT_NE(outside.err.find("outside the window"), std::string::npos) << outside.err;
}

TEST(Validate, prints_rows_and_writes_them) {
    const SmallRun run;
    const ProgramResult result =
        run.cimarron({"validate", "isaac", "--configs", kConfigs, "--json", "v.json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("published"), std::string::npos);
    const Json rows = Json::parse(run.text("v.json"));
    EXPECT_EQ(rows.size(), 8u);
    for (const Json& row : rows) EXPECT_TRUE(row.at("within").get<bool>()) << row.dump();
}

TEST(Validate, an_unexplained_miss_is_exit_1_and_a_wrong_name_exit_2) {
    const SmallRun run;
    run.write("chip.yaml",
              "title: t\nsource: s\nroll_up: {name: chip, power_mw: 2}\ncases:\n  - name: \"\"\n"
              "    figures:\n      - {name: power, figure: power_mw, components: [chip], "
              "published: 3, source: s, bands: {generic: 10 %}}\n");
    EXPECT_EQ(run.cimarron({"validate", "chip.yaml"}).exit_code, 1);
    run.edit("chip.yaml", "published: 3", "published: 2");
    EXPECT_EQ(run.cimarron({"validate", "chip.yaml"}).exit_code, 0);
    const ProgramResult wrong = run.cimarron({"validate", "isac", "--configs", kConfigs});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_NE(wrong.err.find("did you mean 'isaac'?"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace cimarron::test
