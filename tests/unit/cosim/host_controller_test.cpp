// SPDX-License-Identifier: Apache-2.0
// A host in verilated RTL runs the SystemC chip through its pins.
#include "hw/rtl/host_controller.h"
#include "hw/host/register_map.h"
#include "hw/pins/accelerator_pins.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"
#include "tests/unit/cosim/axi_manager.h"

#include <gtest/gtest.h>

namespace cimarron::test {
namespace {

struct Ended {
    bool failed = false;
    std::vector<std::uint64_t> results;
};

// Runs the commands to their end on a chip; a checker watches every interface.
Ended run(const AcceleratorParams& params, const Program& program, const HostCommands& commands) {
    fresh_simulation();
    const Clock clock(params.clock_period_ps);
    AxiBench bench(params.clock_period_ps);
    AcceleratorPins chip("chip", params, program, clock);
    HostController host("host", commands.words());
    sc_core::sc_signal<bool> interrupt("interrupt");
    chip.clk(bench.clk), chip.rst_n(bench.rst_n), chip.interrupt(interrupt);
    chip.s_axil.bind(bench.lite), chip.s_axis.bind(bench.to), chip.m_axis.bind(bench.from);
    host.clk(bench.clk), host.rst_n(bench.rst_n), host.interrupt(interrupt);
    host.m_axil.bind(bench.lite), host.m_axis.bind(bench.to), host.s_axis.bind(bench.from);
    host.on_end = [] { sc_core::sc_stop(); };
    sc_core::sc_start(clock.cycles(3));
    bench.rst_n.write(true);
    sc_core::sc_start(clock.cycles(10'000'000));
    EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_STOPPED) << "the controller does not end";
    return {host.failed(), host.results()};
}

TEST(HostController, RunsRandomNetworks) {
    const std::uint64_t seed = test_seed(68);
    for (std::uint64_t trial = 0; trial < 10; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const IntegerNetwork network = lower(random_network(rng));
        const AcceleratorParams params = random_accelerator(rng);
        const Program program = map_network(network, params);
        HostCommands commands;
        commands.load(program);
        std::vector<Codes> images;
        for (int i = 0; i < 2; ++i) {
            images.push_back(random_image(rng, network.input, network.input_bits));
            commands.run_image(program, images.back());
        }
        const Ended ended = run(params, program, commands);
        ASSERT_FALSE(ended.failed);
        std::vector<std::uint64_t> expected;
        for (const auto& logits : simulate_bit_true(params, program, images).logits)
            for (const std::int64_t logit : logits)
                expected.push_back(static_cast<std::uint64_t>(logit));
        ASSERT_EQ(ended.results, expected);
    }
}

TEST(HostController, StopsAtARefusedAccess) {
    Rng rng(4);
    const IntegerNetwork network = lower(random_network(rng));
    const AcceleratorParams params = random_accelerator(rng);
    const Program program = map_network(network, params);
    HostCommands write, poll, packet, nothing;
    write.write(0x78, 1);
    EXPECT_TRUE(run(params, program, write).failed);
    poll.poll(0x78, 0, 0);
    EXPECT_TRUE(run(params, program, poll).failed);
    packet.write(pin_registers::kWriteAddress, 0x500);
    packet.stream("nowhere", 8);
    packet.poll(pin_registers::kStreamStatus, 1, 4);
    EXPECT_TRUE(run(params, program, packet).failed);
    nothing.poll(pin_registers::kStreamStatus, 1, 4);
    EXPECT_FALSE(run(params, program, nothing).failed);
}

}  // namespace
}  // namespace cimarron::test
