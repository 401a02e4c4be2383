// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/axi_checkers.h"

namespace cimarron {

AxiLiteChecker::AxiLiteChecker(const sc_core::sc_module_name& name) : ProtocolChecker(name) {}

void AxiLiteChecker::check() {
    // Responses first: one may not answer what is accepted at the same edge.
    require(!axil.bvalid.read() || (addresses_ > 0 && data_ > 0), PinRule::response_has_request,
            "BVALID");
    require(!axil.rvalid.read() || reads_ > 0, PinRule::response_has_request, "RVALID");
    if (transfers(write_response_, axil.bvalid.read(), axil.bready.read(), {axil.bresp.read()})) {
        check_response(axil.bresp.read(), "BRESP");
        --addresses_;
        --data_;
    }
    if (transfers(read_data_, axil.rvalid.read(), axil.rready.read(),
                  {axil.rdata.read(), axil.rresp.read()})) {
        check_response(axil.rresp.read(), "RRESP");
        --reads_;
    }
    if (transfers(write_address_, axil.awvalid.read(), axil.awready.read(), {axil.awaddr.read()})) {
        require(axil.awaddr.read() % axi::kBeatBytes == 0, PinRule::address_aligned, "AWADDR");
        ++addresses_;
    }
    if (transfers(write_data_, axil.wvalid.read(), axil.wready.read(),
                  {axil.wdata.read(), axil.wstrb.read()}))
        ++data_;
    if (transfers(read_address_, axil.arvalid.read(), axil.arready.read(), {axil.araddr.read()})) {
        require(axil.araddr.read() % axi::kBeatBytes == 0, PinRule::address_aligned, "ARADDR");
        ++reads_;
    }
}

void AxiLiteChecker::check_response(std::uint32_t response, const char* wire) {
    require(response == axi::kOkay || response == axi::kSubordinateError ||
                response == axi::kDecodeError,
            PinRule::legal_response, wire);
}

void AxiLiteChecker::restart() {
    for (Channel* channel :
         {&write_address_, &write_data_, &write_response_, &read_address_, &read_data_})
        *channel = Channel(channel->name);
    addresses_ = data_ = reads_ = 0;
}

bool AxiLiteChecker::any_valid() {
    return axil.awvalid.read() || axil.wvalid.read() || axil.bvalid.read() || axil.arvalid.read() ||
           axil.rvalid.read();
}

void AxiLiteChecker::check_end() {
    require(addresses_ == 0 && data_ == 0, PinRule::request_has_response, "B");
    require(reads_ == 0, PinRule::request_has_response, "R");
}

AxiStreamChecker::AxiStreamChecker(const sc_core::sc_module_name& name) : ProtocolChecker(name) {}

void AxiStreamChecker::check() {
    const std::uint32_t keep = axis.tkeep.read();
    const bool last = axis.tlast.read();
    if (!transfers(beat_, axis.tvalid.read(), axis.tready.read(),
                   {axis.tdata.read(), keep, last ? 1U : 0U}))
        return;
    require(keep != 0 && (keep & (keep + 1)) == 0, PinRule::keep_contiguous, "TKEEP");
    require(last || keep == axi::kAllBytes, PinRule::keep_full, "TKEEP");
    beats_ = last ? 0 : beats_ + 1;
    require(beats_ != max_beats, PinRule::packet_ends, "TLAST");
}

void AxiStreamChecker::restart() {
    beat_ = Channel(beat_.name);
    beats_ = 0;
}

void AxiStreamChecker::check_end() {
    require(beats_ == 0, PinRule::packet_ends, "TLAST");
}

HandshakeChecker::HandshakeChecker(const sc_core::sc_module_name& name, std::size_t pins)
    : ProtocolChecker(name), payload("payload", pins), offered_(pins) {}

void HandshakeChecker::check() {
    const bool was_waiting = channel_.waiting;
    transfers(channel_, valid.read(), ready.read(), {});
    bool changed = false;
    for (std::size_t i = 0; i < offered_.size(); ++i) {
        changed = changed || offered_[i] != payload[i].read();
        offered_[i] = payload[i].read();
    }
    require(!was_waiting || !valid.read() || !changed, PinRule::payload_stable, "payload");
}

void HandshakeChecker::restart() {
    channel_ = Channel(channel_.name);
}

}  // namespace cimarron
