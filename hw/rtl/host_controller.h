// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/pins/axi.h"
#include "hw/program/program.h"

#include <functional>
#include <memory>
#include <vector>

namespace cimarron {

// The command words of hw/rtl/host_controller.sv.
class HostCommands {
public:
    static constexpr std::size_t kMemoryWords = std::size_t{1} << 24;

    void write(std::uint32_t address, std::uint64_t value);
    void stream(const void* data, std::size_t bytes);
    // Reads until no bit of `busy` is set; fails when one of `failed` is.
    void poll(std::uint32_t address, std::uint32_t busy, std::uint32_t failed);
    void wait_for_interrupt();
    void receive();

    // Loads a program into AcceleratorPins; runs one image on it and receives its logits.
    void load(const Program& program);
    void run_image(const Program& program, const Codes& image);

    const std::vector<std::uint64_t>& words() const { return words_; }

private:
    void send(std::uint64_t address, const void* data, std::size_t bytes);
    std::vector<std::uint64_t> words_;
};

// hw/rtl/host_controller.sv, verilated, with a memory of commands: an AXI4-Lite and AXI4-Stream
// manager for AcceleratorPins. Only in builds with Verilator.
class HostController : public sc_core::sc_module {
public:
    HostController(const sc_core::sc_module_name& name, std::vector<std::uint64_t> commands);
    ~HostController() override;

    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> rst_n{"rst_n"};
    axi::LiteManager m_axil{"m_axil"};
    axi::StreamTransmitter m_axis{"m_axis"};
    axi::StreamReceiver s_axis{"s_axis"};
    sc_core::sc_in<bool> interrupt{"interrupt"};

    // Called when the commands are over, or one failed.
    std::function<void()> on_end;
    bool failed() const { return failed_; }
    const std::vector<std::uint64_t>& results() const { return results_; }

private:
    struct Rtl;
    void edge();
    void drive();

    const std::vector<std::uint64_t> commands_;
    std::unique_ptr<Rtl> rtl_;
    std::vector<std::uint64_t> results_;
    bool ended_ = false;
    bool failed_ = false;
};

}  // namespace cimarron
