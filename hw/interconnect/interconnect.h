// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/common/fault.h"
#include "hw/common/payload.h"
#include "hw/interconnect/fabric.h"
#include "hw/interconnect/interconnect_traffic.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/trace/status_trace.h"

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// Carries vectors between blocks over the configured fabric (bus, mesh, H-tree), which decides
// when. Block b is the b-th bound to vector_target and to vector_initiator. A block's BEGIN_REQ
// hands its vector over; BEGIN_RESP says that it may send the next, and the vector may still be on
// its way. Whole, it is written into each block of its destination with b_transport.
class Interconnect : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Interconnect);
    Interconnect(const sc_core::sc_module_name& name, const InterconnectParams& params,
                 const Clock& clock);

    tlm_utils::multi_passthrough_target_socket<Interconnect> vector_target{"vector_target"};
    tlm_utils::multi_passthrough_initiator_socket<Interconnect> vector_initiator{
        "vector_initiator"};

    // Which tile of `tiles` each block is (or kGlobalBufferTile), and routes[destination]: its
    // blocks. Once, before the first vector.
    void set_routes(int tiles, std::vector<int> tile_of_block,
                    std::vector<std::vector<int>> routes);
    void inject(Fault fault) { fault_ = fault; }
    // Called when a block offers a vector; it is on its way until it is written into its readers.
    std::function<void(const VectorExtension& vector)> on_offer;
    // Shows requests (blocks whose vector is not accepted yet), under_way (vectors), accepted and
    // delivered (codes so far), energy_j.
    void record(Waveform& wave);

    // Per destination.
    const std::vector<InterconnectActivity>& activity() const { return traffic_->activity(); }
    std::int64_t codes_accepted() const { return codes_accepted_; }
    // Each once, however many copies.
    std::int64_t codes_delivered() const { return codes_delivered_; }
    std::int64_t activations() const { return activations_; }
    std::string waiting_for() const;  // for the report of a stuck run; empty when idle

private:
    // A vector under way.
    struct Vector {
        std::vector<unsigned char> data;
        ReusablePayload<VectorExtension> payload;
        int blocks_left = 0;
    };
    tlm::tlm_sync_enum nb_transport_fw(int block, tlm::tlm_generic_payload& payload,
                                       tlm::tlm_phase& phase, sc_core::sc_time& delay);
    int take_over(const tlm::tlm_generic_payload& payload);
    void schedule();
    void step();
    void accept(int block);
    void deliver(const FabricEvents::Arrival& arrival);
    std::int64_t under_way() const {
        return static_cast<std::int64_t>(vectors_.size() - free_vectors_.size());
    }

    const InterconnectParams params_;
    const Clock& clock_;
    std::unique_ptr<InterconnectTraffic> traffic_;
    std::unique_ptr<Fabric> fabric_;
    FabricEvents events_;
    std::vector<tlm::tlm_generic_payload*> waiting_;  // per block, not accepted yet
    std::vector<std::unique_ptr<Vector>> vectors_;
    std::vector<int> free_vectors_;
    Fault fault_ = Fault::none;
    StatusTrace* trace_ = nullptr;  // the waveform has it
    std::int64_t codes_accepted_ = 0;
    std::int64_t codes_delivered_ = 0;
    std::int64_t activations_ = 0;

    sc_core::sc_event step_event_{"step_event"};
};

}  // namespace cimarron
