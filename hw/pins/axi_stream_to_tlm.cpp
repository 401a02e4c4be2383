// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/axi_stream_to_tlm.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr std::uint64_t kLargestPacket = std::uint64_t{1} << 30;

// The annotated delay; `failed` is set when the target refuses.
sc_core::sc_time transport(tlm::tlm_fw_transport_if<>& target, tlm::tlm_command command,
                           std::uint64_t address, std::vector<unsigned char>& data, bool& failed) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(static_cast<unsigned>(data.size()));
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    target.b_transport(payload, delay);
    failed = failed || payload.is_response_error();
    return delay;
}

}  // namespace

AxiStreamToTlm::AxiStreamToTlm(const sc_core::sc_module_name& name, const Clock& clock)
    : PinModule(name, clock) {
    SC_HAS_PROCESS(AxiStreamToTlm);
    SC_THREAD(write);
}

void AxiStreamToTlm::reset() {
    refuse_reset_during(writing_);
    packet_.clear();
    complete_ = failed_ = false;
    cycles_left_ = 0;
    s_axis.tready.write(false);
}

void AxiStreamToTlm::rising() {
    if (s_axis.tvalid.read() && s_axis.tready.read()) {
        const std::uint64_t data = s_axis.tdata.read();
        for (int byte = 0; byte < axi::kBeatBytes; ++byte)
            if (((s_axis.tkeep.read() >> byte) & 1) != 0)
                packet_.push_back(static_cast<unsigned char>(data >> (8 * byte)));
        complete_ = s_axis.tlast.read();
    } else if (cycles_left_ > 0) {
        --cycles_left_;
    }
    s_axis.tready.write(!complete_ && cycles_left_ == 0);
}

void AxiStreamToTlm::falling() {
    if (!complete_ || writing_) return;
    writing_ = true;
    write_event_.notify();
}

void AxiStreamToTlm::write() {
    while (true) {
        wait(write_event_);
        const sc_core::sc_time delay =
            transport(*initiator.operator->(), tlm::TLM_WRITE_COMMAND, address, packet_, failed_);
        cycles_left_ = clock().count(delay);
        packet_.clear();
        complete_ = writing_ = false;
    }
}

TlmToAxiStream::TlmToAxiStream(const sc_core::sc_module_name& name, const Clock& clock)
    : PinModule(name, clock) {
    SC_HAS_PROCESS(TlmToAxiStream);
    SC_THREAD(read);
}

void TlmToAxiStream::start(std::uint64_t address, std::uint64_t bytes) {
    if (busy() || bytes == 0 || bytes > kLargestPacket) {
        failed_ = true;
        return;
    }
    address_ = address;
    packet_.assign(bytes, 0);
    sent_ = 0;
    requested_ = true;
}

void TlmToAxiStream::reset() {
    refuse_reset_during(reading_);
    packet_.clear();
    sent_ = 0;
    requested_ = failed_ = false;
    m_axis.tvalid.write(false);
}

void TlmToAxiStream::rising() {
    if (m_axis.tvalid.read()) {
        if (!m_axis.tready.read()) return;
        sent_ = std::min(sent_ + axi::kBeatBytes, packet_.size());
    } else if (requested_ || cycles_left_ > 0) {
        if (cycles_left_ > 0) --cycles_left_;
        return;
    }
    show_beat();
}

void TlmToAxiStream::falling() {
    if (!requested_ || reading_) return;
    reading_ = true;
    read_event_.notify();
}

void TlmToAxiStream::read() {
    while (true) {
        wait(read_event_);
        const sc_core::sc_time delay =
            transport(*initiator.operator->(), tlm::TLM_READ_COMMAND, address_, packet_, failed_);
        cycles_left_ = clock().count(delay);
        requested_ = reading_ = false;
    }
}

void TlmToAxiStream::show_beat() {
    const auto left =
        static_cast<int>(std::min<std::size_t>(packet_.size() - sent_, axi::kBeatBytes));
    std::uint64_t data = 0;
    for (int byte = 0; byte < left; ++byte)
        data |= std::uint64_t{packet_[sent_ + static_cast<std::size_t>(byte)]} << (8 * byte);
    m_axis.tdata.write(data);
    m_axis.tkeep.write(axi::keep_bytes(left));
    m_axis.tlast.write(sent_ + axi::kBeatBytes >= packet_.size());
    m_axis.tvalid.write(left > 0);
}

}  // namespace cimarron
