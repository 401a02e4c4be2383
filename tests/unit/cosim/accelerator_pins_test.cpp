// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/accelerator_pins.h"
#include "hw/host/loading.h"
#include "hw/host/register_map.h"
#include "hw/run/simulation.h"
#include "hw/tile/stage_timing.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_hardware.h"
#include "tests/support/random_network.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"
#include "tests/unit/cosim/axi_manager.h"

#include <gtest/gtest.h>

#include <cstring>

namespace cimarron::test {
namespace {

// A host that knows pins only.
class PinHost {
public:
    PinHost(const AcceleratorParams& params, const Program& program)
        : program_(program),
          clock_(params.clock_period_ps),
          pipelined_(params.tile.dataflow == Dataflow::pipelined) {}

    std::vector<std::vector<std::int64_t>> logits;
    std::vector<std::int64_t> busy_cycles;  // from the start of an image to its interrupt

    using Body = std::function<void(AxiManager&, PinHost&)>;
    void run(const AcceleratorParams& params, const std::vector<Codes>& images, Rng& rng,
             const Body& afterwards = {}) {
        fresh_simulation();
        AxiBench bench(params.clock_period_ps);
        AcceleratorPins chip("chip", params, program_, clock_);
        sc_core::sc_signal<bool> interrupt("interrupt");
        chip.clk(bench.clk), chip.rst_n(bench.rst_n);
        chip.s_axil.bind(bench.lite), chip.s_axis.bind(bench.to), chip.m_axis.bind(bench.from);
        chip.interrupt(interrupt);
        sc_core::sc_spawn_options watch;
        watch.spawn_method();
        watch.dont_initialize();
        watch.set_sensitivity(&interrupt.posedge_event());
        sc_core::sc_spawn([this] { risen_ = sc_core::sc_time_stamp(); }, "watch", &watch);
        AxiManager manager("manager", bench, rng, [&](AxiManager& m) {
            load(m);
            for (const Codes& image : images) run_image(m, image, interrupt);
            if (afterwards) afterwards(m, *this);
        });
        sc_core::sc_start();
    }

    void write(AxiManager& m, std::uint64_t address, const void* data, std::size_t bytes) {
        ASSERT_EQ(m.write(pin_registers::kWriteAddress, address), axi::kOkay);
        const auto* from = static_cast<const std::uint8_t*>(data);
        m.send({from, from + bytes});
    }
    // All images one after another, as fast as the chip takes them, then all logits.
    void stream_images(AxiManager& m, const std::vector<Codes>& images) {
        for (const Codes& image : images) {
            write(m, register_map::kImage, image.data(), image.size());
            while ((stream_status(m) & 1) != 0) {
            }
            ASSERT_EQ(m.write(register_map::kControl, register_map::kStart), axi::kOkay);
        }
        for (std::size_t i = 0; i < images.size(); ++i) read_logits(m);
    }
    std::uint64_t stream_status(AxiManager& m) {
        std::uint64_t status = 0;
        EXPECT_EQ(m.read(pin_registers::kStreamStatus, status), axi::kOkay);
        return status;
    }

private:
    void load(AxiManager& m) {
        load_program(program_, [&](std::uint64_t address, const void* data, std::size_t bytes) {
            write(m, address, data, bytes);
            while ((stream_status(m) & 3) != 0) {
            }
        });
        ASSERT_EQ(m.write(register_map::kControl, register_map::kEnable), axi::kOkay);
    }

    std::uint64_t status(AxiManager& m) {
        std::uint64_t status = 0;
        EXPECT_EQ(m.read(register_map::kStatus, status), axi::kOkay);
        return status;
    }

    // One image at a time: also pipelined, the chip is through with it before the next one.
    void run_image(AxiManager& m, const Codes& image, sc_core::sc_signal<bool>& interrupt) {
        write(m, register_map::kImage, image.data(), image.size());
        while ((stream_status(m) & 3) != 0) {
        }
        ASSERT_EQ(m.write(register_map::kControl, register_map::kStart), axi::kOkay);
        // The model hears of it half a cycle later.
        const sc_core::sc_time started = m.accepted + clock_.cycles(1) / 2;
        while (!interrupt.read()) m.edge();
        busy_cycles.push_back(clock_.count(risen_ - started));
        if (pipelined_) {
            while ((status(m) & register_map::kBusy) != 0) {
            }
        }
        ASSERT_EQ(status(m), register_map::kDone);
        read_logits(m);
        ASSERT_EQ(status(m), pipelined_ ? 0 : register_map::kDone);
        ASSERT_EQ(interrupt.read(), !pipelined_);
    }

    // They come when they are there.
    void read_logits(AxiManager& m) {
        const std::size_t count = static_cast<std::size_t>(program_.logits().shape.size());
        ASSERT_EQ(m.write(pin_registers::kReadAddress, register_map::kLogits), axi::kOkay);
        ASSERT_EQ(m.write(pin_registers::kReadBytes, count * sizeof(std::int64_t)), axi::kOkay);
        const std::vector<std::uint8_t> packet = m.receive();
        logits.emplace_back(count);
        ASSERT_EQ(packet.size(), count * sizeof(std::int64_t));
        std::memcpy(logits.back().data(), packet.data(), packet.size());
    }

    const Program& program_;
    const Clock clock_;
    const bool pipelined_;
    sc_core::sc_time risen_;
};

// Any network on any chip: the same logits as behind the TLM socket, in the same cycles between
// the start of an image and its interrupt.
TEST(AcceleratorPins, RunsRandomNetworksAsBehindTheSocket) {
    const std::uint64_t seed = test_seed(67);
    for (std::uint64_t trial = 0; trial < 10; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const IntegerNetwork network = lower(random_network(rng));
        const AcceleratorParams params = random_accelerator(rng);
        const Program program = map_network(network, params);
        std::vector<Codes> images;
        for (int i = 0; i < 2; ++i)
            images.push_back(random_image(rng, network.input, network.input_bits));
        fresh_simulation();
        const RunResult behind = simulate_cycles(params, program, images);
        PinHost host(params, program);
        host.run(params, images, rng);
        ASSERT_EQ(host.logits, behind.logits);
        const auto port = [&](std::int64_t bits) {
            return (bits + params.global_buffer.port_bits - 1) / params.global_buffer.port_bits;
        };
        const std::int64_t access = port(std::int64_t{network.input.size()} * network.input_bits) +
                                    port(std::int64_t{network.classes()} * kLogitBits);
        for (std::size_t i = 0; i < images.size(); ++i) {
            fresh_simulation();
            const std::int64_t alone =
                simulate_cycles(params, program, {images[i]}).image_cycles.front();
            ASSERT_EQ(host.busy_cycles[i] + access, alone);
            if (params.tile.dataflow == Dataflow::sequential) {
                ASSERT_EQ(alone, behind.image_cycles[i]);
            }
        }
    }
}

// Pipelined, packets wait for places and logits for their images; the chip is full most of the
// time.
TEST(AcceleratorPins, StreamsImagesThroughPipelinedChips) {
    const std::uint64_t seed = test_seed(69);
    for (std::uint64_t trial = 0; trial < 10; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const IntegerNetwork network = lower(random_network(rng));
        AcceleratorParams params = random_accelerator(rng);
        params.tile.dataflow = Dataflow::pipelined;
        const Program program = map_network(network, params);
        std::vector<Codes> images;
        for (int i = 0; i < 6; ++i)
            images.push_back(random_image(rng, network.input, network.input_bits));
        PinHost host(params, program);
        host.run(params, {}, rng, [&](AxiManager& m, PinHost& h) { h.stream_images(m, images); });
        ASSERT_EQ(host.logits, simulate_bit_true(params, program, images).logits);
    }
}

TEST(AcceleratorPins, RefusesWhatIsNotThere) {
    Rng rng(4);
    const IntegerNetwork network = lower(random_network(rng));
    const AcceleratorParams params = random_accelerator(rng);
    const Program program = map_network(network, params);
    PinHost host(params, program);
    bool ran = false;
    host.run(params, {}, rng, [&](AxiManager& m, PinHost& h) {
        std::uint64_t value = 0;
        EXPECT_EQ(m.read(0x78, value), axi::kDecodeError);
        EXPECT_EQ(m.write(register_map::kStatus, 1), axi::kDecodeError);
        EXPECT_EQ(m.read(register_map::kCycles, value), axi::kOkay);
        EXPECT_GT(value, 0U);
        EXPECT_EQ(h.stream_status(m), 0U);
        h.write(m, 0x500, "nowhere", 8);
        EXPECT_EQ(h.stream_status(m) & 4, 4U);
        EXPECT_EQ(m.read(register_map::kLogits, value), axi::kDecodeError);  // a register's width
        ran = true;
    });
    EXPECT_TRUE(ran);
}

// Neither half an image nor one more byte reaches the buffer.
TEST(AcceleratorPins, RefusesPacketsOfAnotherSize) {
    Rng rng(4);
    const IntegerNetwork network = lower(random_network(rng));
    const AcceleratorParams params = random_accelerator(rng);
    const Program program = map_network(network, params);
    const auto size = static_cast<std::size_t>(network.input.size());
    for (const std::size_t bytes : {size, size - 1, size + 1}) {
        PinHost host(params, program);
        host.run(params, {}, rng, [&](AxiManager& m, PinHost& h) {
            const Codes image(bytes);
            h.write(m, register_map::kImage, image.data(), image.size());
            while ((h.stream_status(m) & 3) != 0) {
            }
            EXPECT_EQ(h.stream_status(m), bytes == size ? 0U : 4U);
        });
    }
}

}  // namespace
}  // namespace cimarron::test
