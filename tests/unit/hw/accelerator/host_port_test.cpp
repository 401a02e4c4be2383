// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"
#include "hw/accelerator/accelerator.h"
#include "hw/host/register_map.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_network.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

namespace cimarron {
namespace {

// A chip with a bare initiator on its host port.
struct HostPort : sc_core::sc_module {
    explicit HostPort(const sc_core::sc_module_name& name) : sc_module(name) {}
    tlm_utils::simple_initiator_socket<HostPort> initiator{"initiator"};

    tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address, void* data,
                                    unsigned bytes, sc_core::sc_time* delay = nullptr) {
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(static_cast<unsigned char*>(data));
        payload.set_data_length(bytes);
        payload.set_streaming_width(bytes);
        sc_core::sc_time took = sc_core::SC_ZERO_TIME;
        initiator->b_transport(payload, took);
        if (delay != nullptr) *delay = took;
        return payload.get_response_status();
    }
};

class HostPortTest : public testing::TestWithParam<Dataflow> {};

TEST_P(HostPortTest, AnswersItsRegistersAndRefusesOtherAddresses) {
    test::fresh_simulation();
    Rng rng(41);
    const IntegerNetwork network = lower(test::random_network(rng));
    AcceleratorParams params;
    params.tiles = 64;
    params.tile.dataflow = GetParam();
    params.macro.array.write_cycles = 7;
    const Program program = map_network(network, params);
    const Clock clock(1000);
    Accelerator accelerator("accelerator", params, program, clock);
    sc_core::sc_signal<bool> interrupt{"interrupt"};
    accelerator.interrupt.bind(interrupt);
    HostPort host("host");
    host.initiator.bind(accelerator.host_target);
    test::run_for(clock.cycles(5));

    std::uint64_t value = 99;
    const auto read = [&](std::uint64_t address) {
        return host.access(tlm::TLM_READ_COMMAND, address, &value, sizeof(value));
    };
    EXPECT_EQ(read(register_map::kStatus), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(value, 0U);
    EXPECT_EQ(read(register_map::kCycles), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(value, 5U);
    EXPECT_EQ(read(register_map::kControl), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(read(0x18), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    const std::uint64_t beyond =
        register_map::kTiles + register_map::kTileSpan * accelerator.tiles().size();
    EXPECT_EQ(read(beyond), tlm::TLM_ADDRESS_ERROR_RESPONSE);

    // Weights of the first macro: one row each write_cycles; a wrong size is refused.
    const MacroPlacement& macro = program.stages.front().tiles.front().macros.front();
    std::vector<std::uint8_t> weights(static_cast<std::size_t>(macro.rows) * macro.channels);
    const std::uint64_t address =
        register_map::kTiles + tile_address::kMacros + macro_address::kWeights;
    sc_core::sc_time delay;
    EXPECT_EQ(host.access(tlm::TLM_WRITE_COMMAND, address, weights.data(),
                          static_cast<unsigned>(weights.size()), &delay),
              tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(clock.count(delay), std::int64_t{macro.rows} * params.macro.array.write_cycles);
    EXPECT_EQ(host.access(tlm::TLM_WRITE_COMMAND, address, weights.data(),
                          static_cast<unsigned>(weights.size() - 1)),
              tlm::TLM_BURST_ERROR_RESPONSE);

    // Started, it is busy until it is done.
    std::uint64_t start = register_map::kStart;
    Codes image(static_cast<std::size_t>(network.input.size()));
    EXPECT_EQ(host.access(tlm::TLM_WRITE_COMMAND, register_map::kImage, image.data(),
                          static_cast<unsigned>(image.size()), &delay),
              tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(clock.count(delay),
              ceil_div(network.input.size() * network.input_bits, params.global_buffer.port_bits));
    host.access(tlm::TLM_WRITE_COMMAND, register_map::kControl, &start, sizeof(start));
    read(register_map::kStatus);
    EXPECT_EQ(value, register_map::kBusy);
    EXPECT_FALSE(interrupt.read());
    sc_core::sc_start();
    read(register_map::kStatus);
    EXPECT_EQ(value, register_map::kDone);
    EXPECT_TRUE(interrupt.read());

    // Pipelined, done means logits to read; sequential, it lasts to the next start.
    const bool pipelined = GetParam() == Dataflow::pipelined;
    std::vector<std::int64_t> logits(static_cast<std::size_t>(network.classes()));
    const auto bytes = static_cast<unsigned>(logits.size() * sizeof(std::int64_t));
    EXPECT_EQ(host.access(tlm::TLM_READ_COMMAND, register_map::kLogits, logits.data(), bytes),
              tlm::TLM_OK_RESPONSE);
    test::run_for(clock.cycles(1));
    read(register_map::kStatus);
    EXPECT_EQ(value, pipelined ? 0 : register_map::kDone);
    EXPECT_EQ(interrupt.read(), !pipelined);
    host.access(tlm::TLM_WRITE_COMMAND, register_map::kImage, image.data(),
                static_cast<unsigned>(image.size()));
    host.access(tlm::TLM_WRITE_COMMAND, register_map::kControl, &start, sizeof(start));
    read(register_map::kStatus);
    EXPECT_EQ(value, register_map::kBusy);
}

INSTANTIATE_TEST_SUITE_P(Dataflow, HostPortTest,
                         testing::Values(Dataflow::sequential, Dataflow::pipelined),
                         [](const auto& test) {
                             return test.param == Dataflow::pipelined ? "pipelined" : "sequential";
                         });

}  // namespace
}  // namespace cimarron
