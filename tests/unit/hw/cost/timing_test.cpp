// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/timing.h"

#include "common/error.h"
#include "hw/cost/adc_cost.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>

namespace cimarron {
namespace {

constexpr int kSeeds = 60;
constexpr std::int64_t kSlow = 20000;  // ps: every digital path fits

TEST(DerivedTiming, ConversionFollowsBitsRowsAndClock) {
    const AdcTechnology& adc = shipped_technology().adc;
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        AcceleratorParams p = random_params(rng);
        p.clock_period_ps = kSlow / 4;
        p.tile.post_processing.pipeline_cycles = 6;
        const double ns = p.macro.adc.bits *
                          (adc.time_per_row.value * p.macro.array.rows + adc.time_per_bit.value);
        const double period_ns = static_cast<double>(p.clock_period_ps) / 1000;
        const int expected = std::max(1, static_cast<int>(std::ceil(ns / period_ns)));
        for (const Device& device : shipped_devices())
            EXPECT_EQ(derive_timing(p, shipped_technology(), device).conversion_cycles, expected)
                << "seed " << seed;
    }
}

// Of one step each: as many as the type makes one after another.
TEST(DerivedTiming, ConversionFollowsTheTypeOfAdc) {
    AcceleratorParams p;
    p.clock_period_ps = kSlow / 4;
    p.tile.post_processing.pipeline_cycles = 6;
    for (int bits = 1; bits <= 8; ++bits) {
        p.macro.adc.bits = bits;
        std::map<AdcType, Seconds> time;
        for (const AdcType type : {AdcType::sar, AdcType::flash, AdcType::ramp}) {
            p.macro.adc.type = type;
            time[type] = conversion_time(p.macro, shipped_technology());
        }
        EXPECT_LE(time[AdcType::flash].value(), time[AdcType::sar].value());
        EXPECT_EQ(conversion_steps({AdcType::sar, bits}), bits);
        EXPECT_EQ(conversion_steps({AdcType::flash, bits}), 1);
        EXPECT_EQ(conversion_steps({AdcType::ramp, bits}), 1 << bits);
        EXPECT_EQ(conversion_steps({AdcType::sense_amplifier, 1}), 1);
    }
}

TEST(DerivedTiming, EveryStepTakesAtLeastACycleAndAsManyAsItNeeds) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        AcceleratorParams slow = random_params(rng);
        slow.clock_period_ps = kSlow;
        AcceleratorParams fast = slow;
        fast.clock_period_ps = kSlow / 2;
        for (const Device& device : shipped_devices()) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << device.name);
            const DerivedTiming a = derive_timing(slow, shipped_technology(), device);
            const DerivedTiming b = derive_timing(fast, shipped_technology(), device);
            const auto twice = [](int slow_cycles, int fast_cycles) {
                EXPECT_GE(slow_cycles, 1);
                EXPECT_GE(fast_cycles, 2 * slow_cycles - 1);
                EXPECT_LE(fast_cycles, 2 * slow_cycles);
            };
            twice(a.drive_cycles, b.drive_cycles);
            twice(a.settle_cycles, b.settle_cycles);
            twice(a.sample_cycles, b.sample_cycles);
            twice(a.conversion_cycles, b.conversion_cycles);
            twice(a.write_cycles, b.write_cycles);
        }
    }
}

TEST(DerivedTiming, AWholeNumberOfPeriodsIsNotRoundedUp) {
    AcceleratorParams p;
    p.clock_period_ps = 2000;
    const Device& fefet = shipped_devices()[2];
    EXPECT_DOUBLE_EQ(fefet.write_time.value * 1000, 500.0 * 2000);
    EXPECT_EQ(derive_timing(p, shipped_technology(), fefet).write_cycles, 500);
}

TEST(DerivedTiming, LongerLinesAndMoreBitsNeverTakeLess) {
    AcceleratorParams p;
    p.clock_period_ps = 1000;
    for (const Device& device : shipped_devices()) {
        DerivedTiming last;
        for (int size = 32; size <= 2048; size *= 2) {
            p.macro.array = {size, size, 32, 1};
            const DerivedTiming now = derive_timing(p, shipped_technology(), device);
            EXPECT_GE(now.drive_cycles, last.drive_cycles);
            EXPECT_GE(now.settle_cycles, last.settle_cycles);
            EXPECT_GE(now.conversion_cycles, last.conversion_cycles);
            last = now;
        }
        EXPECT_GT(last.settle_cycles, 1) << device.name;
    }
}

TEST(DerivedTiming, ApplyWritesAllOfThem) {
    MacroParams macro;
    apply({2, 3, 4, 5, 6}, macro);
    EXPECT_EQ(macro.word_line_driver.drive_cycles, 2);
    EXPECT_EQ(macro.word_line_driver.settle_cycles, 3);
    EXPECT_EQ(macro.sample_and_hold.sample_cycles, 4);
    EXPECT_EQ(macro.adc.conversion_cycles, 5);
    EXPECT_EQ(macro.array.write_cycles, 6);
}

TEST(DerivedTiming, TheDefaultChipFitsOneGigahertz) {
    for (const Device& device : shipped_devices())
        EXPECT_NO_THROW(derive_timing(AcceleratorParams{}, shipped_technology(), device));
}

std::string timing_error(const AcceleratorParams& params) {
    try {
        check_digital_timing(params, shipped_technology());
    } catch (const UserError& error) {
        return error.what();
    }
    return {};
}

struct Limit {
    const char* component;
    void (*spoil)(AcceleratorParams&);
};

TEST(DigitalTiming, NamesTheComponentThatLimitsTheClock) {
    const Limit limits[] = {
        {"macro.shift_adder", [](auto& p) { p.macro.shift_adder.accumulator_bits = 60; }},
        {"tile.post_processing", [](auto& p) { p.tile.post_processing.pipeline_cycles = 1; }},
        {"tile.input_buffer", [](auto& p) { p.tile.input_buffer.bytes = 1 << 20; }},
        {"tile.output_buffer", [](auto& p) { p.tile.output_buffer.bytes = 1 << 20; }},
        {"tile.residual_buffer", [](auto& p) { p.tile.residual_buffer.bytes = 1 << 20; }},
        {"global_buffer", [](auto& p) { p.global_buffer.bytes = 1 << 20; }}};
    for (const Limit& limit : limits) {
        AcceleratorParams params;
        limit.spoil(params);
        const std::string error = timing_error(params);
        EXPECT_NE(error.find("clock_period_ps: 1000 is too short: " + std::string(limit.component)),
                  std::string::npos)
            << error;
        EXPECT_THROW(derive_timing(params, shipped_technology(), shipped_devices().front()),
                     UserError);
    }
}

TEST(DigitalTiming, MoreCyclesForTheShiftAdderHelp) {
    AcceleratorParams params;
    params.macro.shift_adder.accumulator_bits = 60;
    ASSERT_NE(timing_error(params), "");
    params.macro.shift_adder.add_cycles = 2;
    params.clock_period_ps = 1100;  // the adders elsewhere
    EXPECT_EQ(timing_error(params), "");
}

// Following the advice of each message ends at a clock that fits, which one picosecond less misses.
TEST(DigitalTiming, TheAdvisedPeriodIsTheShortestThatFits) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        AcceleratorParams params = random_params(rng);
        params.clock_period_ps = 10;
        std::smatch found;
        for (std::string error = timing_error(params); !error.empty();
             error = timing_error(params)) {
            ASSERT_TRUE(std::regex_search(error, found, std::regex("use at least (\\d+) ps")));
            const std::int64_t advised = std::stoll(found[1]);
            ASSERT_GT(advised, params.clock_period_ps) << error;
            params.clock_period_ps = advised;
        }
        --params.clock_period_ps;
        EXPECT_NE(timing_error(params), "") << "seed " << seed;
    }
}

TEST(AdcRange, BitsBeyondTheFitAreRefused) {
    AcceleratorParams params;
    params.macro.adc.bits = 12;
    try {
        chip_cost(params, shipped_technology(), shipped_devices().front());
        FAIL() << "12 bits were priced";
    } catch (const UserError& error) {
        EXPECT_STREQ(error.what(),
                     "macro.adc.bits: 12 is outside the cost model's range: the ADC form was "
                     "fitted on 1 to 11 bits");
    }
    EXPECT_THROW(derive_timing(params, shipped_technology(), shipped_devices().front()), UserError);
}

}  // namespace
}  // namespace cimarron
