// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/dram_port.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

DramPort::DramPort(const sc_core::sc_module_name& name, const DramParams& params,
                   const Clock& clock)
    : sc_module(name), params_(params), clock_(clock) {
    dram_initiator.register_nb_transport_bw(this, &DramPort::answered);
    SC_METHOD(finish);
    sensitive << finish_event_;
    dont_initialize();
}

void DramPort::read(std::int64_t address, unsigned char* data, std::int64_t bytes,
                    std::function<void()> done) {
    add({false, address, data, bytes, std::move(done)});
}

void DramPort::write(std::int64_t address, const unsigned char* data, std::int64_t bytes,
                     std::function<void()> done) {
    add({true, address, const_cast<unsigned char*>(data), bytes, std::move(done)});
}

void DramPort::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    dram_initiator->b_transport(payload, delay);
    delay += clock_.until_next(delay);
}

void DramPort::add(Job job) {
    jobs_.push_back(std::move(job));
    ask();
}

void DramPort::ask() {
    while (open_request_ == nullptr && under_way_ < kOutstanding && next_ < jobs_.size()) {
        Job& job = jobs_[next_];
        Burst& burst = *std::find_if(bursts_.begin(), bursts_.end(),
                                     [](const Burst& b) { return b.job == nullptr; });
        send(burst, job);
        if (job.asked == job.bytes) ++next_;
    }
}

void DramPort::send(Burst& burst, Job& job) {
    const std::int64_t bytes = std::min<std::int64_t>(params_.burst_bytes, job.bytes - job.asked);
    const auto address = static_cast<std::uint64_t>(job.address + job.asked);
    unsigned char* data = job.data + job.asked;
    const auto length = static_cast<std::size_t>(bytes);
    tlm::tlm_generic_payload& payload = job.write ? burst.payload.write(address, data, length)
                                                  : burst.payload.read(address, data, length);
    burst.job = &job;
    job.asked += bytes;
    ++under_way_;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    open_request_ = &payload;
    if (dram_initiator->nb_transport_fw(payload, phase, delay) != tlm::TLM_ACCEPTED)
        open_request_ = nullptr;
}

tlm::tlm_sync_enum DramPort::answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                      sc_core::sc_time& /*delay*/) {
    if (open_request_ == &payload) open_request_ = nullptr;
    if (phase == tlm::END_REQ) {
        ask();
        return tlm::TLM_ACCEPTED;
    }
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/dram_port", "unexpected phase");
    if (payload.is_response_error())
        SC_REPORT_FATAL("cimarron/dram_port", payload.get_response_string().c_str());
    Burst& burst = *std::find_if(bursts_.begin(), bursts_.end(), [&](Burst& b) {
        return b.job != nullptr && &b.payload.payload() == &payload;
    });
    burst.job->answered += payload.get_data_length();
    burst.job = nullptr;
    --under_way_;
    payload.release();
    const sc_core::sc_time until_next = clock_.until_next();
    if (until_next == sc_core::SC_ZERO_TIME)
        finish();
    else
        finish_event_.notify(until_next);
    ask();
    phase = tlm::END_RESP;
    return tlm::TLM_COMPLETED;
}

void DramPort::finish() {
    while (!jobs_.empty() && jobs_.front().answered == jobs_.front().bytes) {
        const std::function<void()> done = std::move(jobs_.front().done);
        jobs_.pop_front();
        --next_;
        done();
    }
}

std::string DramPort::waiting_for() const {
    if (jobs_.empty()) return {};
    const Job& job = jobs_.front();
    return fmt::format("{} for {} of {} bytes {} address {}", name(), job.bytes - job.answered,
                       job.bytes, job.write ? "to" : "from", job.address);
}

}  // namespace cimarron
