// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"
#include "common/error.h"
#include "hw/accelerator/accelerator.h"
#include "hw/host/host.h"
#include "hw/interconnect/transfer_timing.h"
#include "hw/program/packed_values.h"
#include "hw/program/reload_plan.h"
#include "hw/run/simulation.h"
#include "hw/tile/stage_timing.h"
#include "quant/lower.h"
#include "quant/reference.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_graph.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/run_results.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cimarron {
namespace {

DramParams random_dram(Rng& rng) {
    DramParams p;
    p.bytes = 1 << 26;
    p.banks = rng.uniform_int(1, 8);
    p.burst_bytes = 1 << rng.uniform_int(3, 6);
    p.row_bytes = p.burst_bytes << rng.uniform_int(0, 5);
    p.activate_cycles = rng.uniform_int(1, 20);
    p.precharge_cycles = rng.uniform_int(1, 20);
    p.access_cycles = rng.uniform_int(1, 20);
    p.bytes_per_cycle = rng.uniform_int(1, 16);
    return p;
}

struct Case {
    IntegerNetwork network;
    AcceleratorParams params;
    Program program;
    std::vector<Codes> images;
};

// Within a quarter, of those that hold what rounds keep.
int smallest_global_buffer(const Case& c) {
    AcceleratorParams params = c.params;
    int& bytes = params.global_buffer.bytes;
    for (bytes = ceil_div(c.network.input.size() * c.network.input_bits, 8);;
         bytes += 1 + bytes / 4)
        try {
            map_network(c.network, params);
            return bytes;
        } catch (const UserError&) {  // too small
        }
}

// A network on a chip that has fewer tiles than it needs; small tiles spread layers over several.
Case too_small(Rng& rng, bool graph) {
    Case c;
    do {
        c.network = graph ? test::random_graph(rng, {14, true}) : lower(test::random_network(rng));
        c.params = test::random_accelerator(rng);
        c.params.tile.dataflow = Dataflow::sequential;
        c.params.tile.macros += 4000 / c.params.macro.array.rows;
        c.program = map_network(c.network, c.params);
        if (rng.coin(0.5)) c.params.tile.macros = test::most_row_tiles(c.program);
        c.program = map_network(c.network, c.params);
    } while (c.program.blocks() < 2);
    c.params.tiles = rng.coin(0.3) ? 1 : rng.uniform_int(1, c.program.blocks() - 1);
    c.params.dram = random_dram(rng);
    if (rng.coin(0.3)) c.params.mapping = Mapping::automatic;
    if (rng.coin(0.5)) c.params.global_buffer.bytes = smallest_global_buffer(c);
    c.program = map_network(c.network, c.params);
    for (int i = 0; i < 3; ++i)
        c.images.push_back(test::random_image(rng, c.network.input, c.network.input_bits));
    return c;
}

// Bytes that tensors kept in DRAM take there, an image.
std::int64_t spilled_bytes(const Case& c) {
    std::int64_t bytes = 0;
    const std::vector<DramTensor> at = dram_tensors(c.program, c.params.dram);
    for (std::size_t t = 0; t < at.size(); ++t)
        bytes += at[t].row_bytes * c.program.tensors[t].shape.height;
    return bytes;
}

// Rows written, times cycles or times columns.
std::int64_t rows_written(const Stage& stage, std::int64_t per_row, bool columns) {
    std::int64_t sum = 0;
    for (const TilePlacement& tile : stage.tiles)
        for (const MacroPlacement& macro : tile.macros)
            sum += std::int64_t{tile.copies} * macro.rows * per_row * (columns ? macro.columns : 1);
    return sum;
}

// Any network on any chip too small for it: logits, counters and checks as if it fitted. The macros
// of a round are programmed once an image, which takes write_cycles a row.
TEST(Reload, EqualsTheReferenceOnChipsTooSmall) {
    const std::uint64_t seed = test::test_seed(52);
    int rounds = 0;
    int split = 0;
    int kept = 0;
    int spilled = 0;
    int image_again = 0;
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const Case c = too_small(rng, trial % 2 == 0);
        ASSERT_GT(c.program.rounds, 1);
        ASSERT_LE(c.program.tiles_used(), c.params.tiles);
        rounds += c.program.rounds;
        for (const Stage& stage : c.program.stages)
            split += stage.first_round() < stage.last_round();
        for (const Tensor& tensor : c.program.tensors) {
            kept += tensor.kept;
            spilled += tensor.in_dram;
        }
        for (int r = 1; r < c.program.rounds; ++r) image_again += c.program.read_in(0, r);

        const RunResult timed = simulate_cycles(c.params, c.program, c.images);
        const RunResult bit_true = simulate_bit_true(c.params, c.program, c.images);
        ASSERT_TRUE(test::is_reference(timed, c.network, c.images));
        ASSERT_TRUE(test::same_work(timed, bit_true));
        const auto images = static_cast<std::int64_t>(c.images.size());
        for (std::size_t s = 0; s < timed.stages.size(); ++s) {
            const Stage& stage = c.program.stages[s];
            ASSERT_EQ(timed.stages[s].macro_cycles.programming,
                      rows_written(stage, images * c.params.macro.array.write_cycles, false));
            ASSERT_EQ(timed.stages[s].activity.macro.array.cell_writes,
                      rows_written(stage, images, true));
        }
        ASSERT_EQ(timed.activity.dram.bytes_written, images * spilled_bytes(c));
        ASSERT_GT(timed.filling.bytes_written, 0);
        // Later images find the DRAM as the one before them left it.
        ASSERT_EQ(timed.image_cycles[1], timed.image_cycles[2]);
    }
    EXPECT_GT(rounds, 700);
    EXPECT_GT(split, 3);
    EXPECT_GT(kept, 300);
    EXPECT_GT(spilled, 30);
    EXPECT_GT(image_again, 3);
}

// Loading takes at least as long as the bottleneck alone, and no longer than all of them one after
// another.
TEST(Reload, LoadingIsBoundByMacrosBusAndDram) {
    const std::uint64_t seed = test::test_seed(51);
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        Case c = too_small(rng, trial % 2 == 0);
        c.params.interconnect.topology = Topology::bus;
        c.params.macro.array.write_cycles = rng.uniform_int(1, 50);
        const RunResult run = simulate_cycles(c.params, c.program, {c.images.front()});
        const DramParams& dram = c.params.dram;
        const std::int64_t miss = dram.activate_cycles + dram.precharge_cycles +
                                  dram.access_cycles +
                                  ceil_div(dram.burst_bytes, dram.bytes_per_cycle);
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (const ReloadPlan& plan : reload_plans(c.program, dram.row_bytes)) {
            std::int64_t bus = 0;
            std::int64_t rows = 0;
            std::set<int> seen;
            for (const ReloadItem& item : plan.items) {
                bus += transfer_cycles(c.params.interconnect, item.bits());
                rows = std::max<std::int64_t>(rows, item.macro < 0 ? 0 : item.row + 1);
            }
            const std::int64_t write = rows * c.params.macro.array.write_cycles;
            const std::int64_t pins = plan.bytes / dram.bytes_per_cycle;
            EXPECT_EQ(loading_bound(c.params, plan), std::max({bus, write, pins}));
            least += std::max({bus, write, pins});
            const std::int64_t bursts = plan.bytes / dram.burst_bytes + 1;
            most += bus + write + bursts * miss;
        }
        EXPECT_GE(run.reload_cycles, least);
        EXPECT_LE(run.reload_cycles, most);
        EXPECT_LT(run.reload_cycles, run.cycles);
    }
}

// A vector of weights that is lost: the run ends, and says who waits for what.
TEST(Reload, LostWeightsAreFoundAndNoneHangs) {
    test::fresh_simulation();
    Rng rng(53);
    const Case c = too_small(rng, true);
    const RunResult run = simulate_cycles(c.params, c.program, c.images, {}, Fault::lose_payload);
    std::set<std::string> failed;
    std::string waiting;
    for (const Check& check : run.checks)
        if (!check.passed) {
            failed.insert(check.name);
            if (check.name == "images_completed") waiting = check.detail;
        }
    EXPECT_EQ(failed.count("payloads_delivered"), 1U);
    EXPECT_NE(waiting.find("accelerator.weight_loader for "), std::string::npos) << waiting;
}

// Cells that differ do so in every round in which their macro has weights, in both kinds of run.
TEST(Reload, BothRunsAgreeWithNonIdealities) {
    const std::uint64_t seed = test::test_seed(56);
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        Case c = too_small(rng, trial % 2 == 0);
        c.params.macro.adc.bits = rng.uniform_int(2, 9);
        c.params.macro.non_idealities = test::random_non_idealities(rng);
        const RunResult timed = simulate_cycles(c.params, c.program, c.images);
        const RunResult bit_true = simulate_bit_true(c.params, c.program, c.images);
        ASSERT_TRUE(test::same_work(timed, bit_true));
    }
}

// A memory that knows neither cycles nor phases.
class OtherDram : public sc_core::sc_module {
public:
    explicit OtherDram(const sc_core::sc_module_name& name) : sc_module(name), bytes_(1 << 22) {
        target.register_b_transport(this, &OtherDram::b_transport);
    }
    tlm_utils::simple_target_socket<OtherDram> target{"target"};

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        unsigned char* at = bytes_.data() + payload.get_address();
        unsigned char* data = payload.get_data_ptr();
        if (payload.is_write())
            std::copy_n(data, payload.get_data_length(), at);
        else
            std::copy_n(at, payload.get_data_length(), data);
        delay += sc_core::sc_time(1.237, sc_core::SC_NS);
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    std::vector<unsigned char> bytes_;
};

// The chip takes any TLM target for its DRAM.
TEST(Reload, AnotherTlmTargetServesAsDram) {
    const std::uint64_t seed = test::test_seed(55);
    for (std::uint64_t trial = 0; trial < 20; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        test::fresh_simulation();
        Rng rng(seed * 1000 + trial);
        const Case c = too_small(rng, true);
        const Clock clock(c.params.clock_period_ps);
        Accelerator accelerator("accelerator", c.params, c.program, clock);
        Host host("host", c.program, c.images, clock, c.params, {});
        OtherDram dram("dram");
        sc_core::sc_signal<bool> interrupt{"interrupt"};
        host.memory_initiator.bind(accelerator.host_target);
        accelerator.interrupt.bind(interrupt);
        host.interrupt.bind(interrupt);
        accelerator.dram_port()->dram_initiator.bind(dram.target);
        sc_core::sc_start();
        ASSERT_TRUE(host.finished()) << accelerator.waiting_for();
        Reference reference(c.network);
        for (std::size_t i = 0; i < c.images.size(); ++i)
            ASSERT_EQ(host.logits()[i], reference.logits(c.images[i]));
    }
}

TEST(PackedValues, ComeBack) {
    Rng rng(test::test_seed(54));
    for (int trial = 0; trial < 200; ++trial) {
        const int bits = rng.uniform_int(1, 16);
        const int count = rng.uniform_int(1, 50);
        std::vector<unsigned char> payload(static_cast<std::size_t>(count * payload_bytes(bits)));
        for (int i = 0; i < count; ++i) {
            const int low = is_stream(bits) ? -(1 << (bits - 1)) : 0;
            const auto value =
                static_cast<std::int16_t>(rng.uniform_int(low, low + (1 << bits) - 1));
            std::copy_n(reinterpret_cast<const unsigned char*>(&value), payload_bytes(bits),
                        payload.begin() + i * payload_bytes(bits));
        }
        std::vector<unsigned char> packed(static_cast<std::size_t>(packed_bytes(count, bits)));
        std::vector<unsigned char> again(payload.size());
        pack_values(payload.data(), count, bits, packed.data());
        unpack_values(packed.data(), count, bits, again.data());
        ASSERT_EQ(again, payload) << bits << " bits";
    }
}

}  // namespace
}  // namespace cimarron
