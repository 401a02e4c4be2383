// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/interconnect.h"

#include "hw/tile/stage_timing.h"

namespace cimarron {

Interconnect::Interconnect(const sc_core::sc_module_name& name, const InterconnectParams& params,
                           const Clock& clock)
    : sc_module(name), params_(params), clock_(clock) {
    vector_target.register_nb_transport_fw(this, &Interconnect::nb_transport_fw);
    SC_METHOD(grant);
    sensitive << requested_;
    dont_initialize();
    SC_METHOD(finish);
    sensitive << transferred_;
    dont_initialize();
}

void Interconnect::set_routes(std::vector<std::vector<int>> routes) {
    routes_ = std::move(routes);
    activity_.resize(routes_.size());
}

tlm::tlm_sync_enum Interconnect::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                                 tlm::tlm_phase& phase,
                                                 sc_core::sc_time& /*delay*/) {
    const auto slot = static_cast<std::size_t>(initiator);
    if (waiting_.size() <= slot) waiting_.resize(slot + 1, nullptr);
    if (phase != tlm::BEGIN_REQ || waiting_[slot] != nullptr)
        SC_REPORT_FATAL("cimarron/interconnect", "a second request while one is outstanding");
    payload.acquire();
    waiting_[slot] = &payload;
    codes_accepted_ += payload.get_extension<VectorExtension>()->codes();
    if (granted_ < 0) requested_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_ACCEPTED;
}

void Interconnect::grant() {
    ++activations_;
    if (granted_ >= 0) return;
    const auto initiators = static_cast<int>(waiting_.size());
    for (int i = 0; i < initiators; ++i) {
        const int candidate = (turn_ + i) % initiators;
        if (waiting_[static_cast<std::size_t>(candidate)] == nullptr) continue;
        granted_ = candidate;
        turn_ = (candidate + 1) % initiators;
        const auto& vector =
            *waiting_[static_cast<std::size_t>(candidate)]->get_extension<VectorExtension>();
        InterconnectActivity& activity = activity_[static_cast<std::size_t>(vector.destination)];
        const std::int64_t cycles = transfer_cycles(params_, vector.bits());
        ++activity.transfers;
        activity.flits += cycles - params_.arbitration_cycles;
        activity.payload_bits += vector.bits();
        transferred_.notify(clock_.cycles(cycles));
        return;
    }
}

void Interconnect::finish() {
    ++activations_;
    const int initiator = granted_;
    tlm::tlm_generic_payload& payload = *waiting_[static_cast<std::size_t>(initiator)];
    waiting_[static_cast<std::size_t>(initiator)] = nullptr;
    granted_ = -1;
    deliver(payload, *payload.get_extension<VectorExtension>());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_target[static_cast<unsigned>(initiator)]->nb_transport_bw(payload, phase, delay);
    payload.release();
    requested_.notify(sc_core::SC_ZERO_TIME);
}

void Interconnect::deliver(tlm::tlm_generic_payload& payload, const VectorExtension& vector) {
    if (fault_ == Fault::lose_payload && vector.destination > 0) {
        fault_ = Fault::none;
        return;
    }
    for (const int socket : routes_[static_cast<std::size_t>(vector.destination)]) {
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        vector_initiator[static_cast<unsigned>(socket)]->b_transport(payload, delay);
    }
    codes_delivered_ += vector.codes();
}

}  // namespace cimarron
