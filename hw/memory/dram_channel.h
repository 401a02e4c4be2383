// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/memory/dram_banks.h"

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

namespace cimarron {

// A DRAM channel with its data: a TLM-2.0 target of the base protocol, so that any other DRAM model
// can be bound in its place. nb_transport: BEGIN_REQ is taken at once, and BEGIN_RESP comes, in the
// order of requests, at the cycle of DramBanks::serve (dram_banks.h has its formula), but not
// before the END_RESP of the one before. b_transport annotates the same delay. What was never
// written reads as 0.
class DramChannel : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(DramChannel);
    DramChannel(const sc_core::sc_module_name& name, const DramParams& params, const Clock& clock);

    tlm_utils::simple_target_socket<DramChannel> target{"target"};

    const DramActivity& activity() const { return banks_.activity(); }
    std::int64_t activations() const { return activations_; }  // of its process

private:
    struct Response {
        tlm::tlm_generic_payload* payload;
        std::int64_t cycle;
    };
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
    std::int64_t access(tlm::tlm_generic_payload& payload);
    void copy(std::uint64_t address, unsigned char* data, std::size_t bytes, bool write);
    void respond();
    void schedule();

    const DramParams params_;
    const Clock& clock_;
    DramBanks banks_;
    std::unordered_map<std::uint64_t, std::vector<unsigned char>> pages_;
    std::deque<Response> responses_;
    bool responding_ = false;  // BEGIN_RESP sent, END_RESP not yet here
    std::int64_t activations_ = 0;
    sc_core::sc_event response_due_{"response_due"};
};

}  // namespace cimarron
