// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "hw/common/payload.h"
#include "hw/macro/macro.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <vector>

namespace cimarron::test {

// A macro's workload: weights, and input vectors with the cycles that pass before each result is
// taken and before the next MVM begins.
struct MacroWorkload {
    MacroPlacement placement;
    int weight_bits = 1;
    int input_bits = 1;
    std::vector<std::uint8_t> weights;
    struct Mvm {
        std::vector<std::uint8_t> codes;
        int take_after = 0;
        int pause = 0;
    };
    std::vector<Mvm> mvms;
};

MacroWorkload random_workload(Rng& rng, const MacroParams& params, int mvms);

// Runs a workload over a macro's socket; notes when each result came and what it was.
class MvmDriver : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(MvmDriver);
    MvmDriver(const sc_core::sc_module_name& name, const Clock& clock,
              const MacroWorkload& workload);

    tlm_utils::simple_initiator_socket<MvmDriver> initiator{"initiator"};
    std::vector<std::int64_t> response_cycles;
    std::vector<std::vector<std::int32_t>> results;

private:
    void drive();
    void send(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase);
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);

    const Clock& clock_;
    const MacroWorkload& workload_;
    ReusablePayload<MvmExtension> payload_;
    sc_core::sc_event responded_{"responded"};
};

}  // namespace cimarron::test
