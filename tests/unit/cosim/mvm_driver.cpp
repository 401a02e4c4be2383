// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cosim/mvm_driver.h"

namespace cimarron::test {

MacroWorkload random_workload(Rng& rng, const MacroParams& params, int mvms) {
    MacroWorkload w;
    const int most_bits = std::min(8, params.array.columns);
    w.weight_bits = rng.coin(0.6) ? 1 : rng.uniform_int(1, most_bits);
    w.input_bits = rng.uniform_int(1, 8);
    w.placement.rows = rng.uniform_int(1, params.array.rows);
    w.placement.channels = rng.uniform_int(1, params.array.columns / w.weight_bits);
    w.placement.columns = w.placement.channels * w.weight_bits;
    w.weights.resize(static_cast<std::size_t>(w.placement.rows * w.placement.channels));
    for (auto& code : w.weights)
        code = static_cast<std::uint8_t>(rng.uniform_int(0, (1 << w.weight_bits) - 1));
    for (int i = 0; i < mvms; ++i) {
        MacroWorkload::Mvm mvm;
        for (int row = 0; row < w.placement.rows; ++row)
            mvm.codes.push_back(
                static_cast<std::uint8_t>(rng.uniform_int(0, (1 << w.input_bits) - 1)));
        mvm.take_after = rng.coin(0.5) ? 0 : rng.uniform_int(1, 5);
        mvm.pause = rng.coin(0.5) ? 0 : rng.uniform_int(1, 5);
        w.mvms.push_back(std::move(mvm));
    }
    return w;
}

MvmDriver::MvmDriver(const sc_core::sc_module_name& name, const Clock& clock,
                     const MacroWorkload& workload)
    : sc_module(name), clock_(clock), workload_(workload) {
    initiator.register_nb_transport_bw(this, &MvmDriver::nb_transport_bw);
    SC_THREAD(drive);
}

void MvmDriver::drive() {
    const unsigned char on = 1;
    blocking_write(*initiator.operator->(), macro_address::kEnable, &on, 1);
    blocking_write(*initiator.operator->(), macro_address::kWeights, workload_.weights.data(),
                   workload_.weights.size());
    payload_.extension.input_bits = workload_.input_bits;
    for (const MacroWorkload::Mvm& mvm : workload_.mvms) {
        auto& payload = payload_.write(macro_address::kMvm, mvm.codes.data(), mvm.codes.size());
        send(payload, tlm::BEGIN_REQ);
        wait(responded_);
        response_cycles.push_back(clock_.now());
        results.push_back(*payload_.extension.partial_sums);
        wait(clock_.cycles(mvm.take_after));
        send(payload, tlm::END_RESP);
        payload.release();
        if (mvm.pause > 0) wait(clock_.cycles(mvm.pause));
    }
}

void MvmDriver::send(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum MvmDriver::nb_transport_bw(tlm::tlm_generic_payload& /*payload*/,
                                              tlm::tlm_phase& /*phase*/,
                                              sc_core::sc_time& /*delay*/) {
    responded_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_ACCEPTED;
}

}  // namespace cimarron::test
