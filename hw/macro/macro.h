// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/macro/cycle_ledger.h"
#include "hw/macro/macro_datapath.h"
#include "hw/macro/macro_sequencer.h"
#include "hw/macro/macro_timeline.h"
#include "hw/macro/macro_trace.h"
#include "hw/macro/mvm_transaction.h"
#include "hw/macro/timing_wheel.h"

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <memory>

namespace cimarron {

// One crossbar with its periphery: an MVM begins with BEGIN_REQ; BEGIN_RESP comes
// mvm_timing().total cycles (macro_timing.h) later; END_RESP frees the macro. The digital part
// (macro_digital.h) says which step happens when; the array, the ADCs, the clock and the waveform
// are here.
class Macro final : public sc_core::sc_module, private MacroSteps {
public:
    SC_HAS_PROCESS(Macro);
    Macro(const sc_core::sc_module_name& name, const MacroParams& params,
          const MacroPlacement& placement, int weight_bits, const Clock& clock,
          std::uint64_t instance = 0, TimingWheel* wheel = nullptr,  // nullptr: one of its own
          const MacroWaits* waits = nullptr);  // nullptr: its two waits have one cause each

    tlm_utils::simple_target_socket<Macro> command_target{"command_target"};

    const MacroDatapath& datapath() const { return datapath_; }
    MacroCycles cycles() { return ledger_.close(clock_.now()); }
    std::int64_t steps() const { return steps_; }
    void record(Waveform& wave);
    void record(MacroTimeline& timeline) { timeline_ = &timeline; }
    void inject(Fault fault);
    void step(Timer timer);  // for its wheel
    // Called with the input codes of every MVM.
    std::function<void(const std::uint8_t* codes, int bits)> on_mvm;
    std::function<void()> on_row_written;

private:
    friend class MacroSequencer<Macro>;

    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
    void begin(tlm::tlm_generic_payload& payload);
    void write_row(int row, const std::uint8_t* codes);
    void finish_row();

    void wake(Timer timer, int cycles) override;
    void word_lines(WordLines state, int slice, int group) override;
    void settled(int slice, int group) override;
    void sampled(int slice, int group) override;
    void convert(int slice, int position) override;
    void converted(bool last_evaluation) override;
    void finished() override;
    std::int64_t now() const override { return clock_.now(); }
    void book(CycleLedger::State state, const WaitClock* clock = nullptr);
    void book_idle();

    const MacroParams params_;
    const Clock& clock_;
    std::unique_ptr<TimingWheel> own_wheel_;
    TimingWheel& wheel_;
    const MacroWaits own_waits_;
    const MacroWaits& waits_;
    MacroDatapath datapath_;
    CycleLedger ledger_;
    MacroSequencer<Macro> sequencer_{params_, datapath_, *this};
    std::unique_ptr<MacroDigital> rtl_;
    MacroDigital* digital_ = &sequencer_;
    MacroTrace* trace_ = nullptr;  // the waveform has it
    MacroTimeline* timeline_ = nullptr;

    tlm::tlm_generic_payload* request_ = nullptr;
    bool active_ = false;  // its tile has a window to fetch
    bool lose_cycle_ = false;
    std::int64_t steps_ = 0;
    std::vector<std::uint8_t> new_weights_;  // channel after channel
    int rows_written_ = 0;

    sc_core::sc_event row_written_{"row_written"};
};

}  // namespace cimarron
