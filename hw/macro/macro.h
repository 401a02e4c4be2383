// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/macro/cycle_ledger.h"
#include "hw/macro/macro_datapath.h"
#include "hw/macro/macro_trace.h"
#include "hw/macro/mvm_transaction.h"

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <memory>

namespace cimarron {

// One crossbar with its periphery. An MVM (BEGIN_REQ) passes two overlapping state machines:
//   word lines: drive -> settle -> [wait for the sample-and-hold] -> sample, per slice and row
//   group; converter:  one mux position per conversion_cycles, then, after the last, the final
//   shift-add.
// BEGIN_RESP comes mvm_timing().total cycles (macro_timing.h) after BEGIN_REQ; END_RESP frees the
// macro.
class Macro : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Macro);
    Macro(const sc_core::sc_module_name& name, const MacroParams& params,
          const MacroPlacement& placement, int weight_bits, const Clock& clock);

    tlm_utils::simple_target_socket<Macro> command_target{"command_target"};

    const MacroDatapath& datapath() const { return datapath_; }
    MacroCycles cycles() { return ledger_.close(clock_.now()); }
    std::int64_t activations() const { return activations_; }
    void record(VcdWriter& writer) {
        trace_ = std::make_unique<MacroTrace>(writer, name(), datapath_, params_);
    }
    void inject(Fault fault);

private:
    enum class WordLines { idle, driving, settling, wait_sample, sampling, holding };

    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
    void begin(tlm::tlm_generic_payload& payload);
    void step_word_lines();
    void step_converter();
    void drive();
    void settled();
    void begin_sample();
    void begin_conversion();
    void conversions_done();
    void finish();
    void enter(WordLines state);
    void book(CycleLedger::State state) { ledger_.enter(state, clock_.now()); }

    const MacroParams params_;
    const Clock& clock_;
    MacroDatapath datapath_;
    CycleLedger ledger_;
    std::unique_ptr<MacroTrace> trace_;

    tlm::tlm_generic_payload* request_ = nullptr;
    bool active_ = false;  // its layer is running
    bool lose_cycle_ = false;
    WordLines word_lines_ = WordLines::idle;
    int slice_ = 0;  // of the word lines
    int group_ = 0;
    bool converting_ = false;
    int converted_slice_ = 0;  // of the held columns
    bool last_evaluation_ = false;
    int position_ = 0;
    bool accumulating_ = false;
    std::int64_t activations_ = 0;

    sc_core::sc_event word_line_step_{"word_line_step"};
    sc_core::sc_event converter_step_{"converter_step"};
};

}  // namespace cimarron
