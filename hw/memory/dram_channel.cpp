// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/dram_channel.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

namespace {

constexpr std::uint64_t kPageBytes = 4096;  // of the host's memory, allocated when written

}  // namespace

DramChannel::DramChannel(const sc_core::sc_module_name& name, const DramParams& params,
                         const Clock& clock)
    : sc_module(name), params_(params), clock_(clock), banks_(params) {
    target.register_b_transport(this, &DramChannel::b_transport);
    target.register_nb_transport_fw(this, &DramChannel::nb_transport_fw);
    SC_METHOD(respond);
    sensitive << response_due_;
    dont_initialize();
}

void DramChannel::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    delay += clock_.cycles(access(payload) - clock_.now());
}

tlm::tlm_sync_enum DramChannel::nb_transport_fw(tlm::tlm_generic_payload& payload,
                                                tlm::tlm_phase& phase,
                                                sc_core::sc_time& /*delay*/) {
    if (phase == tlm::END_RESP && responding_) {
        responses_.front().payload->release();
        responses_.pop_front();
        responding_ = false;
        schedule();
        return tlm::TLM_COMPLETED;
    }
    if (phase != tlm::BEGIN_REQ) SC_REPORT_FATAL("cimarron/dram_channel", "unexpected phase");
    payload.acquire();
    responses_.push_back({&payload, access(payload)});
    if (responses_.size() == 1) schedule();
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
}

// The cycle at which the answer is there. In order, so the data may move now.
std::int64_t DramChannel::access(tlm::tlm_generic_payload& payload) {
    const std::uint64_t address = payload.get_address();
    const std::size_t bytes = payload.get_data_length();
    if (bytes == 0 || address + bytes > static_cast<std::uint64_t>(params_.bytes)) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return clock_.now();
    }
    if (payload.get_byte_enable_ptr() != nullptr || payload.get_streaming_width() < bytes) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return clock_.now();
    }
    copy(address, payload.get_data_ptr(), bytes, payload.is_write());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return banks_.serve(clock_.now(), static_cast<std::int64_t>(address),
                        static_cast<std::int64_t>(bytes), payload.is_write());
}

void DramChannel::copy(std::uint64_t address, unsigned char* data, std::size_t bytes, bool write) {
    while (bytes > 0) {
        const std::uint64_t offset = address % kPageBytes;
        const auto part = std::min<std::size_t>(bytes, kPageBytes - offset);
        if (write) {
            std::vector<unsigned char>& page = pages_[address / kPageBytes];
            page.resize(kPageBytes);
            std::memcpy(page.data() + offset, data, part);
        } else if (const auto page = pages_.find(address / kPageBytes); page != pages_.end()) {
            std::memcpy(data, page->second.data() + offset, part);
        } else {
            std::memset(data, 0, part);
        }
        address += part;
        data += part;
        bytes -= part;
    }
}

void DramChannel::schedule() {
    if (responding_ || responses_.empty()) return;
    const std::int64_t cycles = responses_.front().cycle - clock_.now();
    response_due_.notify(cycles > 0 ? clock_.cycles(cycles) : sc_core::SC_ZERO_TIME);
}

void DramChannel::respond() {
    ++activations_;
    tlm::tlm_generic_payload& payload = *responses_.front().payload;
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    responding_ = true;
    const tlm::tlm_sync_enum status = target->nb_transport_bw(payload, phase, delay);
    if (status == tlm::TLM_ACCEPTED) return;
    responses_.pop_front();
    responding_ = false;
    payload.release();
    schedule();
}

}  // namespace cimarron
