// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/sram_buffer_cost.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

// CACTI 7 (HewlettPackard/cacti@1ffd8df), 22 nm itrs-lop, RAM, 1 bank, 1 read-write port, 300 K,
// no ECC. The fit used these and 12 more.
struct CactiRun {
    int bytes, port_bits;
    double read_pj, write_pj, access_ns, leak_mw, area_um2;
};
constexpr CactiRun kRuns[] = {{1024, 64, 0.2351, 0.4407, 0.2463, 0.00727125, 860.47},
                              {1024, 256, 1.197, 1.363, 0.2057, 0.00858734, 2518.58},
                              {4096, 64, 0.7398, 0.6986, 0.2709, 0.030433, 3512.88},
                              {4096, 256, 1.449, 2.271, 0.2709, 0.0309982, 4600.67},
                              {8192, 256, 1.763, 3.461, 0.3585, 0.0607403, 7354.17},
                              {16384, 64, 1.65, 1.279, 0.4201, 0.110658, 15082.9},
                              {16384, 256, 3.348, 4.398, 0.394, 0.110276, 14154.1},
                              {65536, 64, 3.521, 2.492, 0.6405, 0.404437, 58626.5},
                              {65536, 256, 8.313, 8.068, 0.6186, 0.402734, 65047.9},
                              {262144, 256, 18.11, 15.28, 1.049, 1.53472, 247552},
                              {1048576, 64, 12.8, 10.78, 1.783, 6.39371, 813470},
                              {1048576, 256, 38.02, 32.48, 1.765, 6.08939, 878297}};

void expect_within(double relative, double value, double reference, const char* what) {
    EXPECT_NEAR(value / reference, 1, relative) << what;
}

// The errors scripts/fit_sram_buffer.py prints and docs/cost.md states.
TEST(SramBufferFit, StaysWithinItsStatedErrorOfCacti) {
    for (const CactiRun& run : kRuns) {
        SCOPED_TRACE(testing::Message() << run.bytes << " bytes, " << run.port_bits << " bits");
        const SramBufferParams params{run.bytes, run.port_bits};
        const ComponentCost cost = sram_buffer_cost("buffer", params, shipped_technology());
        expect_within(0.44, find(cost.events, "read").per_event / picojoules(1), run.read_pj,
                      "read");
        expect_within(0.14, find(cost.events, "write").per_event / picojoules(1), run.write_pj,
                      "write");
        expect_within(0.15, access_time(params, shipped_technology()) / nanoseconds(1),
                      run.access_ns, "access time");
        expect_within(0.17, cost.leakage / microwatts(1000), run.leak_mw, "leakage");
        expect_within(0.32, cost.area / square_microns(1), run.area_um2, "area");
    }
}

TEST(SramBufferFit, GrowsWithSizeAndPort) {
    for (int bytes = 1024; bytes <= 1 << 20; bytes *= 2)
        for (int port = 32; port <= 512; port *= 2) {
            const ComponentCost one = sram_buffer_cost("b", {bytes, port}, shipped_technology());
            for (const SramBufferParams larger :
                 {SramBufferParams{2 * bytes, port}, SramBufferParams{bytes, 2 * port}}) {
                const ComponentCost two = sram_buffer_cost("b", larger, shipped_technology());
                EXPECT_GT(two.area, one.area);
                EXPECT_GE(two.leakage, one.leakage);
                EXPECT_GT(two.events[0].per_event, one.events[0].per_event);
                EXPECT_GT(two.events[1].per_event, one.events[1].per_event);
                // A wider port reads fewer times: energy per bit falls.
                if (larger.port_bits > port) {
                    EXPECT_LT(two.events[0].per_event, 2 * one.events[0].per_event);
                }
            }
        }
}

}  // namespace
}  // namespace cimarron
