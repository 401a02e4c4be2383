// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/interconnect_cost.h"

#include "hw/technology/logic.h"

#include <cmath>

namespace cimarron {

namespace {

constexpr const char* kName = "interconnect";
constexpr int kOtherPorts = 2;     // host and global buffer
constexpr int kGatesPerPort = 10;  // grant logic of a round-robin arbiter
constexpr int kMeshPorts = 5;      // four neighbours and the tile
constexpr int kTreePorts = 3;
constexpr int kGatesPerMuxInput = 2;  // of one bit: AND-OR

Energy wire_bit(double length_mm, const Technology& technology) {
    return picojoules(technology.wire.bus_toggle_rate.value * technology.wire.bus_energy.value *
                      length_mm);
}

Area wires(double bits, double length_mm, const Technology& technology) {
    return square_microns(bits * technology.wire.bus_pitch.value * length_mm * 1000);
}

ComponentCost bus_cost(const InterconnectParams& params, int tiles, Area attached,
                       const Technology& technology) {
    const double length_mm = std::sqrt(in_square_millimetres(attached));
    const double ports = tiles + kOtherPorts;
    const Gates arbiter = ports * (nand2s(kGatesPerPort) + flip_flops(1));
    const Gates registers = flip_flops(2 * params.width_bits);
    return {kName,
            1,
            wires(params.width_bits, length_mm, technology) + area(arbiter + registers, technology),
            leakage(arbiter + registers, technology),
            {{"transfer", switching_energy(arbiter, technology)},
             {"flit", switching_energy(registers, technology)},
             {"payload_bit", wire_bit(length_mm, technology)}}};
}

// Of all links in half tile pitches times bits.
double link_bits(const InterconnectParams& params, int tiles) {
    if (params.topology == Topology::mesh) {
        const double side = std::ceil(std::sqrt(tiles + 1.0));
        return 2 * 2 * 2 * side * (side - 1) * params.width_bits;  // two ways, two directions
    }
    const int levels = tiles > 1 ? log2_ceil(tiles) : 1;
    double sum = 0;
    for (int level = 1; level <= levels; ++level) {
        const double width =
            std::fmin(params.width_bits, std::ldexp(params.leaf_width_bits, level - 1));
        sum += 2 * std::ldexp(1, levels - level + 1) * std::ldexp(1, (level - 1) / 2) * width;
    }
    return sum;
}

ComponentCost network_cost(const InterconnectParams& params, int tiles, Area attached,
                           const Technology& technology) {
    const bool mesh = params.topology == Topology::mesh;
    const int ports = mesh ? kMeshPorts : kTreePorts;
    const std::int64_t routers =
        mesh ? tiles + 1 : (std::int64_t{1} << (tiles > 1 ? log2_ceil(tiles) : 1)) - 1;
    const double pitch_mm = std::sqrt(in_square_millimetres(attached) / tiles);
    const Gates arbiter = static_cast<double>(ports) * (nand2s(kGatesPerPort) + flip_flops(1));
    const Gates word = flip_flops(params.width_bits);
    const Gates slot_mux = nand2s(kGatesPerMuxInput * params.width_bits * params.buffer_flits);
    const Gates port_mux = nand2s(kGatesPerMuxInput * params.width_bits * ports);
    const Gates router =
        static_cast<double>(ports) *
        (arbiter + static_cast<double>(params.buffer_flits) * word + slot_mux + port_mux);
    // A flit is written once, and passes one input of each level of the multiplexers' trees.
    const Gates moved = word + nand2s(kGatesPerMuxInput * params.width_bits *
                                      (log2_ceil(params.buffer_flits) + log2_ceil(ports)));
    return {kName,
            routers,
            wires(link_bits(params, tiles), pitch_mm / 2, technology) +
                static_cast<double>(routers) * area(router, technology),
            static_cast<double>(routers) * leakage(router, technology),
            {{"flit", switching_energy(2.0 * word, technology)},
             {"arbitration", switching_energy(arbiter, technology)},
             {"router_flit", switching_energy(moved, technology)},
             {"bit_half_pitch", wire_bit(pitch_mm / 2, technology)}}};
}

}  // namespace

ComponentCost interconnect_cost(const InterconnectParams& params, int tiles, Area attached,
                                const Technology& technology) {
    return params.topology == Topology::bus ? bus_cost(params, tiles, attached, technology)
                                            : network_cost(params, tiles, attached, technology);
}

ComponentCount interconnect_count(const InterconnectActivity& activity) {
    return {kName,
            {{"transfer", activity.transfers},
             {"flit", activity.flits},
             {"payload_bit", activity.payload_bits},
             {"arbitration", activity.arbitrations},
             {"router_flit", activity.router_flits},
             {"bit_half_pitch", activity.bit_half_pitches}}};
}

}  // namespace cimarron
