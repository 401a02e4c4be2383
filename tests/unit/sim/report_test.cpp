// SPDX-License-Identifier: Apache-2.0
#include "sim/report/csv.h"
#include "sim/report/lines.h"
#include "sim/report/repetitions.h"
#include "sim/report/table.h"
#include "sim/run/counters.h"
#include "tests/unit/sim/sample_result.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

namespace cimarron {
namespace {

Json small_result(const std::string& device, double energy) {
    Json result = test::sample_result();
    result["network"] = "a \"quoted\", name";
    result["activation_bits"] = 4;
    result["device"] = device;
    result["macs"] = 1000;
    result["energy_j"] = energy;
    result["components"] = Json::array({{{"name", "macro.adc"},
                                         {"instances", 2},
                                         {"area_mm2", 0.5},
                                         {"dynamic_energy_j", energy / 2},
                                         {"leakage_energy_j", energy / 2}}});
    result["config"] = {{"accelerator", {{"macro", {{"adc", {{"bits", 8}}}}}}}};
    return result;
}

TEST(Counters, cover_every_counter_once) {
    AcceleratorActivity activity;
    constexpr std::size_t kFields = sizeof(activity) / sizeof(std::int64_t);
    auto* fields = reinterpret_cast<std::int64_t*>(&activity);
    for (std::size_t i = 0; i < kFields; ++i) fields[i] = static_cast<std::int64_t>(i) + 1;
    std::set<std::int64_t> values;
    std::set<std::string> names;
    for (const Counter& counter : counters(activity)) {
        values.insert(counter.value);
        names.insert(std::string(counter.component) + "." + counter.name);
    }
    EXPECT_EQ(values.size(), kFields);
    EXPECT_EQ(names.size(), kFields);
    for (std::size_t i = 0; i < kFields; ++i) {
        AcceleratorActivity other = activity;
        reinterpret_cast<std::int64_t*>(&other)[i] += 1;
        const bool timed = counters(activity)[i].timed;
        EXPECT_EQ(first_difference(activity, other) == "", timed) << i;
    }
    EXPECT_EQ(first_difference(activity, activity), "");
}

TEST(ToJson, types_plain_scalars_and_keeps_words) {
    const Json json = to_json(YAML::Load(
        "{i: 3, d: 1.5e-3, b: true, s: word, q: \"4\", l: [1, x], name: 22, unit: 1, n: ~}"));
    EXPECT_EQ(json.dump(),
              R"({"i":3,"d":0.0015,"b":true,"s":"word","q":"4","l":[1,"x"],"name":"22","unit":"1",)"
              R"("n":null})");
}

TEST(Csv, quotes_as_rfc_4180_and_adds_varied_keys) {
    const Json results = Json::array({small_result("RRAM", 2e-6), small_result("SRAM", 3e-6)});
    const std::string text = csv(results, {{"device=x.yaml", "accelerator.macro.adc.bits=5"},
                                           {"device=y.yaml", "accelerator.macro.adc.bits=6"}});
    std::istringstream in(text);
    std::string header, first, second, none;
    std::getline(in, header);
    std::getline(in, first);
    std::getline(in, second);
    EXPECT_FALSE(std::getline(in, none));
    EXPECT_EQ(header.rfind("accelerator.macro.adc.bits,network,activation_bits,device,", 0), 0u);
    EXPECT_EQ(first.rfind("5,\"a \"\"quoted\"\", name\",4,RRAM,3,3,1.5,1000,3,1.5,3,1.5,2e-06,", 0),
              0u)
        << first;
    EXPECT_EQ(second.substr(0, 2), "6,");
    const auto commas = [](const std::string& s) { return std::count(s.begin(), s.end(), ','); };
    EXPECT_EQ(commas(first), commas(header) + 1);  // one inside the quotes
}

TEST(Table, aligns_and_shows_what_differs) {
    Json results = Json::array({small_result("RRAM", 2e-6), small_result("RRAM", 3e-6)});
    EXPECT_TRUE(varied_keys(results).empty());
    results[1]["config"]["accelerator"]["macro"]["adc"]["bits"] = 5;
    EXPECT_EQ(varied_keys(results), std::vector<std::string>{"/accelerator/macro/adc/bits"});
    const Table table = summary(results);
    EXPECT_EQ(table.header[2], "adc.bits");
    EXPECT_EQ(table.rows[0][2], "8");
    EXPECT_EQ(table.rows[1][2], "5");
    EXPECT_EQ(to_text(Table{{"n", "word"}, {{"1", "ab"}, {"100", "µ"}}}),
              "  n  word\n---  ----\n  1  ab\n100  µ\n");
}

Json repetition(const std::string& device, int seed, double top1) {
    Json result = small_result(device, 1e-6 * seed);
    result["top1"] = top1;
    result["adc"] = {{"conversions", 200}, {"clipped", 2 * seed}};
    result["config"]["seed"] = seed;
    result["config"]["activation_bits"] = 4;
    result["config"]["device"]["name"] = device;
    result["manifest"]["seed"] = seed;
    return result;
}

TEST(Repetitions, mean_deviation_and_histogram_over_seeds) {
    const std::vector<double> accuracies = {0.80, 0.82, 0.84, 0.84, 0.90};
    Json results = Json::array({repetition("SRAM", 9, 0.5)});
    for (std::size_t i = 0; i < accuracies.size(); ++i)
        results.push_back(repetition("RRAM", static_cast<int>(i) + 1, accuracies[i]));
    const Json merged = merge_repetitions(results);
    ASSERT_EQ(merged.size(), 2u);
    EXPECT_EQ(merged[0], results[0]) << "alone in its group";
    const Json& spread = merged[1].at("repetitions");
    EXPECT_EQ(spread.at("seeds"), Json::array({1, 2, 3, 4, 5}));
    EXPECT_DOUBLE_EQ(merged[1].at("top1").get<double>(), 0.84);
    EXPECT_DOUBLE_EQ(merged[1].at("components")[0].at("dynamic_energy_j").get<double>(), 1.5e-6);
    EXPECT_EQ(merged[1].at("macs"), Json(1000)) << "equal integers stay integers";
    const Json& top1 = spread.at("top1");
    EXPECT_DOUBLE_EQ(top1.at("mean").get<double>(), 0.84);
    // ((-.04)^2 + (-.02)^2 + .06^2) / 4 = 0.0014
    EXPECT_NEAR(top1.at("deviation").get<double>(), std::sqrt(0.0014), 1e-12);
    EXPECT_EQ(top1.at("min"), Json(0.80));
    EXPECT_EQ(top1.at("max"), Json(0.90));
    EXPECT_EQ(top1.at("histogram").at("counts"), Json::array({2, 2, 1})) << "the largest is in";
    EXPECT_DOUBLE_EQ(spread.at("clipped").at("mean").get<double>(), 0.03);
    EXPECT_EQ(spread.at("energy_j").at("histogram").at("counts"), Json::array({2, 1, 2}));
    ASSERT_EQ(statistics(merged).size(), 1u);
    const Table table = statistics_table(merged);
    ASSERT_EQ(table.rows.size(), 1u);
    EXPECT_EQ(table.rows[0][2], "5");
    EXPECT_EQ(table.rows[0][3], "84.00");
    EXPECT_EQ(table.rows[0][4], "3.74");
}

TEST(Repetitions, other_configurations_are_other_groups) {
    Json results = Json::array({repetition("RRAM", 1, 0.5), repetition("RRAM", 2, 0.6),
                                repetition("RRAM", 1, 0.7), repetition("RRAM", 2, 0.7)});
    for (const std::size_t i : {2, 3}) results[i]["config"]["images"] = 7;
    const Json merged = merge_repetitions(results);
    ASSERT_EQ(merged.size(), 2u);
    EXPECT_EQ(merged[0].at("repetitions").at("top1").at("max"), Json(0.6));
    const Json& same = merged[1].at("repetitions").at("top1");
    EXPECT_EQ(same.at("deviation"), Json(0.0));
    EXPECT_EQ(same.at("histogram").at("counts"), Json::array({2}));
}

TEST(Lines, x_is_the_first_number_varied_and_what_follows_from_it_makes_no_line) {
    Json results = Json::array();
    for (const char* scale : {"rows", "unit_lsb"})
        for (const int bits : {6, 4}) {
            Json result = repetition("SRAM", 1, 0.5);
            Json& adc = result["config"]["accelerator"]["macro"]["adc"];
            adc = {{"bits", bits}, {"conversion_cycles", 2 * bits}, {"full_scale", scale}};
            results.push_back(result);
        }
    const Lines lines = lines_of(results);
    EXPECT_EQ(lines.x_label, "adc.bits");
    ASSERT_EQ(lines.list.size(), 2u);
    EXPECT_EQ(lines.list[0].name, "SRAM, adc.full_scale rows");
    ASSERT_EQ(lines.list[0].results.size(), 2u);
    EXPECT_EQ(value_at(*lines.list[0].results[0], lines.x), "4") << "rising";
}

}  // namespace
}  // namespace cimarron
