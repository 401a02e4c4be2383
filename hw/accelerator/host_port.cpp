// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/host_port.h"

#include "hw/host/register_map.h"

#include <cstring>
#include <vector>

namespace cimarron {

void HostPort::access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (address >= register_map::kTiles)
        access_tile(payload, delay);
    else if (address >= register_map::kDram && dram_port_ != nullptr)
        access_dram(payload, delay);
    else if (address == register_map::kImage && payload.is_write())
        write_image(payload, delay);
    else if (address == register_map::kLogits && payload.is_read())
        read_logits(payload, delay);
    else if (!access_register(payload))
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

void HostPort::access_tile(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    const std::uint64_t offset = address - register_map::kTiles;
    const std::uint64_t tile = offset / register_map::kTileSpan;
    if (tile >= tiles_.count()) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    payload.set_address(offset % register_map::kTileSpan);
    tiles_.access(tile, payload, delay);
    payload.set_address(address);
}

void HostPort::access_dram(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    payload.set_address(address - register_map::kDram);
    dram_port_->b_transport(payload, delay);
    payload.set_address(address);
}

void HostPort::write_image(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (payload.get_data_length() != global_buffer_.image_bytes()) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    while (!global_buffer_.has_place()) sc_core::wait(global_buffer_.image_sent());
    delay += clock_.cycles(global_buffer_.write_image(payload.get_data_ptr()));
}

void HostPort::read_logits(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    std::vector<std::int64_t> logits(global_buffer_.logit_count());
    if (payload.get_data_length() != logits.size() * sizeof(std::int64_t)) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    while (!global_buffer_.has_logits()) sc_core::wait(global_buffer_.logits_done());
    delay += clock_.cycles(control_.read_logits(logits.data()));
    std::memcpy(payload.get_data_ptr(), logits.data(), payload.get_data_length());
}

// Whether there is such a register.
bool HostPort::access_register(tlm::tlm_generic_payload& payload) {
    std::uint64_t value = 0;
    if (payload.get_data_length() != sizeof(value)) return false;
    if (payload.is_write() && payload.get_address() == register_map::kControl) {
        std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
        control_.write(value);
        return true;
    }
    if (!payload.is_read()) return false;
    if (payload.get_address() == register_map::kStatus)
        value = (control_.busy() ? register_map::kBusy : 0) |
                (control_.done() ? register_map::kDone : 0);
    else if (payload.get_address() == register_map::kCycles)
        value = static_cast<std::uint64_t>(clock_.now());
    else
        return false;
    std::memcpy(payload.get_data_ptr(), &value, sizeof(value));
    return true;
}

}  // namespace cimarron
