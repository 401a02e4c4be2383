// SPDX-License-Identifier: Apache-2.0
#include "hw/technology/scaling.h"
#include "common/error.h"
#include "hw/technology/constants.h"
#include "sim/config/scaling_config.h"
#include "tests/support/seed.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cimarron {
namespace {

const ScalingRules& rules() {
    static const ScalingRules shipped = load_scaling(config_path("scaling/stillmaker_baas.yaml"));
    return shipped;
}

const int kNodes[] = {130, 90, 65, 45, 40, 32, 28, 22, 16, 14, 10, 7};

Technology node_file(int node) {
    return load_technology(config_path("technology/" + std::to_string(node) + "nm.yaml"));
}

template <class F>
std::string error_of(F&& f) {
    try {
        f();
    } catch (const UserError& error) {
        return error.what();
    }
    return {};
}

TEST(Scaling, NothingMovesToWhereItIs) {
    const OperatingPoint here{65, 0.9, Flavour::hp};
    EXPECT_DOUBLE_EQ(delay_factor(rules(), here, here), 1);
    EXPECT_DOUBLE_EQ(energy_factor(rules(), here, here), 1);
    EXPECT_DOUBLE_EQ(area_factor(rules(), 65, 65), 1);
}

TEST(Scaling, FactorsOfTheFitsWorkedOutByHand) {
    // 65 nm: -53.3 V^3 + 230.4 V^2 - 333.9 V + 178.6 at 1 V and 0.8 V.
    const double delay_1v = 21.8;
    const double delay_08v = -53.3 * 0.512 + 230.4 * 0.64 - 333.9 * 0.8 + 178.6;
    EXPECT_NEAR(delay_factor(rules(), {65, 1, Flavour::hp}, {65, 0.8, Flavour::hp}),
                delay_08v / delay_1v, 1e-9);
    EXPECT_NEAR(energy_factor(rules(), {22, 0.8, Flavour::hp}, {65, 0.85, Flavour::hp}),
                65.0 / 22 * 0.85 * 0.85 / 0.64, 1e-12);
    // Below 22 nm the energy fits: 10 nm and 7 nm at 0.7 V.
    const double ten = 0.2068 * 0.49 - 0.09311 * 0.7 + 0.02375;
    const double seven = 0.1776 * 0.49 - 0.09097 * 0.7 + 0.02447;
    EXPECT_NEAR(energy_factor(rules(), {10, 0.7, Flavour::hp}, {7, 0.7, Flavour::hp}), seven / ten,
                1e-9);
    EXPECT_NEAR(area_factor(rules(), 65, 7), 1.0 / 25, 1e-12);
}

// A seeded sweep: never dearer, larger or slower towards smaller nodes where the fits say so, and a
// detour over a third point changes nothing.
TEST(Scaling, FactorsComposeAndEnergyAndAreaFallWithTheNode) {
    Rng rng(test::test_seed(5));
    for (int i = 0; i < 500; ++i) {
        const double volts = rng.uniform(0.6, 0.84);
        const double a = rng.uniform(7, 130), b = rng.uniform(7, 130), c = rng.uniform(7, 130);
        const OperatingPoint pa{a, volts, Flavour::hp}, pb{b, volts, Flavour::hp},
            pc{c, volts, Flavour::hp};
        EXPECT_NEAR(delay_factor(rules(), pa, pb) * delay_factor(rules(), pb, pc),
                    delay_factor(rules(), pa, pc), 1e-9 * delay_factor(rules(), pa, pc));
        EXPECT_NEAR(area_factor(rules(), a, b) * area_factor(rules(), b, c),
                    area_factor(rules(), a, c), 1e-9 * area_factor(rules(), a, c));
        if (a < b) {
            EXPECT_GT(area_factor(rules(), a, b), 1);
            EXPECT_GT(energy_factor(rules(), pa, pb), 1) << a << " to " << b << " at " << volts;
        }
    }
}

TEST(Scaling, MoreSupplyIsFasterAndDearerInsideEveryWindow) {
    for (const Flavour flavour : {Flavour::hp, Flavour::lp})
        for (const SupplyFit& fit : flavour == Flavour::hp ? rules().hp : rules().lp)
            for (double v = fit.low; v + 0.02 <= fit.high; v += 0.02) {
                const OperatingPoint low{fit.node, v, flavour}, high{fit.node, v + 0.02, flavour};
                EXPECT_LE(delay_factor(rules(), low, high), 1.0001) << fit.node << " nm, " << v;
                EXPECT_GE(energy_factor(rules(), low, high), 0.999) << fit.node << " nm, " << v;
            }
}

TEST(Scaling, OutsideAWindowIsAnErrorThatNamesIt) {
    const OperatingPoint from{22, 0.8, Flavour::hp};
    EXPECT_NE(error_of([&] {
                  delay_factor(rules(), from, {45, 1.0, Flavour::hp});
              }).find("supply: 1 V is outside the window of the 45 nm hp fit (0.3 to 0.94 V)"),
              std::string::npos);
    EXPECT_NE(error_of([&] {
                  delay_factor(rules(), from, {40, 0.9, Flavour::hp});
              }).find("window of the 32 nm hp fit"),
              std::string::npos);
    EXPECT_NE(error_of([&] {
                  delay_factor(rules(), from, {65, 0.8, Flavour::lp});
              }).find("node: 65 nm is outside the fitted lp nodes (45 to 7 nm)"),
              std::string::npos);
    EXPECT_NE(error_of([&] { area_factor(rules(), 22, 5); }).find("nothing is extrapolated"),
              std::string::npos);
}

TEST(Scaling, AnalogPartsAndArrayWiresStay) {
    const Technology& here = shipped_technology();
    const Technology there = scale(here, {65, 1.0, Flavour::hp}, rules());
    EXPECT_EQ(there.adc.area_exponent_offset.value, here.adc.area_exponent_offset.value);
    EXPECT_EQ(there.periphery.dac_area.value, here.periphery.dac_area.value);
    EXPECT_EQ(there.wire.capacitance.value, here.wire.capacitance.value);
    EXPECT_EQ(there.node.value, 65);
    EXPECT_EQ(there.supply.value, 1);
    EXPECT_GT(there.logic.nand2_area.value, here.logic.nand2_area.value);
}

TEST(Scaling, AMovedConstantSaysSoAndIsLessCertain) {
    const Technology there = scale(shipped_technology(), {65, 1.0, Flavour::hp}, rules());
    const Constant& before = shipped_technology().logic.nand2_energy;
    const Constant& after = there.logic.nand2_energy;
    EXPECT_NE(after.source.find(before.source), std::string::npos);
    EXPECT_NE(after.source.find("22 nm 0.8 V hp to 65 nm 1 V"), std::string::npos);
    EXPECT_GT(after.high_factor, before.high_factor);
    EXPECT_LT(after.low_factor, before.low_factor);
}

TEST(Scaling, EveryShippedNodeLoadsWithASourceForEachConstant) {
    double area = 1e9, energy = 1e9;
    for (const int node : kNodes) {
        const Technology technology = node_file(node);
        EXPECT_EQ(technology.node.value, node);
        for (const Constant& constant : constants(technology))
            EXPECT_FALSE(constant.source.empty()) << node << " nm: " << constant.name;
        const double volts = technology.supply.value;
        const double per_v2 = technology.logic.nand2_energy.value / volts / volts;
        EXPECT_LT(technology.logic.nand2_area.value, area) << node;
        EXPECT_LT(per_v2, energy) << node;
        area = technology.logic.nand2_area.value;
        energy = per_v2;
        EXPECT_EQ(technology.sram_buffer.present, node <= 90 && node >= 22) << node;
    }
}

TEST(Scaling, ANodeWithoutBufferFitRefusesToPriceOne) {
    EXPECT_NE(error_of([] {
                  chip_cost(AcceleratorParams{}, node_file(130), shipped_devices()[0]);
              }).find("130 nm: has no sram_buffer section"),
              std::string::npos);
}

TEST(Scaling, AFileOfAnotherNodeMustStateWhatNoRuleMoves) {
    YAML::Node node = YAML::LoadFile(config_path("technology/65nm.yaml").string());
    node["scaled_from"] = config_path("technology/22nm.yaml").string();
    node["rules"] = config_path("scaling/stillmaker_baas.yaml").string();
    const auto error = [&] {
        return error_of([&] { read_technology(YamlReader::parse(YAML::Dump(node), "x.yaml")); });
    };
    EXPECT_EQ(error(), "");
    node["wire"].remove("resistance");
    EXPECT_NE(error().find("wire.resistance: is missing"), std::string::npos);
}

TEST(Range, DefaultsFollowTheGradeAndAGivenOneMustHoldTheValue) {
    const Technology& technology = shipped_technology();
    EXPECT_DOUBLE_EQ(technology.logic.nand2_energy.high_factor, range_factor(Grade::fitted));
    EXPECT_DOUBLE_EQ(technology.wire.capacitance.low_factor, 1 / range_factor(Grade::published));
    EXPECT_EQ(technology.supply.high_factor, 1);
    EXPECT_EQ(technology.sram_buffer.read_port_exponent.high_factor, 1);
    YAML::Node node = YAML::LoadFile(config_path("technology/22nm.yaml").string());
    for (const char* bad : {"[1, 2]", "[0, 1]", "[0.379]", "[2, 0.1]"}) {
        node["logic"]["nand2_area"]["range"] = YAML::Load(bad);
        EXPECT_NE(error_of([&] {
                      read_technology(YamlReader::parse(YAML::Dump(node), "x.yaml"));
                  }).find("logic.nand2_area.range: "),
                  std::string::npos)
            << bad;
    }
    node["logic"]["nand2_area"]["range"] = YAML::Load("[0.3, 0.5]");
    const Technology given = read_technology(YamlReader::parse(YAML::Dump(node), "x.yaml"));
    EXPECT_DOUBLE_EQ(given.logic.nand2_area.low(), 0.3);
    EXPECT_DOUBLE_EQ(given.logic.nand2_area.high(), 0.5);
}

}  // namespace
}  // namespace cimarron
