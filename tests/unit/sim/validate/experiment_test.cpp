// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/cost/digital_array_cost.h"
#include "hw/cost/uncertainty.h"
#include "hw/macro/macro_timing.h"
#include "sim/validate/model.h"
#include "tests/unit/sim/validate/shipped.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace cimarron::test {
namespace {

// A copy of a shipped file beside the others, changed.
class ChangedFile {
public:
    ChangedFile(const std::string& macro, const std::string& from, const std::string& to) {
        std::ifstream in(validate_folder() / (macro + ".yaml"));
        std::string text((std::istreambuf_iterator<char>(in)), {});
        replace_all(text, "../", (validate_folder().parent_path() / "").string());
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        std::ofstream(path_) << text;
    }
    ~ChangedFile() { std::filesystem::remove(path_); }
    ChangedFile(const ChangedFile&) = delete;
    ChangedFile& operator=(const ChangedFile&) = delete;

    std::string error() const {
        try {
            for (const Experiment& experiment : load_experiments(path_)) validate(experiment);
        } catch (const UserError& wrong) {
            return wrong.what();
        }
        return {};
    }

private:
    static void replace_all(std::string& text, const std::string& from, const std::string& to) {
        for (auto at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    }

    const std::filesystem::path path_ =
        std::filesystem::temp_directory_path() /
        ("cimarron_experiment_" +
         std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".yaml");
};

TEST(Experiment, MistakesAreNamedWithTheirPlace) {
    const auto error = [](const char* from, const char* to) {
        return ChangedFile("yoon40", from, to).error();
    };
    EXPECT_EQ(error("rows: 9", "rows: 9"), "");
    EXPECT_NE(error("workload: {rows: 9", "workload: {rows: 300").find("do not fit 256 x 256"),
              std::string::npos);
    EXPECT_NE(error("macro.adc]", "macro.acd]").find("components name one that the macro has not"),
              std::string::npos);
    EXPECT_NE(error("generic: 3", "generic: wide").find("bands.generic: "), std::string::npos);
    EXPECT_NE(error("35 %", "35 parts %").find("must be a factor or a percentage"),
              std::string::npos);
    EXPECT_NE(error("figure: energy_pj", "figure: joules").find("must be one of energy_pj"),
              std::string::npos);
    EXPECT_NE(error("informs: sense_energy", "informs: sense").find("must be one of array_area"),
              std::string::npos);
    EXPECT_NE(error("input_bits: 1,", "input_bit: 1,").find("input_bits: is missing"),
              std::string::npos);
}

// The activity is the datapath's own: bits, rows and columns of the workload.
TEST(Experiment, ActivityIsThatOfTheWorkload) {
    const Experiment& jia = shipped_experiments().at("jia65").front();
    const MacroParams params = resolve_macro(jia.config, jia.technology, jia.device);
    const MacroActivity activity = mvm_activity(jia, params);
    EXPECT_EQ(activity.adc.conversions, 256);
    EXPECT_EQ(activity.array.cell_writes, 0);
    EXPECT_NEAR(static_cast<double>(activity.word_line_driver.active_lines), 2304 * 0.5, 100);
    EXPECT_NEAR(static_cast<double>(activity.array.on_cells), 2304 * 256 * 0.25, 2304 * 256 * 0.02);
    EXPECT_EQ(mvm_timing(params, 2304, 256, 1).total, 54);
}

// One line of each pair rises, and a cell is on where the signs agree; converters work once.
TEST(Experiment, XnorDrivesALineInEveryRow) {
    Experiment jia = shipped_experiments().at("jia65").front();
    jia.workload.product = Product::xnor;
    jia.workload.input_ones = 0.9;
    jia.workload.weight_ones = 0.9;
    const MacroParams params = resolve_macro(jia.config, jia.technology, jia.device);
    const MacroActivity activity = mvm_activity(jia, params);
    EXPECT_EQ(activity.adc.conversions, 256);
    EXPECT_EQ(activity.array.column_reads, 256);
    EXPECT_EQ(activity.word_line_driver.active_lines, 2304);
    EXPECT_NEAR(static_cast<double>(activity.array.on_cells), 2304 * 256 * 0.82, 2304 * 256 * 0.02);
}

DigitalArrayParams tree(int rows, int columns, int weight_bits) {
    DigitalArrayParams p;
    p.rows = rows;
    p.columns = columns;
    p.input_bits = 2;
    p.weight_bits = weight_bits;
    p.accumulator_bits = 23;
    return p;
}

double total_area(const DigitalArrayParams& p) {
    const Experiment& e = shipped_experiments().at("dimc28").front();
    double all = 0;
    for (const ComponentCost& cost : digital_array_cost(p, e.technology, e.device))
        all += cost.area.value();
    return all;
}

// 4 rows of 2 bits: two adders of 2 bits and one of 3 are 7 full adders, in 3 NAND2 and 2 XOR2
// each.
TEST(DigitalArray, AdderTreeWorkedOutByHand) {
    const Experiment& e = shipped_experiments().at("dimc28").front();
    const LogicTechnology& logic = e.technology.logic;
    const auto costs = digital_array_cost(tree(4, 1, 1), e.technology, e.device);
    const double full_adder = 3 * logic.nand2_energy.value + 2 * logic.xor2_energy.value;
    EXPECT_NEAR(costs[2].events[0].per_event / femtojoules(1), 7 * full_adder, 1e-9);
    EXPECT_NEAR(costs[1].events[0].per_event / femtojoules(1), 8 * logic.nand2_energy.value, 1e-9);
    EXPECT_NEAR(costs[0].area / square_microns(1),
                4 * e.device.cell_area.value * e.technology.calibration.array_area.value, 1e-9);
}

TEST(DigitalArray, GrowsWithEachOfItsSizes) {
    const double base = total_area(tree(64, 8, 8));
    EXPECT_GT(total_area(tree(128, 8, 8)), 1.9 * base);
    EXPECT_NEAR(total_area(tree(64, 16, 8)), 2 * base, 1e-9 * base);
    DigitalArrayParams ripple = tree(64, 16, 1);
    ripple.style = DigitalStyle::ripple;
    ripple.guard_columns = 7;
    const Experiment& e = shipped_experiments().at("colonnade").front();
    const Seconds slow = digital_cycle_time(ripple, e.technology);
    ripple.registers_per_column = 4;
    EXPECT_LT(digital_cycle_time(ripple, e.technology), slow);
    EXPECT_EQ(ripple.weights(), 2);
}

// Two independent constants of factors 2 and 3 on a product: the logarithms add in squares.
TEST(Uncertainty, IndependentRangesAddInSquares) {
    const Experiment& e = shipped_experiments().at("jia65").front();
    Technology technology = e.technology;
    Device device = e.device;
    const Figures product = [](const Technology& t, const Device& d) {
        return std::vector<double>{t.wire.capacitance.value * d.cell_area.value, 0};
    };
    technology.wire.capacitance.low_factor = 0.5;
    technology.wire.capacitance.high_factor = 2;
    device.cell_area.low_factor = 1;
    device.cell_area.high_factor = 3;
    const std::vector<Ranged> ranged = propagate(technology, device, product);
    const double value = technology.wire.capacitance.value * device.cell_area.value;
    EXPECT_NEAR(ranged[0].high / value, std::exp(std::hypot(std::log(2), std::log(3))), 1e-9);
    EXPECT_NEAR(ranged[0].low / value, 0.5, 1e-9);
    ASSERT_EQ(ranged[0].influences.size(), 2u);
    EXPECT_EQ(ranged[0].influences[0].constant, "technology.wire.capacitance");
    EXPECT_EQ(ranged[0].influences[1].constant, "device.cell_area");
    EXPECT_EQ(ranged[1].high, 0);
}

TEST(Uncertainty, ConstantsOfOneFitMoveTogether) {
    const Experiment& e = shipped_experiments().at("dimc28").front();
    const Figures gates = [](const Technology& t, const Device&) {
        return std::vector<double>{t.logic.nand2_energy.value + t.logic.xor2_energy.value};
    };
    const std::vector<Ranged> ranged = propagate(e.technology, e.device, gates);
    ASSERT_EQ(ranged[0].influences.size(), 1u);
    EXPECT_EQ(ranged[0].influences[0].constant, "technology.logic.*_energy");
    EXPECT_NEAR(ranged[0].influences[0].high, e.technology.logic.nand2_energy.high_factor, 1e-9);
}

TEST(Uncertainty, NothingUncertainLeavesNoRange) {
    Experiment e = shipped_experiments().at("isaac").front();
    for (const ValidationRow& row : validate(e)) {
        EXPECT_EQ(row.low, row.ours);
        EXPECT_EQ(row.high, row.ours);
    }
}

}  // namespace
}  // namespace cimarron::test
