// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro.h"

#include "hw/common/payload.h"
#include "hw/macro/macro_timing.h"
#include "tests/support/random_hardware.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <vector>

namespace cimarron {
namespace {

// Sends MVMs back to back and takes each result `take_after` cycles after it is offered.
class Driver : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Driver);
    Driver(const sc_core::sc_module_name& name, const Clock& clock, int rows, int bits, int mvms,
           int take_after)
        : sc_module(name), clock_(clock), codes_(rows, 1), mvms_(mvms), take_after_(take_after) {
        payload_.extension.input_bits = bits;
        initiator.register_nb_transport_bw(this, &Driver::nb_transport_bw);
        SC_THREAD(drive);
    }
    tlm_utils::simple_initiator_socket<Driver> initiator{"initiator"};
    std::vector<std::int64_t> durations;

private:
    void drive() {
        const unsigned char on = 1;
        blocking_write(*initiator.operator->(), macro_address::kEnable, &on, 1);
        for (int i = 0; i < mvms_; ++i) {
            const std::int64_t begin = clock_.now();
            auto& payload = payload_.write(macro_address::kMvm, codes_.data(), codes_.size());
            send(payload, tlm::BEGIN_REQ);
            wait(responded_);
            durations.push_back(clock_.now() - begin);
            wait(clock_.cycles(take_after_));
            send(payload, tlm::END_RESP);
            payload.release();
        }
    }
    void send(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        initiator->nb_transport_fw(payload, phase, delay);
    }
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& /*payload*/, tlm::tlm_phase& phase,
                                       sc_core::sc_time& /*delay*/) {
        EXPECT_TRUE(phase == tlm::BEGIN_RESP);
        responded_.notify(sc_core::SC_ZERO_TIME);
        return tlm::TLM_ACCEPTED;
    }
    const Clock& clock_;
    std::vector<std::uint8_t> codes_;
    int mvms_;
    int take_after_;
    ReusablePayload<MvmExtension> payload_;
    sc_core::sc_event responded_{"responded"};
};

TEST(Macro, TakesTheCyclesOfItsFormulaAndBooksThem) {
    Rng rng(test::test_seed(6));
    for (int trial = 0; trial < 150; ++trial) {
        test::fresh_simulation();
        const MacroParams params = test::random_macro(rng);
        const int bits = rng.uniform_int(1, 8);
        const int take_after = rng.uniform_int(0, 9);
        const int mvms = rng.uniform_int(1, 4);
        MacroPlacement placement;
        placement.rows = rng.uniform_int(1, params.array.rows);
        placement.channels = placement.columns = rng.uniform_int(1, params.array.columns);
        const Clock clock(rng.uniform_int(1, 4000));
        Macro macro("macro", params, placement, 1, clock);
        Driver driver("driver", clock, placement.rows, bits, mvms, take_after);
        driver.initiator.bind(macro.command_target);
        sc_core::sc_start();

        const MvmTiming timing = mvm_timing(params, placement.rows, placement.columns, bits);
        EXPECT_EQ(driver.durations, std::vector<std::int64_t>(mvms, timing.total))
            << "trial " << trial;
        const MacroCycles cycles = macro.cycles();
        EXPECT_EQ(cycles.total(), clock.now());
        EXPECT_EQ(cycles.converting, mvms * timing.evaluations * timing.conversion);
        EXPECT_EQ(cycles.accumulating, mvms * params.shift_adder.add_cycles);
        EXPECT_EQ(cycles.evaluating, mvms * timing.total - cycles.converting - cycles.accumulating);
        EXPECT_EQ(cycles.wait_accumulator, mvms * take_after);
    }
}

TEST(Macro, digital_takes_in_an_evaluation_a_cycle) {
    Rng rng(test::test_seed(15));
    for (int trial = 0; trial < 50; ++trial) {
        test::fresh_simulation();
        const MacroParams params = test::random_digital_macro(rng);
        const int bits = rng.uniform_int(1, 8);
        const int mvms = rng.uniform_int(1, 4);
        MacroPlacement placement;
        placement.rows = rng.uniform_int(1, params.array.rows);
        placement.channels = placement.columns = rng.uniform_int(1, params.array.columns);
        const Clock clock(1000);
        Macro macro("macro", params, placement, 1, clock);
        Driver driver("driver", clock, placement.rows, bits, mvms, 0);
        driver.initiator.bind(macro.command_target);
        sc_core::sc_start();

        const std::int64_t evaluations =
            std::int64_t{bits} * ceil_div(placement.rows, params.array.rows_active);
        const std::int64_t behind = params.adder_tree.pipeline_cycles - 1 + kCombineCycles;
        EXPECT_EQ(driver.durations, std::vector<std::int64_t>(mvms, evaluations + behind));
        const MacroCycles cycles = macro.cycles();
        EXPECT_EQ(cycles.evaluating, mvms * evaluations);
        EXPECT_EQ(cycles.accumulating, mvms * behind);
        EXPECT_EQ(cycles.converting, 0);
        EXPECT_EQ(macro.datapath().activity().adc.conversions, 0);
    }
}

// The latency answers to activation bits: ADC-bound and bit-serial, 8 bits cost at least 6x one
// bit.
TEST(Macro, EightBitsCostSixTimesOneBitWhenAdcBound) {
    MacroParams params;
    params.adc.conversion_cycles = 4;
    params.adc.columns_per_adc = 8;
    const auto cycles = [&](int bits) {
        return mvm_timing(params, params.array.rows, params.array.columns, bits).total;
    };
    EXPECT_GE(cycles(8), 6 * cycles(1));
}

TEST(Macro, CyclesGrowWithRowsColumnsAndBits) {
    Rng rng(test::test_seed(7));
    for (int trial = 0; trial < 500; ++trial) {
        const MacroParams p = test::random_macro(rng);
        const int rows = rng.uniform_int(1, p.array.rows - 1);
        const int columns = rng.uniform_int(1, p.array.columns - 1);
        const int bits = rng.uniform_int(1, 7);
        const auto base = mvm_timing(p, rows, columns, bits).total;
        EXPECT_GE(mvm_timing(p, rows + 1, columns, bits).total, base);
        EXPECT_GE(mvm_timing(p, rows, columns + 1, bits).total, base);
        EXPECT_GE(mvm_timing(p, rows, columns, bits + 1).total, base);
    }
}

TEST(Macro, RefusesWeightsOfTheWrongSize) {
    test::fresh_simulation();
    const Clock clock(1000);
    Macro macro("macro", MacroParams{}, MacroPlacement{0, 4, 0, 2, 2}, 1, clock);
    Driver driver("driver", clock, 4, 1, 0, 0);
    driver.initiator.bind(macro.command_target);
    const std::vector<unsigned char> seven(7);
    EXPECT_THROW(blocking_write(*driver.initiator.operator->(), macro_address::kWeights,
                                seven.data(), seven.size()),
                 sc_core::sc_report);
    EXPECT_THROW(blocking_write(*driver.initiator.operator->(), 0x77, seven.data(), seven.size()),
                 sc_core::sc_report);
}

}  // namespace
}  // namespace cimarron
