// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/axi_lite_to_tlm.h"

namespace cimarron {

AxiLiteToTlm::AxiLiteToTlm(const sc_core::sc_module_name& name, const Clock& clock)
    : PinModule(name, clock) {}

void AxiLiteToTlm::reset() {
    has_address_ = has_data_ = false;
    write_ = read_ = {};
    s_axil.awready.write(false);
    s_axil.wready.write(false);
    s_axil.bvalid.write(false);
    s_axil.arready.write(false);
    s_axil.rvalid.write(false);
}

void AxiLiteToTlm::rising() {
    step_write();
    step_read();
}

void AxiLiteToTlm::step_write() {
    if (s_axil.awvalid.read() && s_axil.awready.read()) {
        has_address_ = true;
        write_.address = s_axil.awaddr.read();
    }
    if (s_axil.wvalid.read() && s_axil.wready.read()) {
        has_data_ = true;
        write_.data = s_axil.wdata.read();
        strobes_ = s_axil.wstrb.read();
    }
    bool answering = s_axil.bvalid.read();
    if (answering && s_axil.bready.read()) {
        answering = has_address_ = has_data_ = false;
        write_ = {};
    } else if (!answering && write_.done()) {
        answering = true;
        s_axil.bresp.write(write_.response);
    }
    write_.requested = has_address_ && has_data_ && !write_.sent;
    s_axil.bvalid.write(answering);
    s_axil.awready.write(!has_address_);
    s_axil.wready.write(!has_data_);
}

void AxiLiteToTlm::step_read() {
    if (s_axil.arvalid.read() && s_axil.arready.read()) {
        read_.requested = true;
        read_.address = s_axil.araddr.read();
    }
    bool answering = s_axil.rvalid.read();
    if (answering && s_axil.rready.read()) {
        answering = false;
        read_ = {};
    } else if (!answering && read_.done()) {
        answering = true;
        s_axil.rdata.write(read_.data);
        s_axil.rresp.write(read_.response);
    }
    s_axil.rvalid.write(answering);
    s_axil.arready.write(!read_.requested && !read_.sent);
}

void AxiLiteToTlm::falling() {
    if (write_.requested) send(write_, tlm::TLM_WRITE_COMMAND);
    if (read_.requested) send(read_, tlm::TLM_READ_COMMAND);
}

void AxiLiteToTlm::send(Access& access, tlm::tlm_command command) {
    access.requested = false;
    access.sent = true;
    if (command == tlm::TLM_WRITE_COMMAND && strobes_ != axi::kAllBytes) {
        access.response = axi::kSubordinateError;
        return;
    }
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(access.address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&access.data));
    payload.set_data_length(sizeof(access.data));
    payload.set_streaming_width(sizeof(access.data));
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    initiator->b_transport(payload, delay);
    access.cycles_left = clock().count(delay);
    if (payload.get_response_status() == tlm::TLM_ADDRESS_ERROR_RESPONSE)
        access.response = axi::kDecodeError;
    else if (payload.is_response_error())
        access.response = axi::kSubordinateError;
}

}  // namespace cimarron
