// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapper.h"

#include "common/error.h"
#include "quant/lower.h"
#include "sim/mapping/balance.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace cimarron {
namespace {

// Every weight of every layer has exactly one place, and no macro or tile holds more than it can.
TEST(Mapper, PlacesEveryWeightOnce) {
    Rng rng(test::test_seed(12));
    for (int trial = 0; trial < 200; ++trial) {
        const IntegerNetwork network =
            trial % 2 == 0 ? test::random_graph(rng) : lower(test::random_network(rng));
        const AcceleratorParams params = test::random_accelerator(rng);
        const Program program = map_network(network, params);
        int next_tile = 0;
        for (const Stage& stage : program.stages) {
            const int rows = stage.mvm.rows();
            const int per_group = stage.mvm.output.channels / stage.mvm.groups;
            std::vector<int> placed(static_cast<std::size_t>(rows) * stage.mvm.output.channels);
            for (const TilePlacement& tile : stage.tiles) {
                EXPECT_EQ(tile.tile, next_tile++);
                EXPECT_LE(tile.macro_count(), params.tile.macros);
                for (const MacroPlacement& macro : tile.macros) {
                    EXPECT_LE(macro.rows, params.macro.array.rows);
                    EXPECT_LE(macro.columns, params.macro.array.columns);
                    EXPECT_EQ(macro.columns, macro.channels * stage.mvm.weight_bits);
                    EXPECT_GE(macro.first_channel, tile.first_channel);
                    for (int o = 0; o < macro.channels; ++o) {
                        const int channel = macro.first_channel + o;
                        const int block = o / macro.group_channels();
                        EXPECT_EQ(channel / per_group, macro.first_row / rows + block);
                        for (int r = 0; r < macro.group_rows(); ++r)
                            ++placed[static_cast<std::size_t>(channel * rows +
                                                              macro.first_row % rows + r)];
                    }
                }
            }
            EXPECT_EQ(placed, std::vector<int>(placed.size(), 1)) << "trial " << trial;
        }
    }
}

// Free tiles never make a program slower, and it takes no more of them than there are.
TEST(Mapper, AutoSpreadsLayersOverFreeTiles) {
    Rng rng(test::test_seed(14));
    int faster = 0;
    for (int trial = 0; trial < 100; ++trial) {
        const IntegerNetwork network = test::random_graph(rng);
        AcceleratorParams params = test::random_accelerator(rng);
        params.mapping = Mapping::fill;
        const Program fill = map_network(network, params);
        params.mapping = Mapping::automatic;
        params.tiles = fill.tiles_used();
        EXPECT_EQ(map_network(network, params).tiles_used(), fill.tiles_used());
        params.tiles += rng.uniform_int(1, 10);
        const Program spread = map_network(network, params);
        EXPECT_LE(spread.tiles_used(), params.tiles);
        std::int64_t cycles = 0;
        std::int64_t before = 0;
        for (std::size_t s = 0; s < fill.stages.size(); ++s) {
            cycles += estimated_cycles(params, spread.stages[s]);
            before += estimated_cycles(params, fill.stages[s]);
        }
        EXPECT_LE(cycles, before);
        faster += cycles < before;
    }
    EXPECT_GT(faster, 20);
}

std::string refusal(const std::function<void(AcceleratorParams&)>& spoil) {
    Rng rng(5);
    test::RandomNetworkOptions options;
    options.integer_weights = true;
    const IntegerNetwork network = lower(test::random_network(rng, options));
    AcceleratorParams params;
    params.tiles = 64;
    EXPECT_NO_THROW(map_network(network, params));
    spoil(params);
    try {
        map_network(network, params);
    } catch (const UserError& error) {
        return error.what();
    }
    return {};
}

TEST(Mapper, SaysWhatDoesNotFit) {
    const auto contains = [](const std::string& message, const char* part) {
        EXPECT_NE(message.find(part), std::string::npos) << "message: " << message;
    };
    contains(refusal([](AcceleratorParams& p) { p.tiles = 1; }), "tiles");
    contains(refusal([](AcceleratorParams& p) { p.tile.input_buffer.bytes = 1; }),
             "tile.input_buffer.bytes");
    contains(refusal([](AcceleratorParams& p) { p.tile.output_buffer.bytes = 1; }),
             "tile.output_buffer.bytes");
    contains(refusal([](AcceleratorParams& p) { p.global_buffer.bytes = 1; }),
             "global_buffer.bytes");
    contains(
        refusal([](AcceleratorParams& p) { p.macro.array.rows = p.macro.array.rows_active = 1; }),
        "tile.macros");
    contains(refusal([](AcceleratorParams& p) { p.macro.adc.columns_per_adc = 0; }),
             "macro.adc.columns_per_adc");
    contains(refusal([](AcceleratorParams& p) { p.macro.array.rows_active = 129; }),
             "macro.array.rows_active");
}

}  // namespace
}  // namespace cimarron
