// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>
#include <tlm>

#include <cstdint>

namespace cimarron {

struct NoExtension : tlm::tlm_extension<NoExtension> {
    void free() override {}
    tlm_extension_base* clone() const override { return new NoExtension; }
    void copy_from(const tlm_extension_base& /*other*/) override {}
};

// A transaction with its extension, reused by its initiator: memory-managed, as nb_transport
// demands, without allocation.
template <class Extension>
class ReusablePayload : public tlm::tlm_mm_interface {
public:
    ReusablePayload() {
        payload_.set_mm(this);
        payload_.set_extension(&extension);
    }

    Extension extension;  // outlives payload_, whose destructor looks at it

    // Ready the payload for its next use as a write or read of `length` bytes and acquire it.
    tlm::tlm_generic_payload& write(std::uint64_t address, const void* data, std::size_t length) {
        return use(tlm::TLM_WRITE_COMMAND, address, const_cast<void*>(data), length);
    }
    tlm::tlm_generic_payload& read(std::uint64_t address, void* data, std::size_t length) {
        return use(tlm::TLM_READ_COMMAND, address, data, length);
    }
    tlm::tlm_generic_payload& payload() { return payload_; }

    void free(tlm::tlm_generic_payload* /*unused*/) override {}  // the owner keeps it

private:
    tlm::tlm_generic_payload& use(tlm::tlm_command command, std::uint64_t address, void* data,
                                  std::size_t length) {
        payload_.set_command(command);
        payload_.set_address(address);
        payload_.set_data_ptr(static_cast<unsigned char*>(data));
        payload_.set_data_length(static_cast<unsigned>(length));
        payload_.set_streaming_width(static_cast<unsigned>(length));
        payload_.set_byte_enable_ptr(nullptr);
        payload_.set_dmi_allowed(false);
        payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        payload_.acquire();
        return payload_;
    }
    tlm::tlm_generic_payload payload_;
};

// A blocking register access, for targets that answer at once and annotate their delay.
inline sc_core::sc_time blocking_write(tlm::tlm_fw_transport_if<>& target, std::uint64_t address,
                                       const void* data, std::size_t length) {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(const_cast<void*>(data)));
    payload.set_data_length(static_cast<unsigned>(length));
    payload.set_streaming_width(static_cast<unsigned>(length));
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    target.b_transport(payload, delay);
    if (payload.is_response_error())
        SC_REPORT_FATAL("cimarron/payload", payload.get_response_string().c_str());
    return delay;
}

}  // namespace cimarron
