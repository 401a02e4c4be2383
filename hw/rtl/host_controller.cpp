// SPDX-License-Identifier: Apache-2.0
#include "Vhost_controller.h"  // before SystemC, which it would use otherwise

#include "hw/rtl/host_controller.h"

namespace cimarron {

struct HostController::Rtl {
    VerilatedContext context;
    Vhost_controller module{&context};
};

HostController::HostController(const sc_core::sc_module_name& name,
                               std::vector<std::uint64_t> commands)
    : sc_module(name), commands_(std::move(commands)), rtl_(std::make_unique<Rtl>()) {
    SC_HAS_PROCESS(HostController);
    SC_METHOD(edge);
    sensitive << clk.pos();
    dont_initialize();
}

HostController::~HostController() {
    rtl_->module.final();
}

// The RTL's rising edge, between what the pins hold and what they are going to.
void HostController::edge() {
    Vhost_controller& rtl = rtl_->module;
    const auto evaluate = [&](int level) {
        rtl.clk = static_cast<std::uint8_t>(level);
        rtl.memory_data = rtl.memory_address < commands_.size() ? commands_[rtl.memory_address] : 0;
        rtl.eval();
    };
    rtl.rst_n = rst_n.read() ? 1 : 0;
    rtl.axil_awready = m_axil.awready.read() ? 1 : 0;
    rtl.axil_wready = m_axil.wready.read() ? 1 : 0;
    rtl.axil_bresp = static_cast<std::uint8_t>(m_axil.bresp.read());
    rtl.axil_bvalid = m_axil.bvalid.read() ? 1 : 0;
    rtl.axil_arready = m_axil.arready.read() ? 1 : 0;
    rtl.axil_rdata = m_axil.rdata.read();
    rtl.axil_rresp = static_cast<std::uint8_t>(m_axil.rresp.read());
    rtl.axil_rvalid = m_axil.rvalid.read() ? 1 : 0;
    rtl.m_axis_tready = m_axis.tready.read() ? 1 : 0;
    rtl.s_axis_tdata = s_axis.tdata.read();
    rtl.s_axis_tlast = s_axis.tlast.read() ? 1 : 0;
    rtl.s_axis_tvalid = s_axis.tvalid.read() ? 1 : 0;
    rtl.irq = interrupt.read() ? 1 : 0;
    evaluate(0);
    evaluate(1);
    evaluate(1);  // the memory's word at the new address
    drive();
    if (rtl.result_valid != 0) results_.push_back(rtl.result);
    if (rtl.done == 0 || ended_) return;
    ended_ = true;
    failed_ = rtl.failed != 0;
    if (on_end) on_end();
}

void HostController::drive() {
    const Vhost_controller& rtl = rtl_->module;
    m_axil.awaddr.write(rtl.axil_awaddr);
    m_axil.awvalid.write(rtl.axil_awvalid != 0);
    m_axil.wdata.write(rtl.axil_wdata);
    m_axil.wstrb.write(rtl.axil_wstrb);
    m_axil.wvalid.write(rtl.axil_wvalid != 0);
    m_axil.bready.write(rtl.axil_bready != 0);
    m_axil.araddr.write(rtl.axil_araddr);
    m_axil.arvalid.write(rtl.axil_arvalid != 0);
    m_axil.rready.write(rtl.axil_rready != 0);
    m_axis.tdata.write(rtl.m_axis_tdata);
    m_axis.tkeep.write(rtl.m_axis_tkeep);
    m_axis.tlast.write(rtl.m_axis_tlast != 0);
    m_axis.tvalid.write(rtl.m_axis_tvalid != 0);
    s_axis.tready.write(rtl.s_axis_tready != 0);
}

}  // namespace cimarron
