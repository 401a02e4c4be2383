// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace cimarron {
namespace {

constexpr int kSeeds = 50;

// Runs the body with random parameters on every shipped device.
void for_random_chips(
    const std::function<void(Rng&, const AcceleratorParams&, const Device&)>& body) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        const AcceleratorParams params = random_params(rng);
        for (const Device& device : shipped_devices()) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << device.name);
            body(rng, params, device);
        }
    }
}

TEST(ChipCost, EveryPriceIsAtLeastZeroAndOnlyCellsAndStepsMayBeFree) {
    for_random_chips([](Rng&, const AcceleratorParams& params, const Device& device) {
        for (const ComponentCost& cost : chip_cost(params, shipped_technology(), device)) {
            SCOPED_TRACE(cost.name);
            EXPECT_GE(cost.leakage, Power());
            EXPECT_EQ(cost.area > Area(), cost.instances > 0);
            for (const EventCost& event : cost.events) {
                const bool ramp = params.macro.adc.type == AdcType::ramp;
                const bool free = cost.instances == 0 ||
                                  (!device.resistive() && event.name == "off_cell") ||
                                  (!ramp && event.name == "code_step");
                if (!free) {
                    EXPECT_GT(event.per_event, Energy()) << event.name;
                }
            }
        }
    });
}

TEST(ChipCost, NamesTheComponentsOfTheChip) {
    const std::vector<std::string> expected = {"macro.array",
                                               "macro.word_line_driver",
                                               "macro.sample_and_hold",
                                               "macro.column_mux",
                                               "macro.adc",
                                               "macro.shift_adder",
                                               "macro.control",
                                               "tile.input_buffer",
                                               "tile.input_register",
                                               "tile.adder_tree",
                                               "tile.window_sum",
                                               "tile.post_processing",
                                               "tile.output_buffer",
                                               "tile.residual_buffer",
                                               "interconnect",
                                               "global_buffer"};
    std::vector<std::string> names;
    const AcceleratorParams params;
    for (const ComponentCost& cost :
         chip_cost(params, shipped_technology(), shipped_devices().front()))
        names.push_back(cost.name);
    EXPECT_EQ(names, expected);
}

TEST(ChipCost, CountsInstances) {
    for_random_chips([](Rng&, const AcceleratorParams& p, const Device& device) {
        const auto costs = chip_cost(p, shipped_technology(), device);
        const std::int64_t macros = std::int64_t{p.tiles} * p.tile.macros;
        EXPECT_EQ(find(costs, "macro.array").instances, macros);
        EXPECT_EQ(find(costs, "macro.adc").instances, macros * p.macro.adcs());
        EXPECT_EQ(find(costs, "macro.word_line_driver").instances, macros * p.macro.array.rows);
        EXPECT_EQ(find(costs, "macro.sample_and_hold").instances,
                  p.macro.sample_and_hold.present ? macros * p.macro.array.columns : 0);
        EXPECT_EQ(find(costs, "tile.output_buffer").instances, p.tiles);
        EXPECT_EQ(find(costs, "global_buffer").instances, 1);
    });
}

TEST(Price, ComponentsAddUpToTheTotal) {
    for_random_chips([](Rng& rng, const AcceleratorParams& params, const Device& device) {
        const auto costs = chip_cost(params, shipped_technology(), device);
        const Seconds elapsed = nanoseconds(rng.uniform(1, 1e6));
        const auto results = price(costs, random_activity(rng), elapsed);
        Energy events, leakage;
        Area area;
        for (const ComponentResult& component : results) {
            Energy own;
            for (const EventResult& event : component.events) own += event.energy;
            EXPECT_DOUBLE_EQ(own.value(), component.dynamic.value()) << component.name;
            events += own;
            leakage += find(costs, component.name).leakage * elapsed;
            area += find(costs, component.name).area;
        }
        EXPECT_DOUBLE_EQ(total_dynamic(results).value(), events.value());
        EXPECT_DOUBLE_EQ(total_leakage(results).value(), leakage.value());
        EXPECT_DOUBLE_EQ(total_energy(results).value(), (events + leakage).value());
        EXPECT_DOUBLE_EQ(total_area(results).value(), area.value());
    });
}

TEST(Price, NoActivityLeavesOnlyLeakage) {
    for_random_chips([](Rng& rng, const AcceleratorParams& params, const Device& device) {
        const Seconds elapsed = nanoseconds(rng.uniform(1, 1e6));
        const auto results = price(chip_cost(params, shipped_technology(), device), {}, elapsed);
        EXPECT_EQ(total_dynamic(results), Energy());
        EXPECT_GT(total_leakage(results), Energy());
        EXPECT_EQ(total_energy(results), total_leakage(results));
    });
}

TEST(Price, NoTimeLeavesOnlyActivity) {
    Rng rng(1);
    const auto results =
        price(chip_cost(AcceleratorParams{}, shipped_technology(), shipped_devices().front()),
              random_activity(rng), Seconds());
    EXPECT_EQ(total_leakage(results), Energy());
    EXPECT_GT(total_dynamic(results), Energy());
}

// Every counter that is priced.
std::vector<std::int64_t*> counters(AcceleratorActivity& a) {
    return {&a.macro.array.column_reads,
            &a.macro.array.on_cells,
            &a.macro.array.active_cells,
            &a.macro.array.cell_writes,
            &a.macro.word_line_driver.drives,
            &a.macro.word_line_driver.active_lines,
            &a.macro.sample_and_hold.samples,
            &a.macro.column_mux.switches,
            &a.macro.adc.conversions,
            &a.macro.shift_adder.additions,
            &a.macro.control_steps,
            &a.tile.input_buffer.reads,
            &a.tile.input_buffer.writes,
            &a.tile.output_buffer.reads,
            &a.tile.output_buffer.writes,
            &a.tile.residual_buffer.reads,
            &a.tile.residual_buffer.writes,
            &a.tile.adder_tree.additions,
            &a.tile.window_sum.additions,
            &a.tile.post_processing.affines,
            &a.tile.post_processing.residuals,
            &a.tile.post_processing.quantizations,
            &a.tile.post_processing.compares,
            &a.tile.post_processing.additions,
            &a.tile.input_register_bits,
            &a.interconnect.transfers,
            &a.interconnect.flits,
            &a.interconnect.payload_bits,
            &a.global_buffer.reads,
            &a.global_buffer.writes};
}

TEST(Price, TwiceTheActivityIsExactlyTwiceTheDynamicEnergy) {
    for_random_chips([](Rng& rng, const AcceleratorParams& params, const Device& device) {
        const auto costs = chip_cost(params, shipped_technology(), device);
        AcceleratorActivity activity = random_activity(rng);
        const auto once = price(costs, activity, Seconds(1));
        for (std::int64_t* counter : counters(activity)) *counter *= 2;
        const auto twice = price(costs, activity, Seconds(1));
        for (std::size_t i = 0; i < once.size(); ++i) {
            EXPECT_EQ(twice[i].dynamic, 2 * once[i].dynamic) << once[i].name;
            EXPECT_EQ(twice[i].leakage, once[i].leakage) << once[i].name;
        }
    });
}

// One more of a counter is one more of one event; a cell counted as active and on moves from one
// event to another.
TEST(Price, EveryCounterBuysAnEventOfItsOwn) {
    AcceleratorParams params;
    params.macro.sample_and_hold.present = true;
    const auto costs = chip_cost(params, shipped_technology(), shipped_devices()[1]);
    AcceleratorActivity activity;
    activity.macro.array.active_cells = 1;
    const auto base = price(costs, activity, Seconds());
    std::set<std::string> bought;
    for (std::int64_t* counter : counters(activity)) {
        ++*counter;
        const auto more = price(costs, activity, Seconds());
        for (std::size_t i = 0; i < more.size(); ++i)
            for (std::size_t e = 0; e < more[i].events.size(); ++e)
                if (more[i].events[e].count > base[i].events[e].count) {
                    EXPECT_TRUE(bought.insert(more[i].name + "." + more[i].events[e].name).second);
                }
        --*counter;
    }
    std::size_t events = 0;
    for (const ComponentCost& cost : costs) events += cost.events.size();
    EXPECT_EQ(bought.size(), events);
}

TEST(Price, RefusesCostsOfAnotherShape) {
    auto costs = chip_cost(AcceleratorParams{}, shipped_technology(), shipped_devices().front());
    std::swap(costs.front(), costs.back());
    EXPECT_THROW(price(costs, {}, Seconds(1)), std::runtime_error);
    costs.pop_back();
    EXPECT_THROW(price(costs, {}, Seconds(1)), std::runtime_error);
}

TEST(Price, ProgrammingCellsIsAnEventOfItsOwn) {
    for (const Device& device : shipped_devices()) {
        AcceleratorActivity loading;
        loading.macro.array.cell_writes = 1000;
        const auto results =
            price(chip_cost(AcceleratorParams{}, shipped_technology(), device), loading, Seconds());
        EXPECT_DOUBLE_EQ(total_energy(results).value(),
                         1000 * femtojoules(device.write_energy.value).value());
    }
}

}  // namespace
}  // namespace cimarron
