// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/dram.h"
#include "hw/common/clock.h"
#include "hw/common/payload.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace cimarron {

// The chip's end of the DRAM: takes what its blocks ask for in the order in which they ask, and has
// up to kOutstanding bursts under way, each a transaction of the base protocol. They may be
// answered in any order and at any time; the chip hears of it when its next cycle begins.
class DramPort : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(DramPort);
    DramPort(const sc_core::sc_module_name& name, const DramParams& params, const Clock& clock);

    tlm_utils::simple_initiator_socket<DramPort> dram_initiator{"dram_initiator"};

    // `address` begins a burst; `data` must stay until `done` is called, when all of it is there.
    void read(std::int64_t address, unsigned char* data, std::int64_t bytes,
              std::function<void()> done);
    void write(std::int64_t address, const unsigned char* data, std::int64_t bytes,
               std::function<void()> done);
    // The host's accesses, with annotated delay.
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

    std::string waiting_for() const;  // for the report of a stuck run; empty when idle

private:
    static constexpr int kOutstanding = 16;

    struct Job {
        bool write;
        std::int64_t address;
        unsigned char* data;
        std::int64_t bytes;
        std::function<void()> done;
        std::int64_t asked = 0;  // bytes
        std::int64_t answered = 0;
    };
    struct Burst {
        ReusablePayload<NoExtension> payload;
        Job* job = nullptr;  // nullptr: free
    };
    void add(Job job);
    void ask();
    void send(Burst& burst, Job& job);
    void finish();
    tlm::tlm_sync_enum answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                sc_core::sc_time& delay);

    const DramParams params_;
    const Clock& clock_;
    std::deque<Job> jobs_;  // not answered whole; a deque keeps them where they are
    std::size_t next_ = 0;  // the first not asked for whole
    std::array<Burst, kOutstanding> bursts_;
    int under_way_ = 0;
    // BEGIN_REQ sent, END_REQ (which a BEGIN_RESP implies) not yet here.
    const tlm::tlm_generic_payload* open_request_ = nullptr;

    sc_core::sc_event finish_event_{"finish_event"};
};

}  // namespace cimarron
