// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/interconnect/interconnect_params.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/macro/fault.h"

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <systemc>
#include <tlm>

#include <vector>

namespace cimarron {

// A shared bus. An initiator's BEGIN_REQ waits for its round-robin turn; its vector then takes
// transfer_cycles() (stage_timing.h), is written into every block of its destination at once (a bus
// broadcasts by nature), and BEGIN_RESP frees the initiator. One transfer at a time.
class Interconnect : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Interconnect);
    Interconnect(const sc_core::sc_module_name& name, const InterconnectParams& params,
                 const Clock& clock);

    tlm_utils::multi_passthrough_target_socket<Interconnect> vector_target{"vector_target"};
    tlm_utils::multi_passthrough_initiator_socket<Interconnect> vector_initiator{
        "vector_initiator"};

    // routes[destination] = indices of the bound vector_initiator sockets that hold it.
    void set_routes(std::vector<std::vector<int>> routes);
    void inject(Fault fault) { fault_ = fault; }

    // Per destination.
    const std::vector<InterconnectActivity>& activity() const { return activity_; }
    std::int64_t codes_accepted() const { return codes_accepted_; }
    std::int64_t codes_delivered() const {
        return codes_delivered_;
    }  // each once, however many copies
    std::int64_t activations() const { return activations_; }

private:
    tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                       tlm::tlm_phase& phase, sc_core::sc_time& delay);
    void grant();
    void finish();
    void deliver(tlm::tlm_generic_payload& payload, const VectorExtension& vector);

    const InterconnectParams params_;
    const Clock& clock_;
    std::vector<std::vector<int>> routes_;
    std::vector<tlm::tlm_generic_payload*> waiting_;  // per initiator
    int turn_ = 0;                                    // first initiator to ask at the next grant
    int granted_ = -1;
    Fault fault_ = Fault::none;
    std::vector<InterconnectActivity> activity_;
    std::int64_t codes_accepted_ = 0;
    std::int64_t codes_delivered_ = 0;
    std::int64_t activations_ = 0;

    sc_core::sc_event requested_{"requested"};
    sc_core::sc_event transferred_{"transferred"};
};

}  // namespace cimarron
