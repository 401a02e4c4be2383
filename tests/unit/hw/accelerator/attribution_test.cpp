// SPDX-License-Identifier: Apache-2.0
// What the cycles of macros and of an image's latency are attributed to.
#include "hw/run/simulation.h"
#include "hw/tile/stage_timing.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

RunResult run(const IntegerNetwork& network, const AcceleratorParams& params, int images) {
    test::fresh_simulation();
    Rng pixels(7);
    std::vector<Codes> codes;
    for (int i = 0; i < images; ++i)
        codes.push_back(test::random_image(pixels, network.input, network.input_bits));
    return simulate_cycles(params, map_network(network, params), codes);
}

std::int64_t cycles_of(const RunResult& result, int where, PathCause cause) {
    std::int64_t sum = 0;
    for (const PathStep& step : result.critical_path)
        if (step.where == where && step.cause == cause) sum += step.cycles;
    return sum;
}

MacroCycles all_stages(const RunResult& result) {
    MacroCycles sum;
    for (const StageResult& stage : result.stages) {
        sum.wait_input += stage.macro_cycles.wait_input;
        sum.wait_accumulator += stage.macro_cycles.wait_accumulator;
        sum.wait_output_buffer += stage.macro_cycles.wait_output_buffer;
        sum.wait_network += stage.macro_cycles.wait_network;
    }
    return sum;
}

// Everything but what a test makes slow is fast.
AcceleratorParams fast(Rng& rng) {
    AcceleratorParams p = test::random_accelerator(rng);
    p.macro.adc.conversion_cycles = 1;
    p.interconnect = {1 << 16, 0};
    p.tile.input_buffer = {1 << 16, 1 << 16};
    p.tile.output_buffer.port_bits = 1 << 16;
    p.tile.residual_buffer.port_bits = 1 << 16;
    p.tile.post_processing = {1 << 16, 0};
    p.global_buffer.port_bits = 1 << 16;
    return p;
}

// The steps back from the last logit to the image leave no gap: their cycles are the latency's, on
// any network and hardware, for the first image and for one behind others.
TEST(CriticalPath, SumsToTheLatency) {
    const std::uint64_t seed = test::test_seed(85);
    int behind = 0;
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network =
            trial % 2 == 0 ? test::random_graph(rng) : lower(test::random_network(rng));
        AcceleratorParams params = test::random_accelerator(rng);
        if (trial % 3 == 0) params.mapping = Mapping::automatic;
        for (const int images : {1, 5}) {
            const RunResult result = run(network, params, images);
            std::int64_t sum = 0;
            std::int64_t gaps = 0;
            for (const PathStep& step : result.critical_path) {
                EXPECT_GT(step.cycles, 0);
                sum += step.cycles;
                behind += step.cause == PathCause::earlier_images;
                gaps += step.cause == PathCause::dependency ? step.cycles : 0;
            }
            EXPECT_EQ(sum, result.image_cycles.back());
            EXPECT_EQ(gaps, 0);
            EXPECT_GT(cycles_of(result, kHostPath, PathCause::logits), 0);
            EXPECT_TRUE(images > 1 || result.critical_path.front().cause == PathCause::image);
        }
    }
    EXPECT_GT(behind, 30);
}

// One layer after another where macros are what is slow: the latency is their time, and the path
// says so layer by layer.
TEST(CriticalPath, IsTheTimeOfTheMacrosWhereTheyAreSlow) {
    const std::uint64_t seed = test::test_seed(82);
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 1000 + trial);
        test::RandomNetworkOptions options;
        options.pooling = false;
        const IntegerNetwork network = lower(test::random_network(rng, options));
        AcceleratorParams params = fast(rng);
        params.macro.adc.conversion_cycles = 50;
        params.tile.dataflow = Dataflow::sequential;
        params.tile.duplicate = false;
        const Program program = map_network(network, params);
        const RunResult result = run(network, params, 2);
        for (std::size_t s = 0; s < program.stages.size(); ++s) {
            const Stage& stage = program.stages[s];
            if (stage.tiles.size() > 1) continue;
            EXPECT_EQ(cycles_of(result, static_cast<int>(s), PathCause::mvm),
                      stage.mvm.output.pixels() *
                          tile_mvm_cycles(params.macro, stage, stage.tiles.front()));
        }
    }
}

// A layer has something to wait for when it has several windows.
bool waits(const IntegerNetwork& network) {
    for (const Layer& layer : network.layers)
        if (const auto* mvm = std::get_if<MvmLayer>(&layer))
            if (mvm->output.pixels() > 1) return true;
    return false;
}

// What is made slow is what macros wait for.
TEST(Stalls, NameWhatIsSlow) {
    const std::uint64_t seed = test::test_seed(83);
    struct Case {
        const char* name;
        std::int64_t MacroCycles::*cause;
        void (*slow)(AcceleratorParams&);
    };
    const Case cases[] = {
        {"input buffer", &MacroCycles::wait_input,
         [](AcceleratorParams& p) { p.tile.input_buffer.port_bits = 1; }},
        {"post-processing", &MacroCycles::wait_accumulator,
         [](AcceleratorParams& p) { p.tile.post_processing.pipeline_cycles = 20000; }},
        {"interconnect", &MacroCycles::wait_network,
         [](AcceleratorParams& p) { p.interconnect.arbitration_cycles = 20000; }},
    };
    int trials = 0;
    for (std::uint64_t trial = 0; trial < 30; ++trial)
        for (const Case& c : cases) {
            SCOPED_TRACE(testing::Message()
                         << "seed " << seed << " trial " << trial << " " << c.name);
            Rng rng(seed * 1000 + trial);
            const IntegerNetwork network = lower(test::random_network(rng));
            AcceleratorParams params = fast(rng);
            params.tile.dataflow = Dataflow::sequential;
            if (!waits(network)) continue;
            ++trials;
            const MacroCycles before = all_stages(run(network, params, 1));
            c.slow(params);
            const MacroCycles after = all_stages(run(network, params, 1));
            const std::int64_t more = after.*c.cause - before.*c.cause;
            EXPECT_GT(more, 0);
            for (const Case& other : cases)
                EXPECT_GE(more, after.*other.cause - before.*other.cause) << other.name;
        }
    EXPECT_GT(trials, 30);
}

// The smallest of a buffer that the mapper takes.
void shrink(const IntegerNetwork& network, AcceleratorParams& params, int& bytes) {
    for (; bytes > 1; bytes /= 2) {
        const int before = bytes;
        bytes /= 2;
        try {
            map_network(network, params);
            bytes = before;
        } catch (const std::exception&) {
            bytes = before;
            return;
        }
    }
}

// Pipelined, layers above a slow one fill their output buffers while its line buffer has no room.
TEST(Stalls, NameFullReaders) {
    const std::uint64_t seed = test::test_seed(84);
    int held_back = 0;
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        Rng rng(seed * 1000 + trial);
        const IntegerNetwork network = lower(test::random_network(rng));
        AcceleratorParams params = fast(rng);
        params.macro.adc.conversion_cycles = 20;
        params.tile.dataflow = Dataflow::pipelined;
        shrink(network, params, params.tile.input_buffer.bytes);
        shrink(network, params, params.tile.output_buffer.bytes);
        const std::int64_t scarce = all_stages(run(network, params, 6)).wait_output_buffer;
        held_back += scarce > 0;
        params.tile.dataflow = Dataflow::sequential;
        params.tile.input_buffer.bytes = 1 << 16;
        EXPECT_EQ(all_stages(run(network, params, 3)).wait_output_buffer, 0);
    }
    EXPECT_GT(held_back, 1);
}

}  // namespace
}  // namespace cimarron
