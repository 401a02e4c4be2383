// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/interconnect.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

Interconnect::Interconnect(const sc_core::sc_module_name& name, const InterconnectParams& params,
                           const Clock& clock)
    : sc_module(name), params_(params), clock_(clock) {
    vector_target.register_nb_transport_fw(this, &Interconnect::nb_transport_fw);
    SC_METHOD(step);
    sensitive << step_event_;
    dont_initialize();
}

void Interconnect::set_routes(int tiles, std::vector<int> tile_of_block,
                              std::vector<std::vector<int>> routes) {
    waiting_.assign(tile_of_block.size(), nullptr);
    traffic_ = std::make_unique<InterconnectTraffic>(params_, tiles, std::move(tile_of_block),
                                                     std::move(routes));
    fabric_ = make_fabric(params_, traffic_->map());
}

tlm::tlm_sync_enum Interconnect::nb_transport_fw(int block, tlm::tlm_generic_payload& payload,
                                                 tlm::tlm_phase& phase,
                                                 sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_);
    const auto slot = static_cast<std::size_t>(block);
    if (phase != tlm::BEGIN_REQ || waiting_[slot] != nullptr)
        SC_REPORT_FATAL("cimarron/interconnect", "a second request while one is outstanding");
    payload.acquire();
    waiting_[slot] = &payload;
    const VectorExtension& vector = *payload.get_extension<VectorExtension>();
    codes_accepted_ += vector.codes();
    if (on_offer) on_offer(vector);
    traffic_->count(block, vector.destination, vector.bits());
    fabric_->request(clock_.now(), block, vector.destination, vector.bits(), take_over(payload));
    schedule();
    return tlm::TLM_ACCEPTED;
}

int Interconnect::take_over(const tlm::tlm_generic_payload& payload) {
    if (free_vectors_.empty()) {
        free_vectors_.push_back(static_cast<int>(vectors_.size()));
        vectors_.push_back(std::make_unique<Vector>());
    }
    const int index = free_vectors_.back();
    free_vectors_.pop_back();
    Vector& vector = *vectors_[static_cast<std::size_t>(index)];
    vector.data.assign(payload.get_data_ptr(), payload.get_data_ptr() + payload.get_data_length());
    vector.payload.extension = *payload.get_extension<VectorExtension>();
    vector.blocks_left =
        static_cast<int>(traffic_->map().blocks(vector.payload.extension.destination).size());
    return index;
}

void Interconnect::schedule() {
    const std::int64_t next = fabric_->next();
    if (next == Fabric::kNever) return;
    const std::int64_t cycles = next - clock_.now();
    step_event_.notify(cycles > 0 ? clock_.cycles(cycles) : sc_core::SC_ZERO_TIME);
}

void Interconnect::step() {
    const TracedActivation traced(trace_);
    ++activations_;
    events_.accepted.clear();
    events_.arrivals.clear();
    fabric_->step(clock_.now(), events_);
    for (const FabricEvents::Arrival& arrival : events_.arrivals) deliver(arrival);
    for (const int block : events_.accepted) accept(block);
    schedule();
}

void Interconnect::accept(int block) {
    tlm::tlm_generic_payload& payload = *waiting_[static_cast<std::size_t>(block)];
    waiting_[static_cast<std::size_t>(block)] = nullptr;
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_target[static_cast<unsigned>(block)]->nb_transport_bw(payload, phase, delay);
    payload.release();
}

void Interconnect::deliver(const FabricEvents::Arrival& arrival) {
    Vector& vector = *vectors_[static_cast<std::size_t>(arrival.vector)];
    const VectorExtension& extension = vector.payload.extension;
    const bool lost = fault_ == Fault::lose_payload && extension.destination > 0;
    if (!lost) {
        tlm::tlm_generic_payload& payload =
            vector.payload.write(0, vector.data.data(), vector.data.size());
        VectorExtension& arrived = vector.payload.extension;
        if (!arrived.path.empty())  // weights are on no image's way
            arrived.path = arrived.path.then(arrived.stage, PathCause::network, clock_.now());
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        vector_initiator[static_cast<unsigned>(arrival.block)]->b_transport(payload, delay);
        payload.release();
    }
    if (--vector.blocks_left > 0) return;
    if (lost)
        fault_ = Fault::none;
    else
        codes_delivered_ += extension.codes();
    free_vectors_.push_back(arrival.vector);
}

std::string Interconnect::waiting_for() const {
    if (under_way() == 0) return {};
    return fmt::format("{} for {} vectors to arrive", name(), under_way());
}

void Interconnect::record(Waveform& wave) {
    auto trace = std::make_unique<StatusTrace>(wave, name());
    trace_ = trace.get();
    trace_->add("requests", 16, [this] {
        return static_cast<std::int64_t>(waiting_.size()) -
               std::count(waiting_.begin(), waiting_.end(), nullptr);
    });
    trace_->add("under_way", 16, [this] { return under_way(); });
    trace_->add("accepted", 48, [this] { return codes_accepted_; });
    trace_->add("delivered", 48, [this] { return codes_delivered_; });
    const auto& meter = wave.options().prices.interconnect;
    if (meter.priced())
        trace_->add_energy([this, &meter] {
            double sum = 0;
            for (const InterconnectActivity& route : activity()) sum += meter.joules(route);
            return sum;
        });
    wave.keep(std::move(trace));
}

}  // namespace cimarron
