// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/compare.h"

#include "common/rng.h"
#include "sim/compare/differences.h"
#include "sim/compare/points.h"
#include "sim/result/result_key.h"
#include "tests/support/seed.h"
#include "tests/unit/sim/sample_result.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cimarron::test {
namespace {

Json one(const Json& result) {
    return Json::array({result});
}

std::vector<std::string> places(const Comparison& found) {
    std::vector<std::string> all;
    for (const Difference& difference : found.differences) all.push_back(difference.place);
    return all;
}

// Results of a sweep: what was assigned is in the configuration, and figures follow.
Json point(const std::string& device, int bits, const std::string& mapping, double sigma) {
    Json result = sample_result();
    result["device"] = device;
    result["activation_bits"] = bits;
    result["config"]["accelerator"] = {{"tiles", bits + 2}, {"mapping", mapping}};
    result["config"]["device"]["sigma"] = {{"value", sigma}, {"unit", "%"}, {"source", device}};
    result["energy_j"] = 1e-6 * bits + sigma;
    return result;
}

TEST(Compare, a_result_is_the_same_as_itself_whatever_the_tolerance) {
    const Json result = one(sample_result());
    for (const double tolerance : {0.0, 1e-6, 1.0}) {
        const Comparison found = compare(result, result, tolerance);
        EXPECT_TRUE(found.differences.empty());
        EXPECT_EQ(found.points, 1u);
        EXPECT_GT(found.values, 40u);
    }
    EXPECT_EQ(to_text(compare(result, result, 0), 20).rfind("the same: ", 0), 0u);
}

// Over every number of a result: changed by more than the tolerance it is found at its place, by
// less it is not.
TEST(Compare, finds_each_number_that_moves_by_more_than_the_tolerance) {
    Rng rng(test_seed(3));
    const Json before = sample_result();
    const Json flat = before.flatten();
    int numbers = 0;
    for (const auto& [pointer, value] : flat.items()) {
        if (!value.is_number_float()) continue;
        ++numbers;
        const double moved = rng.uniform(1e-5, 1e-3) * (rng.coin(0.5) ? 1 : -1);
        Json after = before;
        after[Json::json_pointer(pointer)] = value.get<double>() * (1 + moved);
        const Comparison found = compare(one(before), one(after), 1e-6);
        ASSERT_EQ(found.differences.size(), 1u) << pointer;
        EXPECT_NEAR(found.differences[0].relative, std::fabs(moved), 2e-3 * std::fabs(moved))
            << pointer;
        EXPECT_TRUE(compare(one(before), one(after), 2e-3).differences.empty()) << pointer;
        EXPECT_EQ(compare(one(before), one(after), 0).differences.size(), 1u) << pointer;
    }
    EXPECT_GT(numbers, 20);
}

// By its description, and by nothing else.
TEST(Compare, passes_over_what_the_descriptions_except) {
    const Json before = sample_result();
    std::size_t passed_over = 0;
    for (const ResultKey& key : result_keys()) {
        if (!key.always || key.type != ResultType::text) continue;
        Json after = before;
        std::string pointer = "/" + key.path;
        for (std::size_t at; (at = pointer.find("[]")) != std::string::npos;)
            pointer.replace(at, 2, "/0");
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        after[Json::json_pointer(pointer)] = "another word";
        const bool tolerant = compare(one(before), one(after), 1e-6).differences.empty();
        const bool exact = compare(one(before), one(after), 0).differences.empty();
        EXPECT_EQ(tolerant, key.compared != Compared::always) << key.path;
        EXPECT_EQ(exact, key.compared == Compared::never) << key.path;
        passed_over += tolerant ? 1 : 0;
    }
    EXPECT_EQ(passed_over, 3u) << "detail of checks, program and version";
    EXPECT_TRUE(compare(one(before), one(without(before, "schema")), 0).differences.empty());
}

TEST(Compare, what_is_missing_or_no_number_differs) {
    const Json before = sample_result();
    for (const ResultKey& key : result_keys()) {
        if (!key.always || key.compared != Compared::always || key.path.back() == '*') continue;
        // The name of an item tells it from others: without it they are compared in order.
        const Json after = without(before, key.path);
        for (const double tolerance : {0.0, 1.0}) {
            EXPECT_FALSE(compare(one(before), one(after), tolerance).differences.empty())
                << key.path;
            EXPECT_FALSE(compare(one(after), one(before), tolerance).differences.empty())
                << key.path;
        }
    }
    Json broken = before;
    broken["energy_j"] = nullptr;  // as JSON writes what is no number
    EXPECT_EQ(places(compare(one(broken), one(broken), 1)), std::vector<std::string>{"energy_j"});
    Json longer = before;
    longer["image_cycles"].push_back(4);
    EXPECT_EQ(places(compare(one(before), one(longer), 1)),
              std::vector<std::string>{"image_cycles[1]"});
}

TEST(Compare, items_are_found_by_name_and_their_order_counts_only_without_tolerance) {
    Json before = sample_result();
    Json item = before["layers"][0];
    for (const char* name : {"b", "c"}) {
        item["name"] = name;
        before["layers"].push_back(item);
    }
    Json after = before;
    std::swap(after["layers"][0], after["layers"][2]);
    EXPECT_TRUE(compare(one(before), one(after), 1e-6).differences.empty());
    EXPECT_EQ(places(compare(one(before), one(after), 0)),
              std::vector<std::string>{"layers (order)"});
    after["layers"][0]["cycles"] = 4;
    after["layers"].erase(1);
    const Comparison found = compare(one(before), one(after), 1e-6);
    EXPECT_EQ(places(found), (std::vector<std::string>{"layers[b]", "layers[c].cycles"}));
    EXPECT_DOUBLE_EQ(found.differences[1].relative, 0.25);
}

TEST(Compare, the_worst_stands_first_and_the_rest_is_counted) {
    const Json before = sample_result();
    Json after = before;
    after["energy_j"] = 1.6;
    after["area_mm2"] = 3.0;
    after["network"] = "other";
    const Comparison found = compare(one(before), one(after), 1e-6);
    EXPECT_EQ(places(found), (std::vector<std::string>{"network", "area_mm2", "energy_j"}));
    const std::string text = to_text(found, 2);
    EXPECT_NE(text.find("area_mm2  1.5   3.0    0.5\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("energy_j"), std::string::npos) << text;
    EXPECT_NE(text.find("... and 1 more (--all)\n3 differences: "), std::string::npos) << text;
}

TEST(Compare, points_are_matched_by_what_tells_them_apart) {
    Json a = Json::array();
    for (const char* device : {"SRAM", "RRAM"})
        for (const int bits : {1, 4})
            for (const char* mapping : {"fill", "auto"})
                for (const double sigma : {4.3, 10.0})
                    a.push_back(point(device, bits, mapping, sigma));
    Json b = a;
    std::reverse(b.begin(), b.end());
    Comparison found = compare(a, b, 0);
    EXPECT_TRUE(found.differences.empty()) << to_text(found, 5);
    EXPECT_EQ(found.points, 16u);

    // A derived number or a constant of one device that changed is a difference, not another point.
    for (Json& result : b)
        if (result["device"] == "RRAM") {
            result["config"]["accelerator"]["tiles"] = 99;
            result["config"]["device"]["endurance"] = {{"value", 7}, {"unit", "1"}};
        }
    found = compare(a, b, 1e-6);
    EXPECT_EQ(found.points, 16u);
    EXPECT_EQ(found.differences.size(), 16u);
    for (const Difference& difference : found.differences)
        EXPECT_NE(difference.point.find("device=RRAM"), std::string::npos) << difference.point;

    b = a;
    b.erase(0);
    b[0]["energy_j"] = 7.0;
    found = compare(a, b, 1e-6);
    EXPECT_EQ(places(found), (std::vector<std::string>{"(the point)", "energy_j"}));
    EXPECT_EQ(found.differences[0].b, "-");
    EXPECT_EQ(found.differences[1].point,
              "device=SRAM activation_bits=1 accelerator.mapping=fill device.sigma=10.0");
    EXPECT_EQ(places(compare(b, a, 1e-6))[0], "(the point)");
}

}  // namespace
}  // namespace cimarron::test
