// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/adc_cost.h"
#include "hw/cost/array_cost.h"
#include "hw/cost/post_processing_cost.h"
#include "hw/cost/sample_and_hold_cost.h"
#include "hw/cost/shift_adder_cost.h"
#include "hw/cost/sram_buffer_cost.h"
#include "hw/cost/timing.h"
#include "hw/cost/word_line_driver_cost.h"
#include "hw/technology/constants.h"
#include "tests/support/seed.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace cimarron {
namespace {

constexpr int kRounds = 30;

// How many times larger the numbers become when length, energy, time and voltage are counted in
// smaller units.
struct Units {
    double length, energy, time, voltage;

    double of(const std::string& unit) const {
        const double capacitance = energy / (voltage * voltage);
        const double resistance = time / capacitance;
        const std::map<std::string, double> known = {{"1", 1},
                                                     {"V", voltage},
                                                     {"fJ", energy},
                                                     {"pJ", energy},
                                                     {"fF", capacitance},
                                                     {"fJ/V2", capacitance},
                                                     {"fF/um", capacitance / length},
                                                     {"fF/um2", capacitance / (length * length)},
                                                     {"ohm", resistance},
                                                     {"ohm/um", resistance / length},
                                                     {"ns", time},
                                                     {"ps", time},
                                                     {"nW", energy / time},
                                                     {"mW", energy / time},
                                                     {"pJ/bit", energy},
                                                     {"Gb/s", 1 / time},
                                                     {"uA", energy / (time * voltage)},
                                                     {"um", length},
                                                     {"nm", length},
                                                     {"um2", length * length},
                                                     {"pJ/bit/mm", energy / length}};
        return known.at(unit);
    }
};

Units random_units(Rng& rng) {
    const auto factor = [&] { return rng.uniform_int(2, 9) / 1.5; };
    return {factor(), factor(), static_cast<double>(rng.uniform_int(2, 5)), factor()};
}

Technology in(const Units& units, Technology t) {
    visit_technology(t,
                     [&](const ConstantKey& key, Constant& c) { c.value *= units.of(key.unit); });
    t.adc.area_exponent_offset.value += std::log10(units.of("um2"));  // the exponent of an area
    return t;
}

Device in(const Units& units, Device d) {
    visit_device(d, [&](const ConstantKey& key, Constant& c) { c.value *= units.of(key.unit); });
    return d;
}

AcceleratorParams any_chip(Rng& rng) {
    AcceleratorParams chip = random_params(rng);
    chip.macro.adc.type = static_cast<AdcType>(rng.uniform_int(0, 3));
    chip.interconnect.topology = static_cast<Topology>(rng.uniform_int(0, 2));
    return chip;
}

void expect_times(double scaled, double base, double factor, const std::string& what) {
    EXPECT_NEAR(scaled, base * factor, 1e-9 * std::fabs(base * factor)) << what;
}

// A formula that adds metres to square metres, or forgets a square, does not survive this.
TEST(Dimension, EveryPriceFollowsTheUnitsOfItsConstants) {
    Rng rng(test::test_seed(21));
    for (int i = 0; i < kRounds; ++i) {
        const AcceleratorParams chip = any_chip(rng);
        const Units units = random_units(rng);
        AcceleratorParams slow = chip;
        slow.clock_period_ps *= static_cast<std::int64_t>(units.time);
        for (const Device& device : shipped_devices()) {
            const auto base = chip_cost(chip, shipped_technology(), device);
            const auto scaled = chip_cost(slow, in(units, shipped_technology()), in(units, device));
            for (std::size_t c = 0; c < base.size(); ++c) {
                const std::string what = device.name + ": " + base[c].name;
                expect_times(scaled[c].area.value(), base[c].area.value(), units.of("um2"), what);
                expect_times(scaled[c].leakage.value(), base[c].leakage.value(), units.of("nW"),
                             what);
                for (std::size_t e = 0; e < base[c].events.size(); ++e)
                    expect_times(scaled[c].events[e].per_event.value(),
                                 base[c].events[e].per_event.value(), units.energy,
                                 what + " " + base[c].events[e].name);
            }
        }
    }
}

std::vector<double> times(const AcceleratorParams& p, const Technology& t, const Device& d) {
    return {drive_time(p.macro, t, d).value(),
            settle_time(p.macro, t, d).value(),
            sample_time(p.macro, t).value(),
            conversion_time(p.macro, t).value(),
            shift_add_time(p.macro, t).value(),
            post_processing_stage_time(p.tile, p.macro, t).value(),
            access_time(p.global_buffer, t).value()};
}

TEST(Dimension, EveryLatencyIsATime) {
    Rng rng(test::test_seed(22));
    for (int i = 0; i < kRounds; ++i) {
        const AcceleratorParams chip = any_chip(rng);
        const Units units = random_units(rng);
        for (const Device& device : shipped_devices()) {
            const auto base = times(chip, shipped_technology(), device);
            const auto scaled = times(chip, in(units, shipped_technology()), in(units, device));
            for (std::size_t t = 0; t < base.size(); ++t)
                expect_times(scaled[t], base[t], units.time, device.name);
        }
    }
}

}  // namespace
}  // namespace cimarron
