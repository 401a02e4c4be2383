// SPDX-License-Identifier: Apache-2.0
// The formulas of docs/cost.md worked out by hand, on a technology of small round numbers.
#include "hw/cost/adder_tree_cost.h"
#include "hw/cost/input_register_cost.h"
#include "hw/cost/interconnect_cost.h"
#include "hw/cost/post_processing_cost.h"
#include "hw/cost/sram_buffer_cost.h"
#include "hw/cost/window_sum_cost.h"
#include "hw/technology/logic.h"
#include "tests/unit/hw/cost/round_technology.h"

#include <gtest/gtest.h>

namespace cimarron {
namespace {

TEST(CostFormula, Logic) {
    EXPECT_DOUBLE_EQ(um2(area(adder(10), kRound)), 10 * (3 + 2 * 2));
    EXPECT_DOUBLE_EQ(fj(switching_energy(adder(10), kRound)), 10 * (3 + 2 * 3));
    EXPECT_DOUBLE_EQ(nw(leakage(adder(10) + flip_flops(2), kRound)), 70 + 2 * 4);
    EXPECT_DOUBLE_EQ(um2(area(comparator(10), kRound)), 10 * (3 + 2));
    EXPECT_DOUBLE_EQ(um2(area(barrel_shifter(8, 15), kRound)), 8 * 4 * 2);
    EXPECT_DOUBLE_EQ(ps(adder_delay(10, kRound.logic)), 2 * 2 + 2 * 4);
    EXPECT_DOUBLE_EQ(ps(barrel_shifter_delay(15, kRound.logic)), 4);
}

TEST(CostFormula, InputRegisterAndSums) {
    const auto bits = input_register_cost(small_tile(), small_macro(), kRound);
    EXPECT_DOUBLE_EQ(um2(bits.area), 3 * 8 * 8 * 4);
    EXPECT_DOUBLE_EQ(fj(bits, "bit"), 5);
    const auto tree = adder_tree_cost(small_tile(), small_macro(), kRound);
    EXPECT_DOUBLE_EQ(um2(tree.area), (3 - 1) * 5 * (70 + 40));
    EXPECT_DOUBLE_EQ(fj(tree, "addition"), 90 + 50);
    EXPECT_DOUBLE_EQ(ps(adder_tree_time(small_macro(), kRound)), 12 + 1);
    // Four codes: two 9-bit adders, a 10-bit one and the 10-bit accumulator.
    const auto sum = window_sum_cost(small_tile(), small_macro(), kRound);
    EXPECT_DOUBLE_EQ(um2(sum.area), (2 * 9 + 10 + 10) * (7 + 4));
    EXPECT_DOUBLE_EQ(fj(sum, "addition"), (2 * 9 + 10 + 10) * (9 + 5) / 4.0);
}

TEST(CostFormula, PostProcessing) {
    const auto cost = post_processing_cost(small_tile(), small_macro(), kRound);
    const int registers = 2 * 14 + 3 * 4;
    EXPECT_DOUBLE_EQ(fj(cost, "affine"),
                     7 * 12 * (9 + 5) + 14 * 9 + 2 * 14 * 4 + 14 * 6 + registers * 5);
    // A multiplier of 3 partial products for 16-bit values; it joins the affine's sum, or a pass of
    // its own through adder, shifter and clamp of its product.
    EXPECT_DOUBLE_EQ(fj(cost, "residual"), 3 * 18 * (9 + 5) + 14 * 9 + (4 + 16) * 5);
    EXPECT_DOUBLE_EQ(fj(cost, "quantization"),
                     3 * 18 * (9 + 5) + 20 * 9 + 2 * 20 * 5 + 20 * 6 + 2 * 20 * 5);
    EXPECT_DOUBLE_EQ(fj(cost, "compare"), 8 * 6 + 16 + 8 * 5);
    EXPECT_DOUBLE_EQ(fj(cost, "addition"), 90 + 50);
    const double affine = 7 * 12 * (7 + 4) + 14 * 7 + 2 * 14 * 4 + 14 * 5 + registers * 4;
    const double pooling = (8 * 5 + 16 + 8 * 4) + (70 + 40);
    const double residual = 3 * 18 * (7 + 4) + 14 * 7 + (4 + 16) * 4;
    EXPECT_DOUBLE_EQ(um2(cost.area), 5 * (affine + pooling + residual));
    TileParams bare = small_tile();
    bare.residual_buffer.bytes = 0;
    EXPECT_DOUBLE_EQ(um2(post_processing_cost(bare, small_macro(), kRound).area),
                     5 * (affine + pooling));
    // Booth 4, four carry-save levels of 4, clamp 4, adder 12, shifter 4.
    EXPECT_DOUBLE_EQ(ps(post_processing_stage_time(small_tile(), small_macro(), kRound)),
                     (4 + 16 + 4 + 12 + 4) / 2.0 + 1);
}

TEST(CostFormula, SramBuffer) {
    Technology t = kRound;
    t.sram_buffer.read_scale.value = 2;
    t.sram_buffer.read_size_exponent.value = 0.5;
    t.sram_buffer.write_scale.value = 3;
    t.sram_buffer.write_port_exponent.value = 0.5;
    const SramBufferParams params{32, 4};  // 256 bits
    const auto cost = sram_buffer_cost("b", params, t);
    EXPECT_DOUBLE_EQ(fj(cost, "read"), 2 * 4 * 16 * 1000);
    EXPECT_DOUBLE_EQ(fj(cost, "write"), 3 * 2 * 256 * 1000);
    EXPECT_DOUBLE_EQ(um2(cost.area), 4 + 256 + 4 * 16);
    EXPECT_DOUBLE_EQ(nw(cost.leakage), 256 + 16);
    EXPECT_DOUBLE_EQ(ps(access_time(params, t)), (1 + 16) * 1000);
}

TEST(CostFormula, Interconnect) {
    const auto cost = interconnect_cost({8, 1}, 3, square_microns(4e6), kRound);  // 2 mm a side
    EXPECT_NEAR(um2(cost.area), 8 * 2000 + 5 * (10 + 4) + 2 * 8 * 4, 1e-6);
    EXPECT_DOUBLE_EQ(fj(cost, "transfer"), 5 * (10 + 5));
    EXPECT_DOUBLE_EQ(fj(cost, "flit"), 2 * 8 * 5);
    EXPECT_DOUBLE_EQ(fj(cost, "payload_bit"), 0.5 * 3 * 2 * 1000);
}

TEST(CostFormula, Mesh) {
    // Three tiles of 2 mm a side and the global buffer: 2 x 2 routers, 2-flit buffers of 8 bits.
    const auto cost =
        interconnect_cost({8, 1, Topology::mesh, 0, 2}, 3, square_microns(12e6), kRound);
    const double router = 5 * (5 * (10 + 4) + 2 * 8 * 4 + 2 * 8 * 2 + 2 * 8 * 5);
    EXPECT_NEAR(um2(cost.area), 4 * router + 2 * 4 * 8 * 2000, 1e-6);
    EXPECT_EQ(cost.instances, 4);
    EXPECT_DOUBLE_EQ(fj(cost, "flit"), 2 * 8 * 5);
    EXPECT_DOUBLE_EQ(fj(cost, "arbitration"), 5 * (10 + 5));
    EXPECT_DOUBLE_EQ(fj(cost, "router_flit"), 8 * 5 + 2 * 8 * (1 + 3));
    EXPECT_DOUBLE_EQ(fj(cost, "bit_half_pitch"), 0.5 * 3 * 1000);
}

TEST(CostFormula, HTree) {
    // Four tiles of 2 mm a side: three switches; links of 4 x 1 half pitch at 4 bits and 2 x 1 at
    // 8, both ways.
    const auto cost =
        interconnect_cost({8, 1, Topology::h_tree, 0, 2, 4}, 4, square_microns(16e6), kRound);
    const double router = 3 * (3 * (10 + 4) + 2 * 8 * 4 + 2 * 8 * 2 + 2 * 8 * 3);
    EXPECT_NEAR(um2(cost.area), 3 * router + 2 * (4 * 4 + 2 * 8) * 1000, 1e-6);
    EXPECT_EQ(cost.instances, 3);
}

}  // namespace
}  // namespace cimarron
