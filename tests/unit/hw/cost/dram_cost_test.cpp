// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/dram_cost.h"

#include "common/error.h"
#include "tests/support/seed.h"
#include "tests/unit/hw/cost/round_technology.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

DramParams present(int pins = 16) {
    DramParams params;
    params.bytes = 1 << 20;
    params.pins = pins;
    return params;
}

TEST(DramCost, ABytesPriceIsItsArrayAndItsLine) {
    Technology t = kRound;
    t.dram.activation_energy.value = 7;
    t.dram.read_energy.value = 2;
    t.dram.write_energy.value = 3;
    t.dram.interface_energy.value = 5;
    const auto cost = dram_cost(present(), t);
    EXPECT_DOUBLE_EQ(fj(cost, "activation"), 7000);
    EXPECT_DOUBLE_EQ(fj(cost, "byte_read"), 8 * (2 + 5) * 1000);
    EXPECT_DOUBLE_EQ(fj(cost, "byte_written"), 8 * (3 + 5) * 1000);
    EXPECT_DOUBLE_EQ(nw(cost.leakage), 2e6);
}

TEST(DramCost, StandsBesideTheChipAndIsFreeWhereThereIsNone) {
    EXPECT_EQ(dram_cost(present(), shipped_technology()).area, Area());
    const auto none = dram_cost({}, shipped_technology());
    EXPECT_EQ(none.instances, 0);
    EXPECT_EQ(none.leakage, Power());
    for (const EventCost& event : none.events) EXPECT_EQ(event.per_event, Energy()) << event.name;
}

TEST(DramCost, CountsWhatItPrices) {
    const ComponentCount count = dram_count({1, 2, 3, 4});
    const auto cost = dram_cost(present(), shipped_technology());
    ASSERT_EQ(count.events.size(), cost.events.size());
    for (std::size_t i = 0; i < count.events.size(); ++i) {
        EXPECT_EQ(count.events[i].name, cost.events[i].name);
        EXPECT_EQ(count.events[i].count, static_cast<std::int64_t>(i + 1));
    }
}

// The published figures of this part: 8.47 pJ a bit read (docs/cost.md).
TEST(DramCost, AShippedReadCostsWhatWasPublished) {
    const auto cost = dram_cost(present(), shipped_technology());
    EXPECT_NEAR(fj(cost, "byte_read") / 8000, 8.47, 0.01);
}

TEST(DramTiming, CoversEachTimeWithTheFewestCyclesAndNeverTheBandwidth) {
    Rng rng(test::test_seed(31));
    const DramTechnology& dram = shipped_technology().dram;
    for (int i = 0; i < 200; ++i) {
        const double period_ns = rng.uniform_int(700, 20000) / 1000.0;
        const int pins = 8 * rng.uniform_int(1, 16);
        const DramTiming timing =
            dram_timing(present(pins), nanoseconds(period_ns), shipped_technology());
        const auto expect_fewest = [&](int cycles, const Constant& ns) {
            EXPECT_GE(cycles * period_ns, ns.value * (1 - 1e-9));
            EXPECT_TRUE(cycles == 1 || (cycles - 1) * period_ns < ns.value);
        };
        expect_fewest(timing.activate_cycles, dram.activate_time);
        expect_fewest(timing.precharge_cycles, dram.precharge_time);
        expect_fewest(timing.access_cycles, dram.access_time);
        const double bytes = pins * dram.pin_rate.value / 8 * period_ns;
        EXPECT_LE(timing.bytes_per_cycle, bytes * (1 + 1e-9));
        EXPECT_GT(timing.bytes_per_cycle + 1, bytes);
    }
}

TEST(DramTiming, AClockThatThePinsCannotFollowIsAnErrorThatNamesThem) {
    try {
        dram_timing(present(1), picoseconds(1000), shipped_technology());
        FAIL();
    } catch (const UserError& error) {
        EXPECT_STREQ(error.what(),
                     "clock_period_ps: 1000 is too short: dram needs 2500 ps for a byte over 1 "
                     "pins");
    }
}

}  // namespace
}  // namespace cimarron
