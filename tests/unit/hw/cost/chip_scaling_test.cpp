// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/hw/cost/scaling.h"

namespace cimarron {
namespace {

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
                 return Moves{{"tile.post_processing"},
                              {},
                              {"tile.post_processing.affine", "tile.post_processing.residual",
                               "tile.post_processing.quantization"},
                              {}};
             }},
            {"pipeline cycles + 1", [](auto& p) { ++p.tile.post_processing.pipeline_cycles; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.post_processing"},
                              {},
                              {"tile.post_processing.affine", "tile.post_processing.quantization"},
                              {}};
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
             }},
            {"residual buffer x2", [](auto& p) { p.tile.residual_buffer.bytes *= 2; },
             [](const auto&, const Device&) {
                 return Moves{{"tile.residual_buffer"},
                              {},
                              {"tile.residual_buffer.read", "tile.residual_buffer.write"},
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

TEST(CostScaling, Tile) {
    check(tile_changes());
}
TEST(CostScaling, Chip) {
    check(chip_changes());
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
