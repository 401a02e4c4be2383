// SPDX-License-Identifier: Apache-2.0
#include "hw/pins/macro_pins.h"
#include "hw/macro/macro_timing.h"
#include "hw/pins/axi_checkers.h"
#include "tests/support/random_hardware.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"
#include "tests/unit/cosim/mvm_driver.h"

#include <gtest/gtest.h>

namespace cimarron::test {
namespace {

// A macro's pins with a driver of random pauses; it notes the edge of every request and the first
// edge that finds each response, from which `late` edges pass until it is taken.
class PinDriver : public sc_core::sc_module {
public:
    PinDriver(const sc_core::sc_module_name& name, const Clock& clock, const MacroParams& params,
              const MacroWorkload& workload)
        : sc_module(name),
          clk("clk", clock.cycles(1)),
          codes("codes", workload.mvms.front().codes.size()),
          sums("sums", static_cast<std::size_t>(workload.placement.channels)),
          macro("macro", params, workload.placement, workload.weight_bits, workload.input_bits,
                clock),
          requests("requests", codes.size()),
          responses("responses", sums.size()),
          workload_(workload) {
        SC_HAS_PROCESS(PinDriver);
        macro.clk(clk), macro.rst_n(rst_n);
        macro.request_valid(request_valid), macro.request_ready(request_ready);
        macro.response_valid(response_valid), macro.response_ready(response_ready);
        requests.clk(clk), requests.rst_n(rst_n);
        requests.valid(request_valid), requests.ready(request_ready);
        responses.clk(clk), responses.rst_n(rst_n);
        responses.valid(response_valid), responses.ready(response_ready);
        for (std::size_t i = 0; i < codes.size(); ++i)
            macro.input_code[i](codes[i]), requests.payload[i](codes[i]);
        for (std::size_t i = 0; i < sums.size(); ++i)
            macro.partial_sum[i](sums[i]), responses.payload[i](sums[i]);
        SC_THREAD(drive);
        SC_METHOD(watch);
        sensitive << clk.posedge_event();
        dont_initialize();
    }

    std::vector<std::int64_t> request_edges, response_edges;
    std::vector<std::vector<std::int64_t>> results;

private:
    void drive() {
        macro.program(workload_.weights);
        wait(clk.posedge_event());
        rst_n.write(true);
        for (const MacroWorkload::Mvm& mvm : workload_.mvms) {
            for (std::size_t i = 0; i < codes.size(); ++i) codes[i].write(mvm.codes[i]);
            request_valid.write(true);
            do wait(clk.posedge_event());
            while (!request_ready.read());
            request_valid.write(false);
            response_ready.write(mvm.take_after == 0);
            do wait(clk.posedge_event());
            while (!response_valid.read());
            for (int i = 1; i < mvm.take_after; ++i) wait(clk.posedge_event());
            response_ready.write(true);
            if (mvm.pause == 0) continue;  // the next request with the response
            if (mvm.take_after > 0) wait(clk.posedge_event());
            response_ready.write(false);
            for (int i = 1; i < mvm.pause; ++i) wait(clk.posedge_event());
        }
        response_ready.write(true);
        for (int i = 0; i < 3; ++i) wait(clk.posedge_event());
        sc_core::sc_stop();
    }

    void watch() {
        ++edge_;
        if (request_valid.read() && request_ready.read() && rst_n.read())
            request_edges.push_back(edge_);
        if (response_valid.read() && !answered_) {
            response_edges.push_back(edge_);
            results.emplace_back();
            for (auto& sum : sums) results.back().push_back(sum.read());
        }
        answered_ = response_valid.read() && !response_ready.read();
    }

public:
    sc_core::sc_clock clk;
    sc_core::sc_signal<bool> rst_n{"rst_n"}, request_valid{"request_valid"},
        request_ready{"request_ready"}, response_valid{"response_valid"},
        response_ready{"response_ready"};
    sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> codes, sums;
    MacroPins macro;
    HandshakeChecker requests, responses;

private:
    const MacroWorkload& workload_;
    std::int64_t edge_ = 0;
    bool answered_ = false;
};

// Any macro: results are the sums they should be, and come as many edges after their request as the
// formula says.
TEST(MacroPins, AnswersInTimeOnRandomMacros) {
    const std::uint64_t seed = test_seed(66);
    for (std::uint64_t trial = 0; trial < 30; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        Rng rng(seed * 10000 + trial);
        const MacroParams params = random_macro(rng);
        const MacroWorkload w = random_workload(rng, params, 5);
        const std::int64_t total =
            mvm_timing(params, w.placement.rows, w.placement.columns, w.input_bits).total;
        fresh_simulation();
        const Clock clock(1250);
        PinDriver driver("driver", clock, params, w);
        sc_core::sc_start();
        ASSERT_EQ(driver.request_edges.size(), w.mvms.size());
        ASSERT_EQ(driver.response_edges.size(), w.mvms.size());
        for (std::size_t i = 0; i < w.mvms.size(); ++i) {
            ASSERT_EQ(driver.response_edges[i], driver.request_edges[i] + total + 1) << "MVM " << i;
            for (int o = 0; o < w.placement.channels; ++o) {
                std::int64_t sum = 0;
                for (int row = 0; row < w.placement.rows; ++row)
                    sum +=
                        std::int64_t{
                            w.weights[static_cast<std::size_t>(o * w.placement.rows + row)]} *
                        w.mvms[i].codes[static_cast<std::size_t>(row)];
                ASSERT_EQ(driver.results[i][static_cast<std::size_t>(o)], sum);
            }
        }
    }
}

}  // namespace
}  // namespace cimarron::test
