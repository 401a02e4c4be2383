// SPDX-License-Identifier: Apache-2.0
#include "hw/technology/constants.h"
#include "common/error.h"
#include "hw/cost/adc_cost.h"
#include "hw/cost/array_cost.h"
#include "hw/cost/dram_cost.h"
#include "hw/cost/sample_and_hold_cost.h"
#include "hw/cost/timing.h"
#include "hw/cost/word_line_driver_cost.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <functional>

namespace cimarron {
namespace {

// Every number the model gives for a chip; empty when it refuses the chip.
std::vector<double> figures(const AcceleratorParams& params, const Technology& technology,
                            const Device& device) {
    std::vector<double> all;
    const auto add = [&](const ComponentCost& cost) {
        all.push_back(cost.area.value());
        all.push_back(cost.leakage.value());
        for (const EventCost& event : cost.events) all.push_back(event.per_event.value());
    };
    MacroParams with_flash = params.macro;
    with_flash.adc.type = AdcType::flash;
    try {
        for (const ComponentCost& cost : chip_cost(params, technology, device)) add(cost);
        add(adc_cost(with_flash, technology));
        DramParams dram;
        dram.bytes = 1 << 20;
        add(dram_cost(dram, technology));
        const DramTiming row = dram_timing(dram, picoseconds(1000), technology);
        all.insert(all.end(), {1.0 * row.activate_cycles, 1.0 * row.precharge_cycles,
                               1.0 * row.access_cycles, 1.0 * row.bytes_per_cycle});
        const DerivedTiming timing = derive_timing(params, technology, device);
        all.push_back(timing.conversion_cycles);
        all.push_back(timing.write_cycles);
        all.push_back(drive_time(params.macro, technology, device).value());
        all.push_back(settle_time(params.macro, technology, device).value());
        all.push_back(sample_time(params.macro, technology).value());
    } catch (const UserError&) {
        return {};
    }
    return all;
}

AcceleratorParams chip() {
    AcceleratorParams params;
    params.macro.word_line_driver.dac_bits = 2;
    return params;
}

// Much less or much more of a constant, whichever the model answers to.
bool matters(double value, const std::function<std::vector<double>(double)>& figures_with) {
    const std::vector<double> before = figures_with(value);
    EXPECT_FALSE(before.empty());
    const double other = value == 0 ? 1 : 10 * value;
    return figures_with(value / 2) != before || figures_with(other) != before;
}

TEST(Constants, EachOneOfTheTechnologyMovesAFigure) {
    Technology technology = shipped_technology();
    const Device& sram = shipped_devices()[0];
    visit_technology(technology, [&](const ConstantKey& key, Constant& constant) {
        const double value = constant.value;
        EXPECT_TRUE(matters(value,
                            [&](double changed) {
                                constant.value = changed;
                                return figures(chip(), technology, sram);
                            }))
            << key.section << "." << key.name;
        constant.value = value;
    });
}

TEST(Constants, EachOneOfEveryDeviceMovesAFigure) {
    for (Device device : shipped_devices())
        visit_device(device, [&](const ConstantKey& key, Constant& constant) {
            const double value = constant.value;
            EXPECT_TRUE(matters(value,
                                [&](double changed) {
                                    constant.value = changed;
                                    return figures(chip(), shipped_technology(), device);
                                }))
                << device.name << ": " << key.name;
            constant.value = value;
        });
}

// Prices are computed from the constants alone: the same in, the same out.
TEST(Constants, FiguresAreReproducible) {
    for (const Device& device : shipped_devices())
        EXPECT_EQ(figures(chip(), shipped_technology(), device),
                  figures(chip(), shipped_technology(), device));
}

}  // namespace
}  // namespace cimarron
