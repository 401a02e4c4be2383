// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/payload.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/memory/dram_port.h"
#include "hw/program/reload_plan.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <string>
#include <vector>

namespace cimarron {

// Brings a round's weights and coefficients from DRAM to the tiles: reads bursts ahead, as many as
// its buffer has room for, and sends vector after vector over the interconnect, in the plan's order
// (reload_plan.h). A macro takes its next row when the one before is written; a row whose macro is
// not ready holds back those behind it. With R rows of M macros, each s cycles on a bus that is
// never idle, a round takes about R * max(M * s, s + write_cycles), or what DRAM takes for its
// bytes.
class WeightLoader : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(WeightLoader);
    // routes[block]: the interconnect's destination that is this tile alone.
    WeightLoader(const sc_core::sc_module_name& name, const DramParams& dram, DramPort& port,
                 const Program& program, std::vector<int> routes);

    tlm_utils::simple_initiator_socket<WeightLoader> vector_initiator{"vector_initiator"};

    void load(int round);
    std::function<void()> on_loaded;     // all of it is written
    void written(int block, int macro);  // a row, in all copies; -1: coefficients
    std::string waiting_for() const;     // for the report of a stuck run; empty when idle

    std::int64_t activations() const { return activations_; }
    const std::vector<ReloadPlan>& plans() const { return plans_; }

private:
    tlm::tlm_sync_enum sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
    const ReloadPlan& plan() const { return plans_[static_cast<std::size_t>(round_)]; }
    bool loading() const { return written_ < plan().items.size(); }
    void advance();
    void request();
    void send();
    char& busy(int block, int macro);

    const std::int64_t burst_;  // bytes
    DramPort& port_;
    const std::vector<ReloadPlan> plans_;
    const std::vector<int> routes_;
    const std::int64_t buffer_bytes_;
    std::vector<std::size_t> first_macro_;  // of each block, in busy_
    std::vector<char> busy_;                // macros with a row on its way or being written
    int round_ = 0;
    std::vector<unsigned char> data_;  // of the round, as it arrives
    std::int64_t requested_ = 0;       // bytes
    std::int64_t arrived_ = 0;
    std::int64_t consumed_ = 0;  // by vectors sent
    std::size_t next_ = 0;       // item to send
    std::size_t written_ = 0;    // items
    bool sending_ = false;
    std::vector<unsigned char> codes_;  // of the vector being sent
    ReusablePayload<VectorExtension> vector_payload_;
    std::int64_t activations_ = 0;

    sc_core::sc_event advance_event_{"advance_event"};
};

}  // namespace cimarron
