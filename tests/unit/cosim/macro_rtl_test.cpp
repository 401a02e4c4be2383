// SPDX-License-Identifier: Apache-2.0
#include "bench/networks.h"
#include "common/error.h"
#include "hw/chip/activity_sum.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"
#include "tests/unit/cosim/mvm_driver.h"
#include "tests/unit/cosim/trials.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

struct MacroRun {
    std::vector<std::int64_t> response_cycles;
    std::vector<std::vector<std::int32_t>> results;
    MacroCycles cycles;
    AcceleratorActivity activity;  // of the macro alone
};

MacroRun run_macro(MacroParams params, Implementation implementation,
                   const test::MacroWorkload& workload, Fault fault = Fault::none) {
    test::fresh_simulation();
    params.implementation = implementation;
    const Clock clock(1000);
    Macro macro("macro", params, workload.placement, workload.weight_bits, clock);
    test::MvmDriver driver("driver", clock, workload);
    driver.initiator.bind(macro.command_target);
    macro.inject(fault);
    sc_core::sc_start();
    MacroRun run{driver.response_cycles, driver.results, macro.cycles(), {}};
    run.activity.macro = macro.datapath().activity();
    return run;
}

// RTL settles for a cycle or more before it samples; a macro without any is refused.
MacroParams random_macro_for_rtl(Rng& rng) {
    MacroParams p = test::random_macro(rng);
    if (p.word_line_driver.drive_cycles + p.word_line_driver.settle_cycles == 0)
        p.word_line_driver.settle_cycles = 1;
    if (rng.coin(0.3)) p.adc.bits = rng.uniform_int(1, p.adc.bits);  // clips
    if (rng.coin(0.3)) p.non_idealities = test::random_non_idealities(rng);
    return p;
}

// Any macro with any vectors: every result and its cycle, and every edge in between (which the
// macro itself compares).
TEST(MacroRtl, EqualsTheModelOnRandomMacros) {
    const std::uint64_t seed = test::test_seed(60);
    for (std::uint64_t trial = 0; trial < test::cosim_trials(); ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const MacroParams params = random_macro_for_rtl(rng);
        const test::MacroWorkload workload = test::random_workload(rng, params, 4);
        const MacroRun model = run_macro(params, Implementation::model, workload);
        const MacroRun rtl = run_macro(params, Implementation::rtl, workload);
        ASSERT_EQ(rtl.response_cycles, model.response_cycles);
        ASSERT_EQ(rtl.results, model.results);
        ASSERT_EQ(rtl.results.size(), workload.mvms.size());
        ASSERT_EQ(rtl.cycles.total(), model.cycles.total());
        ASSERT_EQ(rtl.cycles.converting, model.cycles.converting);
        ASSERT_EQ(rtl.cycles.evaluating, model.cycles.evaluating);
        ASSERT_EQ(rtl.cycles.accumulating, model.cycles.accumulating);
        ASSERT_TRUE(rtl.activity == model.activity);
    }
}

std::string failure_of(Fault fault) {
    Rng rng(5);
    MacroParams params;
    params.adc.bits = lossless_adc_bits(params);
    const test::MacroWorkload workload = test::random_workload(rng, params, 2);
    try {
        run_macro(params, Implementation::rtl, workload, fault);
    } catch (const sc_core::sc_report& report) {
        return report.what();
    }
    return "";
}

TEST(MacroRtl, WrongResultStopsTheRunAndIsNamed) {
    const std::string message = failure_of(Fault::rtl_code);
    EXPECT_NE(message.find("macro: cycle "), std::string::npos) << message;
    EXPECT_NE(message.find("partial_sum_0: expected "), std::string::npos) << message;
}

// Driven for a cycle, settled for another: due at cycle 2.
TEST(MacroRtl, WrongCycleStopsTheRunAndIsNamed) {
    const std::string message = failure_of(Fault::rtl_timing);
    EXPECT_NE(message.find("macro: cycle 2, MVM 1: settled: expected 1, got 0"), std::string::npos)
        << message;
}

TEST(MacroRtl, RefusesWhatTheRtlCannotBe) {
    const test::MacroWorkload workload = {{0, 1, 0, 1, 1}, 1, 1, {1}, {}};
    MacroParams front;
    front.word_line_driver.drive_cycles = front.word_line_driver.settle_cycles = 0;
    EXPECT_THROW(run_macro(front, Implementation::rtl, workload), UserError);
    MacroParams wide;
    wide.array.columns = 4096;
    wide.adc.columns_per_adc = 1;
    EXPECT_THROW(run_macro(wide, Implementation::rtl, workload), UserError);
}

void expect_rtl_equals_model(AcceleratorParams params, const IntegerNetwork& network,
                             const std::vector<Codes>& images) {
    params.tile.post_processing.pipeline_cycles = 3;  // as verilated
    const Program program = map_network(network, params);
    test::fresh_simulation();
    const RunResult model = simulate_cycles(params, program, images);
    test::fresh_simulation();
    params.macro.implementation = Implementation::rtl;
    params.tile.post_processing.implementation = Implementation::rtl;
    const RunResult rtl = simulate_cycles(params, program, images);
    ASSERT_EQ(rtl.logits, model.logits);
    ASSERT_EQ(rtl.logits.size(), images.size());
    ASSERT_EQ(rtl.image_cycles, model.image_cycles);
    ASSERT_TRUE(rtl.activity == model.activity);
    for (std::size_t s = 0; s < rtl.stages.size(); ++s)
        ASSERT_EQ(rtl.stages[s].cycles, model.stages[s].cycles);
    EXPECT_TRUE(test::checks_pass(rtl));
}

TEST(MacroRtl, RunsRandomNetworksOnRandomChips) {
    const std::uint64_t seed = test::test_seed(61);
    for (std::uint64_t trial = 0; trial < test::cosim_trials() / 2; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const IntegerNetwork network =
            rng.coin(0.5) ? lower(test::random_network(rng)) : test::random_graph(rng);
        AcceleratorParams params = test::random_accelerator(rng);
        params.macro.word_line_driver.settle_cycles += 1;
        std::vector<Codes> images;
        for (int i = 0; i < 2; ++i)
            images.push_back(test::random_image(rng, network.input, network.input_bits));
        expect_rtl_equals_model(params, network, images);
    }
}

// The demo's shapes on its chip.
class DemoRtl : public testing::TestWithParam<int> {};

TEST_P(DemoRtl, EqualsTheModelOnTenImages) {
    AcceleratorParams params;
    params.macro.adc.bits = lossless_adc_bits(params.macro);
    expect_rtl_equals_model(params, bench::shipped_network("fashion_cnn", GetParam()),
                            bench::random_images({1, 28, 28}, 10));
}
INSTANTIATE_TEST_SUITE_P(Bits, DemoRtl, testing::Values(1, 2, 4, 8));

}  // namespace
}  // namespace cimarron
