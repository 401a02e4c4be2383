// SPDX-License-Identifier: Apache-2.0
#include "hw/technology/logic.h"

namespace cimarron {

int log2_ceil(int n) {
    int bits = 0;
    while ((1LL << bits) < n) ++bits;
    return bits;
}

// A 2:1 multiplexer is two transmission gates of four transistors, like two NAND2.
Gates barrel_shifter(int bits, int positions) {
    return nand2s(2.0 * bits * log2_ceil(positions));
}

Area area(const Gates& gates, const Technology& technology) {
    const LogicTechnology& logic = technology.logic;
    return square_microns(technology.calibration.digital_area.value *
                          (gates.nand2 * logic.nand2_area.value +
                           gates.xor2 * logic.xor2_area.value +
                           gates.flip_flops * logic.flip_flop_area.value));
}

Energy switching_energy(const Gates& gates, const Technology& technology) {
    const LogicTechnology& logic = technology.logic;
    return femtojoules(technology.calibration.digital_energy.value *
                       (gates.nand2 * logic.nand2_energy.value +
                        gates.xor2 * logic.xor2_energy.value +
                        gates.flip_flops * logic.flip_flop_energy.value));
}

Power leakage(const Gates& gates, const Technology& technology) {
    const LogicTechnology& logic = technology.logic;
    const double nand2_equivalents = gates.nand2 + (gates.xor2 * logic.xor2_area.value +
                                                    gates.flip_flops * logic.flip_flop_area.value) /
                                                       logic.nand2_area.value;
    return nanowatts(nand2_equivalents * logic.nand2_leakage.value);
}

Seconds adder_delay(int bits, const LogicTechnology& logic) {
    return picoseconds(2 * logic.xor2_delay.value + 2 * log2_ceil(bits) * logic.nand2_delay.value);
}

Seconds barrel_shifter_delay(int positions, const LogicTechnology& logic) {
    return picoseconds(log2_ceil(positions) * logic.nand2_delay.value);
}

}  // namespace cimarron
