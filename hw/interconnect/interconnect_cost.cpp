// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/interconnect_cost.h"

#include "hw/cost/logic.h"

#include <cmath>

namespace cimarron {

namespace {
constexpr const char* kName = "interconnect";
constexpr int kOtherPorts = 2;     // host and global buffer
constexpr int kGatesPerPort = 10;  // grant logic of a round-robin arbiter
}  // namespace

ComponentCost interconnect_cost(const InterconnectParams& params, int tiles, Area attached,
                                const Technology& technology) {
    const double length_mm = std::sqrt(in_square_millimetres(attached));
    const double ports = tiles + kOtherPorts;
    const Gates arbiter = ports * (nand2s(kGatesPerPort) + flip_flops(1));
    const Gates registers = flip_flops(2 * params.width_bits);
    const Area wires =
        square_microns(params.width_bits * technology.wire.bus_pitch.value * length_mm * 1000);
    const Energy wire_bit = picojoules(technology.wire.bus_toggle_rate.value *
                                       technology.wire.bus_energy.value * length_mm);
    return {kName,
            1,
            wires + area(arbiter + registers, technology),
            leakage(arbiter + registers, technology),
            {{"transfer", switching_energy(arbiter, technology)},
             {"flit", switching_energy(registers, technology)},
             {"payload_bit", wire_bit}}};
}

ComponentCount interconnect_count(const InterconnectActivity& activity) {
    return {kName,
            {{"transfer", activity.transfers},
             {"flit", activity.flits},
             {"payload_bit", activity.payload_bits}}};
}

}  // namespace cimarron
