// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/validate/shipped.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cimarron::test {
namespace {

const NamedCalibration* calibration_of(const std::string& macro, const std::string& name) {
    for (const NamedCalibration& c : shipped_experiments().at(macro).front().calibrations)
        if (c.name == name) return &c;
    return nullptr;
}

std::string label(const ValidationRow& row) {
    return row.macro + ", " + row.quantity + ", " + row.model;
}

// An error that leaves its band fails here, unless the file says why; a reason that no longer holds
// fails too.
TEST(Validation, EveryErrorIsInItsBandOrExplained) {
    int judged = 0;
    for (const auto& [macro, rows] : shipped_rows())
        for (const ValidationRow& row : rows) {
            if (row.band) ++judged;
            EXPECT_EQ(row.within(), row.miss.empty())
                << label(row) << ": " << 100 * row.error() << " %, reason: '" << row.miss << "'";
        }
    EXPECT_GT(judged, 50);
}

TEST(Validation, TheRangeHoldsTheFigure) {
    for (const auto& [macro, rows] : shipped_rows())
        for (const ValidationRow& row : rows) {
            EXPECT_GT(row.ours, 0) << label(row);
            EXPECT_LE(row.low, row.ours) << label(row);
            EXPECT_GE(row.high, row.ours) << label(row);
        }
}

// Calibrated on itself, a class's errors even out: the factor was really taken from these figures.
TEST(Validation, OwnFactorsAreTheOnesTheirFiguresAskFor) {
    for (const auto& [macro, rows] : shipped_rows()) {
        const NamedCalibration* own = calibration_of(macro, "own");
        if (own == nullptr) continue;
        EXPECT_EQ(own->from, std::vector<std::string>{macro});
        for (const auto& [factor, value] : own->factors) {
            double logs = 0;
            int count = 0;
            for (const ValidationRow& row : rows)
                if (row.model == "own" && row.informs == factor) {
                    logs += std::log(row.ours / row.published);
                    ++count;
                }
            ASSERT_GT(count, 0) << macro << ": nothing informs " << factor;
            EXPECT_NEAR(logs / count, 0, 0.02) << macro << ": " << factor;
        }
    }
}

TEST(Validation, SiblingsAreNeverTheMacroItselfAndGiveTheirMeanFactor) {
    int seen = 0;
    for (const auto& [macro, experiments] : shipped_experiments()) {
        const NamedCalibration* siblings = calibration_of(macro, "siblings");
        if (siblings == nullptr) continue;
        EXPECT_EQ(std::count(siblings->from.begin(), siblings->from.end(), macro), 0) << macro;
        for (const auto& [factor, value] : siblings->factors) {
            double logs = 0;
            int count = 0;
            for (const std::string& from : siblings->from) {
                const auto given = calibration_of(from, "own")->factors.find(factor);
                if (given == calibration_of(from, "own")->factors.end()) continue;
                logs += std::log(given->second);
                ++count;
            }
            ASSERT_GT(count, 0) << macro << ": " << factor;
            EXPECT_NEAR(value / std::exp(logs / count), 1, 0.01) << macro << ": " << factor;
            ++seen;
        }
    }
    EXPECT_GT(seen, 5);
}

TEST(Validation, RowsSayWhenTheyAreInSample) {
    for (const auto& [macro, rows] : shipped_rows())
        for (const ValidationRow& row : rows) {
            if (row.model == "own") {
                EXPECT_TRUE(row.in_sample) << label(row);
            }
            if (row.model == "siblings" && row.informs == "sense_energy") {
                EXPECT_FALSE(row.in_sample) << label(row);
            }
        }
    for (const ValidationRow& row : shipped_rows().at("isaac")) EXPECT_TRUE(row.in_sample);
}

TEST(Validation, AnotherPublishedValueLeavesTheBand) {
    Experiment experiment = shipped_experiments().at("jia65").front();
    PublishedFigure adc = experiment.figures.at(1);
    ASSERT_EQ(adc.name, "ADC per conversion");
    experiment.figures = {adc};
    EXPECT_TRUE(validate(experiment).front().within());
    experiment.figures.front().published *= 2.5;
    EXPECT_FALSE(validate(experiment).front().within());
}

TEST(Validation, BandsAreFactorsOrPercentages) {
    ValidationRow row;
    row.published = 1;
    for (const auto& [ours, within] : std::vector<std::pair<double, bool>>{
             {0.34, true}, {0.33, false}, {2.99, true}, {3.1, false}}) {
        row.ours = ours;
        row.band = Band{1.0 / 3, 3};
        EXPECT_EQ(row.within(), within) << ours;
    }
    row.ours = 0.7;
    row.band = Band{0.75, 1.25};
    EXPECT_FALSE(row.within());
    row.ours = 0.75;
    EXPECT_TRUE(row.within());
}

// The generic model uses no calibration at all, whatever the technology file holds.
TEST(Validation, GenericMeansFactorsOfOne) {
    Experiment experiment = shipped_experiments().at("jia65").front();
    const double before = validate(experiment).back().ours;
    const double generic = validate(experiment).front().ours;
    experiment.technology.calibration.array_energy.value = 7;
    EXPECT_EQ(validate(experiment).front().ours, generic);
    EXPECT_EQ(validate(experiment).back().ours, before);
}

TEST(Validation, JsonHoldsEveryColumn) {
    const Json rows = to_json(shipped_rows().at("yoon40"));
    ASSERT_FALSE(rows.empty());
    for (const char* key : {"macro", "quantity", "unit", "model", "published", "ours", "low",
                            "high", "error", "band", "within", "in_sample"})
        EXPECT_TRUE(rows[0].contains(key)) << key;
    const double error = rows[0].at("error").get<double>();
    EXPECT_NEAR(error, rows[0].at("ours").get<double>() / rows[0].at("published").get<double>() - 1,
                1e-12);
}

}  // namespace
}  // namespace cimarron::test
