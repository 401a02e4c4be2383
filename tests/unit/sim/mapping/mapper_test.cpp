// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapper.h"

#include "common/error.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "sim/mapping/estimate.h"
#include "sim/mapping/placement.h"
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
        params.tiles = fill.blocks();
        EXPECT_EQ(map_network(network, params).blocks(), fill.tiles_used());
        params.tiles += rng.uniform_int(1, 10);
        const Program spread = map_network(network, params);
        EXPECT_LE(spread.blocks(), params.tiles);
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

// Cycles of each stage, and what each costs to do.
struct Estimate {
    std::int64_t sum = 0;
    std::int64_t slowest = 0;
    double dynamic_j = 0;
};

Estimate estimate(const Program& program, const AcceleratorParams& params,
                  const MappingPrices& prices) {
    Estimate e;
    for (const Stage& stage : program.stages) {
        const std::int64_t cycles = estimated_cycles(params, stage);
        e.sum += cycles;
        e.slowest = std::max(e.slowest, cycles);
        e.dynamic_j += prices.dynamic_j(estimated_activity(params, stage));
    }
    return e;
}

MappingPrices random_prices(Rng& rng) {
    const auto all = [&rng](int count) {
        std::vector<double> joules;
        for (int i = 0; i < count; ++i) joules.push_back(rng.uniform(0, 1e-12));
        return joules;
    };
    return {EnergyMeter<MacroActivity>(all(counter_count<MacroActivity>())),
            EnergyMeter<TileActivity>(all(counter_count<TileActivity>())), rng.uniform(0, 1e-3),
            rng.uniform(0, 1e-3)};
}

// No placement drawn at random, within the same tiles, is better at what the search is asked for.
TEST(Mapper, SearchesFindNothingBetterAtRandom) {
    const std::uint64_t seed = test::test_seed(15);
    int compared = 0;
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = test::random_graph(rng, {3, true});
        const MappingPrices prices = random_prices(rng);
        AcceleratorParams params = test::random_accelerator(rng);
        params.mapping = Mapping::fill;
        Program other = map_network(network, params);
        params.tiles = other.blocks() + rng.uniform_int(0, 6);
        params.fit_tiles = rng.coin(0.5);
        const bool pipelined = params.tile.dataflow == Dataflow::pipelined;
        const auto joules = [&](const Program& program) {
            const Estimate e = estimate(program, params, prices);
            const int tiles = params.fit_tiles ? program.blocks() : params.tiles;
            return e.dynamic_j + prices.leakage_w(tiles) * 1e-12 *
                                     static_cast<double>(params.clock_period_ps) *
                                     static_cast<double>(pipelined ? e.slowest : e.sum);
        };
        const auto cycles = [&](const Program& program) {
            const Estimate e = estimate(program, params, prices);
            return pipelined ? e.slowest : e.sum;
        };
        params.mapping = Mapping::automatic;
        const std::int64_t fastest = cycles(map_network(network, params));
        params.mapping = Mapping::energy;
        const double thriftiest = joules(map_network(network, params, &prices));
        for (int draw = 0; draw < 40; ++draw) {
            for (Stage& stage : other.stages)
                place(stage, params, {rng.uniform_int(1, 3), rng.uniform_int(1, 3)});
            if (other.blocks() > params.tiles) continue;
            ++compared;
            EXPECT_LE(fastest, cycles(other));
            EXPECT_LE(thriftiest, joules(other) * (1 + 1e-12));
        }
    }
    EXPECT_GT(compared, 500);
}

// What the estimate takes from shapes is what the datapath counts.
TEST(Mapper, EstimatesActivityAsTheDatapathCountsIt) {
    const std::uint64_t seed = test::test_seed(16);
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = test::random_graph(rng);
        AcceleratorParams params = test::random_accelerator(rng);
        params.mapping = rng.coin(0.5) ? Mapping::fill : Mapping::automatic;
        params.tiles = 40;
        const Program program = map_network(network, params);
        const RunResult counted = simulate_bit_true(
            params, program, {test::random_image(rng, network.input, network.input_bits)});
        for (std::size_t s = 0; s < program.stages.size(); ++s) {
            const AcceleratorActivity a = estimated_activity(params, program.stages[s]);
            const AcceleratorActivity& b = counted.stages[s].activity;
            EXPECT_EQ(a.macro.mvms, b.macro.mvms);
            EXPECT_EQ(a.macro.array.evaluations, b.macro.array.evaluations);
            EXPECT_EQ(a.macro.array.column_reads, b.macro.array.column_reads);
            EXPECT_EQ(a.macro.word_line_driver.drives, b.macro.word_line_driver.drives);
            EXPECT_EQ(a.macro.sample_and_hold.samples, b.macro.sample_and_hold.samples);
            EXPECT_EQ(a.macro.adc.conversions, b.macro.adc.conversions);
            EXPECT_EQ(a.macro.shift_adder.additions, b.macro.shift_adder.additions);
            EXPECT_EQ(a.macro.control_steps, b.macro.control_steps);
            EXPECT_EQ(a.tile.input_buffer.reads, b.tile.input_buffer.reads);
            EXPECT_EQ(a.tile.input_register_bits, b.tile.input_register_bits);
            EXPECT_EQ(a.tile.window_sum.additions, b.tile.window_sum.additions);
            EXPECT_EQ(a.tile.adder_tree.additions, b.tile.adder_tree.additions);
            EXPECT_EQ(a.tile.post_processing.affines, b.tile.post_processing.affines);
        }
    }
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
