// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/logic.h"
#include "tests/unit/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace cimarron {
namespace {

constexpr int kSeeds = 40;

using Names = std::set<std::string>;

// What a change of one parameter moves; everything not named stays, bit for bit. The interconnect's
// length follows the area of the chip and is looked at apart.
struct Moves {
    Names area_up, area_down, event_up, event_down;
};

struct Change {
    const char* name;
    std::function<void(AcceleratorParams&)> apply;
    std::function<Moves(const AcceleratorParams& before, const Device&)> moves;
};

Names both(Names a, const Names& b) {
    a.insert(b.begin(), b.end());
    return a;
}
Names when(bool condition, const Names& names) {
    return condition ? names : Names{};
}

const Names kMacro = {"macro.array", "macro.word_line_driver", "macro.adc", "macro.shift_adder",
                      "macro.control"};
const Names kTile = {"tile.input_buffer", "tile.input_register",  "tile.adder_tree",
                     "tile.window_sum",   "tile.post_processing", "tile.output_buffer"};

Names per_column(const AcceleratorParams& p) {
    return both(when(p.macro.sample_and_hold.present, {"macro.sample_and_hold"}),
                when(p.macro.adc.columns_per_adc > 1, {"macro.column_mux"}));
}

int slice_bits(int dac_bits) {
    return log2_ceil((8 + dac_bits - 1) / dac_bits);
}

std::vector<Change> array_changes() {
    return {
        {"rows x2", [](auto& p) { p.macro.array.rows *= 2; },
         [](const auto&, const Device& d) {
             return Moves{
                 {"macro.array", "macro.word_line_driver", "macro.control", "tile.input_register"},
                 {},
                 both({"macro.control.step"},
                      {d.resistive() ? "macro.array.column_read" : "macro.array.on_cell"}),
                 {}};
         }},
        {"columns x2", [](auto& p) { p.macro.array.columns *= 2; },
         [](const auto& p, const Device&) {
             return Moves{both(per_column(p), {"macro.array", "macro.word_line_driver", "macro.adc",
                                               "macro.shift_adder"}),
                          {},
                          {"macro.word_line_driver.active_line"},
                          {}};
         }},
        {"rows active / 2", [](auto& p) { p.macro.array.rows_active /= 2; },
         [](const auto&, const Device& d) {
             return Moves{
                 {"macro.control"},
                 {},
                 both({"macro.control.step"}, when(!d.resistive(), {"macro.array.on_cell"})),
                 {"macro.word_line_driver.drive"}};
         }},
        {"settle cycles + 1", [](auto& p) { ++p.macro.word_line_driver.settle_cycles; },
         [](const auto&, const Device& d) {
             return Moves{
                 {}, {}, when(d.resistive(), {"macro.array.on_cell", "macro.array.off_cell"}), {}};
         }},
        {"clock period x2", [](auto& p) { p.clock_period_ps *= 2; },
         [](const auto&, const Device& d) {
             return Moves{
                 {}, {}, when(d.resistive(), {"macro.array.on_cell", "macro.array.off_cell"}), {}};
         }}};
}

std::vector<Change> converter_changes() {
    return {{"ADC bits + 1", [](auto& p) { ++p.macro.adc.bits; },
             [](const auto&, const Device&) {
                 return Moves{{"macro.adc"}, {}, {"macro.adc.conversion"}, {}};
             }},
            {"columns per ADC x2", [](auto& p) { p.macro.adc.columns_per_adc *= 2; },
             [](const auto& p, const Device& d) {
                 const bool first = p.macro.adc.columns_per_adc == 1;
                 const bool held = d.resistive() && !p.macro.sample_and_hold.present;
                 return Moves{
                     both({"macro.control"}, when(first, {"macro.column_mux"})),
                     {"macro.adc", "macro.shift_adder"},
                     both(both({"macro.control.step"}, when(first, {"macro.column_mux.switch"})),
                          when(held, {"macro.array.on_cell", "macro.array.off_cell"})),
                     {}};
             }},
            {"DAC bits + 1", [](auto& p) { ++p.macro.word_line_driver.dac_bits; },
             [](const auto& p, const Device& d) {
                 const int bits = p.macro.word_line_driver.dac_bits;
                 const bool fewer = slice_bits(bits + 1) < slice_bits(bits);
                 return Moves{{"macro.word_line_driver"},
                              when(fewer, {"macro.control"}),
                              {"macro.word_line_driver.active_line"},
                              both(both({"macro.array.on_cell"},
                                        when(d.resistive(), {"macro.array.off_cell"})),
                                   when(fewer, {"macro.control.step"}))};
             }},
            {"accumulator bits + 4", [](auto& p) { p.macro.shift_adder.accumulator_bits += 4; },
             [](const auto&, const Device&) {
                 return Moves{{"macro.shift_adder", "tile.adder_tree", "tile.window_sum",
                               "tile.post_processing"},
                              {},
                              {"macro.shift_adder.addition", "tile.adder_tree.addition",
                               "tile.window_sum.addition", "tile.post_processing.affine",
                               "tile.post_processing.addition"},
                              {}};
             }}};
}

std::vector<Change> tile_changes() {
    return {{"macros x2", [](auto& p) { p.tile.macros *= 2; },
             [](const auto& p, const Device&) {
                 return Moves{
                     both(both(kMacro, per_column(p)), {"tile.input_register", "tile.adder_tree"}),
                     {},
                     {},
                     {}};
             }},
            {"lanes x2", [](auto& p) { p.tile.post_processing.lanes *= 2; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.post_processing", "tile.adder_tree"}, {}, {}, {}};
             }},
            {"coefficient bits + 4", [](auto& p) { p.tile.post_processing.coefficient_bits += 4; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.post_processing"}, {}, {"tile.post_processing.affine"}, {}};
             }},
            {"pipeline cycles + 1", [](auto& p) { ++p.tile.post_processing.pipeline_cycles; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.post_processing"}, {}, {"tile.post_processing.affine"}, {}};
             }},
            {"input buffer x2", [](auto& p) { p.tile.input_buffer.bytes *= 2; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.input_buffer"},
                              {},
                              {"tile.input_buffer.read", "tile.input_buffer.write"},
                              {}};
             }},
            {"input port x2", [](auto& p) { p.tile.input_buffer.port_bits *= 2; },
             [](const auto& p, const Device&) {
                 // One more level of the tree against half of an accumulator for each code.
                 const int level_bits = 8 + log2_ceil(p.tile.input_buffer.port_bits / 8) + 1;
                 const int accumulator_bits = p.macro.shift_adder.accumulator_bits;
                 const Names sum = {"tile.window_sum.addition"};
                 return Moves{{"tile.input_buffer", "tile.window_sum"},
                              {},
                              both({"tile.input_buffer.read", "tile.input_buffer.write"},
                                   when(accumulator_bits < level_bits, sum)),
                              when(accumulator_bits > level_bits, sum)};
             }},
            {"output buffer x2", [](auto& p) { p.tile.output_buffer.bytes *= 2; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.output_buffer"},
                              {},
                              {"tile.output_buffer.read", "tile.output_buffer.write"},
                              {}};
             }}};
}

std::vector<Change> chip_changes() {
    return {
        {"tiles x2", [](auto& p) { p.tiles *= 2; },
         [](const auto& p, const Device&) {
             return Moves{both(both(both(kMacro, per_column(p)), kTile), {"interconnect"}),
                          {},
                          {"interconnect.transfer"},
                          {}};
         }},
        {"bus width x2", [](auto& p) { p.interconnect.width_bits *= 2; },
         [](const auto&, const Device&) {
             return Moves{{"interconnect"}, {}, {"interconnect.flit"}, {}};
         }},
        {"global buffer x2", [](auto& p) { p.global_buffer.bytes *= 2; },
         [](const auto&, const Device&) {
             return Moves{{"global_buffer"}, {}, {"global_buffer.read", "global_buffer.write"}, {}};
         }}};
}

Moves observed(const std::vector<ComponentCost>& before, const std::vector<ComponentCost>& after,
               const Moves& expected) {
    const bool bus_expected = expected.area_up.count("interconnect") != 0;
    Moves moves;
    for (const ComponentCost& old : before) {
        const ComponentCost& now = find(after, old.name);
        if (old.name != "interconnect" || bus_expected) {
            if (now.area > old.area) moves.area_up.insert(old.name);
            if (now.area < old.area) moves.area_down.insert(old.name);
        }
        for (std::size_t i = 0; i < old.events.size(); ++i) {
            const std::string name = old.name + "." + old.events[i].name;
            if (name == "interconnect.payload_bit") continue;
            if (now.events[i].per_event > old.events[i].per_event) moves.event_up.insert(name);
            if (now.events[i].per_event < old.events[i].per_event) moves.event_down.insert(name);
        }
    }
    return moves;
}

void check(const std::vector<Change>& changes) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        const AcceleratorParams params = random_params(rng);
        for (const Device& device : shipped_devices())
            for (const Change& change : changes) {
                SCOPED_TRACE(testing::Message()
                             << "seed " << seed << ", " << device.name << ", " << change.name);
                AcceleratorParams changed = params;
                change.apply(changed);
                const Moves expected = change.moves(params, device);
                const Moves moves =
                    observed(chip_cost(params, shipped_technology(), device),
                             chip_cost(changed, shipped_technology(), device), expected);
                EXPECT_EQ(moves.area_up, expected.area_up);
                EXPECT_EQ(moves.area_down, expected.area_down);
                EXPECT_EQ(moves.event_up, expected.event_up);
                EXPECT_EQ(moves.event_down, expected.event_down);
            }
    }
}

TEST(CostScaling, Array) {
    check(array_changes());
}
TEST(CostScaling, Converters) {
    check(converter_changes());
}
TEST(CostScaling, Tile) {
    check(tile_changes());
}
TEST(CostScaling, Chip) {
    check(chip_changes());
}

double area_ratio(const AcceleratorParams& a, const AcceleratorParams& b, const Device& device,
                  const std::string& name) {
    return find(chip_cost(b, shipped_technology(), device), name).area /
           find(chip_cost(a, shipped_technology(), device), name).area;
}

TEST(CostScaling, SharingAnAdcBetweenTwiceTheColumnsHalvesItsArea) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        const AcceleratorParams params = random_params(rng);
        AcceleratorParams shared = params;
        shared.macro.adc.columns_per_adc *= 2;
        for (const Device& device : shipped_devices())
            EXPECT_DOUBLE_EQ(area_ratio(params, shared, device, "macro.adc"), 0.5)
                << "seed " << seed;
    }
}

TEST(CostScaling, TwiceTheTilesIsTwiceEverythingInThem) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        const AcceleratorParams params = random_params(rng);
        AcceleratorParams twice = params;
        twice.tiles *= 2;
        for (const Device& device : shipped_devices())
            for (const std::string& name : both(kMacro, kTile))
                EXPECT_DOUBLE_EQ(area_ratio(params, twice, device, name), 2)
                    << name << ", seed " << seed;
    }
}

TEST(CostScaling, TheBusGrowsWithTheSideOfTheChip) {
    const AcceleratorParams params;
    AcceleratorParams large = params;
    large.tile.macros *= 4;
    for (const Device& device : shipped_devices()) {
        const auto before = chip_cost(params, shipped_technology(), device);
        const auto after = chip_cost(large, shipped_technology(), device);
        double ratio = 0, area_before = 0, area_after = 0;
        for (const ComponentCost& c : before)
            area_before += c.name == "interconnect" ? 0 : c.area.value();
        for (const ComponentCost& c : after)
            area_after += c.name == "interconnect" ? 0 : c.area.value();
        ratio = event_price(after, "interconnect", "payload_bit") /
                event_price(before, "interconnect", "payload_bit");
        EXPECT_NEAR(ratio * ratio, area_after / area_before, 1e-9);
    }
}

}  // namespace
}  // namespace cimarron
