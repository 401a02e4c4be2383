// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/quantity.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Widest input code the blocks are built for.
constexpr int kMaxInputBits = 8;

// Gate counts of a digital block.
struct Gates {
    double nand2 = 0;
    double xor2 = 0;
    double flip_flops = 0;
};

constexpr Gates operator+(Gates a, Gates b) {
    return {a.nand2 + b.nand2, a.xor2 + b.xor2, a.flip_flops + b.flip_flops};
}
constexpr Gates operator*(double k, Gates g) {
    return {k * g.nand2, k * g.xor2, k * g.flip_flops};
}

constexpr Gates flip_flops(int bits) {
    return {0, 0, static_cast<double>(bits)};
}
constexpr Gates nand2s(double count) {
    return {count, 0, 0};
}
// A full adder is 3 NAND2 and 2 XOR2, as in the fit the cells come from.
constexpr Gates adder(int bits) {
    return static_cast<double>(bits) * Gates{3, 2, 0};
}
// The adder without its sum gates.
constexpr Gates comparator(int bits) {
    return static_cast<double>(bits) * Gates{3, 1, 0};
}
Gates barrel_shifter(int bits, int positions);
// ceil(log2(n)), 0 for n <= 1.
int log2_ceil(int n);

Area area(const Gates& gates, const Technology& technology);
// Every gate switches once.
Energy switching_energy(const Gates& gates, const Technology& technology);
Power leakage(const Gates& gates, const Technology& technology);

// Parallel prefix: propagate and sum XOR, ceil(log2(bits)) cells of two NAND2 delays between.
Seconds adder_delay(int bits, const LogicTechnology& logic);
Seconds barrel_shifter_delay(int positions, const LogicTechnology& logic);

}  // namespace cimarron
