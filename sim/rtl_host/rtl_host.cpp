// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl_host/rtl_host.h"

#include "common/error.h"
#include "hw/pins/accelerator_pins.h"
#include "hw/pins/axi_checkers.h"
#include "hw/rtl/host_controller.h"
#include "quant/reference.h"
#include "sim/run/place.h"
#include "sim/run/workload.h"

#include <fmt/format.h>

#include <filesystem>

namespace cimarron {

namespace {

constexpr int kResetCycles = 3;

// Host, chip, the wires between them, and who watches these.
class Board : public sc_core::sc_module {
public:
    Board(const sc_core::sc_module_name& name, const AcceleratorParams& params,
          const Program& program, const HostCommands& commands)
        : sc_module(name),
          clock_(params.clock_period_ps),
          clk_("clk", clock_.cycles(1)),
          chip_("chip", params, program, clock_),
          host("host", commands.words()) {
        SC_HAS_PROCESS(Board);
        chip_.clk(clk_), chip_.rst_n(rst_n_), chip_.interrupt(interrupt_);
        chip_.s_axil.bind(axil_), chip_.s_axis.bind(to_chip_), chip_.m_axis.bind(from_chip_);
        host.clk(clk_), host.rst_n(rst_n_), host.interrupt(interrupt_);
        host.m_axil.bind(axil_), host.m_axis.bind(to_chip_), host.s_axis.bind(from_chip_);
        host.on_end = [] { sc_core::sc_stop(); };
        axil_checker_.axil.bind(axil_);
        to_chip_checker_.axis.bind(to_chip_), from_chip_checker_.axis.bind(from_chip_);
        for (ProtocolChecker* checker : std::initializer_list<ProtocolChecker*>{
                 &axil_checker_, &to_chip_checker_, &from_chip_checker_})
            checker->clk(clk_), checker->rst_n(rst_n_);
        SC_THREAD(leave_reset);
        SC_METHOD(note_interrupt);
        sensitive << interrupt_.posedge_event();
        dont_initialize();
    }

    std::vector<std::int64_t> interrupts;  // cycles
    std::int64_t cycles() const { return clock_.now(); }

    void trace_pins(sc_core::sc_trace_file* file) {
        const auto add = [&](const auto& wire) { sc_core::sc_trace(file, wire, wire.name()); };
        add(clk_), add(rst_n_), add(interrupt_);
        add(axil_.awaddr), add(axil_.awvalid), add(axil_.awready), add(axil_.wdata);
        add(axil_.wvalid), add(axil_.wready), add(axil_.bresp), add(axil_.bvalid),
            add(axil_.bready);
        add(axil_.araddr), add(axil_.arvalid), add(axil_.arready), add(axil_.rdata);
        add(axil_.rresp), add(axil_.rvalid), add(axil_.rready);
        for (const axi::StreamSignals* s : {&to_chip_, &from_chip_})
            add(s->tdata), add(s->tkeep), add(s->tlast), add(s->tvalid), add(s->tready);
    }

private:
    void leave_reset() {
        wait(clock_.cycles(kResetCycles));
        rst_n_.write(true);
    }
    void note_interrupt() { interrupts.push_back(clock_.now()); }

    const Clock clock_;
    sc_core::sc_clock clk_;
    sc_core::sc_signal<bool> rst_n_{"rst_n"};
    sc_core::sc_signal<bool> interrupt_{"interrupt"};
    axi::LiteSignals axil_{"axil"};
    axi::StreamSignals to_chip_{"to_chip"};
    axi::StreamSignals from_chip_{"from_chip"};
    AcceleratorPins chip_;
    AxiLiteChecker axil_checker_{"axil_checker"};
    AxiStreamChecker to_chip_checker_{"to_chip_checker"};
    AxiStreamChecker from_chip_checker_{"from_chip_checker"};

public:
    HostController host;
};

// Runs to the commands' end, tracing when asked to.
void simulate(Board& board, const std::string& vcd) {
    sc_core::sc_trace_file* file = nullptr;
    if (!vcd.empty()) {
        // The kernel adds ".vcd" itself.
        const std::filesystem::path path(vcd);
        file = sc_core::sc_create_vcd_trace_file((path.parent_path() / path.stem()).c_str());
        file->set_time_unit(1, sc_core::SC_PS);
        board.trace_pins(file);
    }
    sc_core::sc_start();
    if (file != nullptr) sc_core::sc_close_vcd_trace_file(file);
    if (board.host.failed()) throw ModelError("the chip refused a command of the RTL host");
}

}  // namespace

RtlHostRun run_rtl_host(const RtlHostOptions& options) {
    const RunConfig config = load_run(options.file, options.overrides);
    const Workload workload(config, load_test_set(config));
    const auto [params, program] = place(config, workload);
    const std::vector<Codes> images = workload.images(options.images);
    HostCommands commands;
    commands.load(program);
    for (const Codes& image : images) commands.run_image(program, image);
    if (commands.words().size() > HostCommands::kMemoryWords)
        throw UserError(fmt::format("--images {}: {} words of commands, the host's memory has {}",
                                    options.images, commands.words().size(),
                                    HostCommands::kMemoryWords));

    Board board("board", params, program, commands);
    simulate(board, options.vcd);

    RtlHostRun run;
    run.commands = commands.words().size();
    run.cycles = board.cycles();
    Reference reference(workload.network());
    auto result = board.host.results().begin();
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::vector<std::int64_t> expected = reference.logits(images[i]);
        std::vector<std::int64_t> logits;
        for (std::size_t o = 0; o < expected.size() && result != board.host.results().end(); ++o)
            logits.push_back(static_cast<std::int64_t>(*result++));
        if (logits.size() != expected.size()) throw ModelError("the RTL host ended without logits");
        run.images.push_back({workload.label(static_cast<int>(i)), predicted_class(logits),
                              board.interrupts.at(i), logits == expected});
    }
    return run;
}

}  // namespace cimarron
