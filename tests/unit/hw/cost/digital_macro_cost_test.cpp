// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/digital_macro_cost.h"

#include "common/error.h"
#include "hw/cost/digital_array_cost.h"
#include "hw/cost/timing.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

MacroParams digital_macro() {
    MacroParams p;
    p.kind = MacroKind::digital;
    p.array = {128, 64, 64, 1};
    set_digital_steps(p);
    return p;
}

std::vector<ComponentCost> cost(const MacroParams& p) {
    return macro_cost(p, nanoseconds(1), shipped_technology(), shipped_devices().front());
}

// Without pipeline registers and weights of several columns, cells, gates and sums are those of the
// validated array, and one evaluation that touches every row costs one of its cycles.
TEST(DigitalMacroCost, is_the_validated_array) {
    const MacroParams p = digital_macro();
    DigitalArrayParams array;
    array.rows = 64;
    array.columns = 64;
    array.cells_per_multiplier = 2;
    array.accumulator_bits = p.shift_adder.accumulator_bits;
    const auto parts = digital_array_cost(array, shipped_technology(), shipped_devices().front());
    const auto costs = cost(p);
    EXPECT_NEAR(find(costs, "macro.array").area.value(),
                parts[0].area.value() + parts[1].area.value(), 1e-18);
    EXPECT_NEAR(find(costs, "macro.adder_tree").area.value(), parts[2].area.value(), 1e-18);
    EXPECT_NEAR(64 * 64 * event_price(costs, "macro.adder_tree", "operand").value(),
                parts[2].events[0].per_event.value(), 1e-18);
    EXPECT_NEAR(64 * event_price(costs, "macro.shift_adder", "addition").value(),
                parts[3].events[0].per_event.value(), 1e-18);
    EXPECT_GT(find(costs, "macro.shift_adder").area.value(), parts[3].area.value());
    for (const char* analog : {"macro.adc", "macro.sample_and_hold", "macro.column_mux"})
        EXPECT_THROW(find(costs, analog), std::out_of_range) << analog;
}

TEST(DigitalMacroCost, pipeline_registers_grow_with_its_depth_alone) {
    MacroParams p = digital_macro();
    double area = 0;
    double operand = 0;
    const auto first = cost(p);
    for (int stages = 1; stages <= 8; ++stages) {
        p.adder_tree.pipeline_cycles = stages;
        const auto costs = cost(p);
        EXPECT_GT(find(costs, "macro.adder_tree").area.value(), area);
        EXPECT_GT(event_price(costs, "macro.adder_tree", "operand").value(), operand);
        area = find(costs, "macro.adder_tree").area.value();
        operand = event_price(costs, "macro.adder_tree", "operand").value();
        for (const char* other : {"macro.array", "macro.shift_adder", "macro.word_line_driver"})
            EXPECT_EQ(find(costs, other).area.value(), find(first, other).area.value());
    }
}

TEST(DigitalMacroCost, a_pipeline_that_does_not_fit_the_clock_is_refused) {
    AcceleratorParams params;
    params.macro = digital_macro();
    params.clock_period_ps = 1250;
    const DerivedTiming timing =
        derive_timing(params, shipped_technology(), shipped_devices().front());
    EXPECT_GT(timing.pipeline_cycles, 1);
    params.macro.adder_tree.pipeline_cycles = timing.pipeline_cycles;
    EXPECT_NO_THROW(check_digital_timing(params, shipped_technology()));
    --params.macro.adder_tree.pipeline_cycles;
    EXPECT_THROW(check_digital_timing(params, shipped_technology()), UserError);
}

}  // namespace
}  // namespace cimarron
