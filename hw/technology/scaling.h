// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/technology.h"

#include <array>
#include <string>
#include <vector>

namespace cimarron {

// High performance or low power transistors; nodes above 45 nm have one kind, counted as hp.
enum class Flavour { hp, lp };

// Fitted delay and switching energy of one node over its supply in volts, in arbitrary units:
//   delay = a3 V^3 + a2 V^2 + a1 V + a0,  energy = b2 V^2 + b1 V + b0
// valid where both rise or fall steadily.
struct SupplyFit {
    double node = 0;  // nm
    std::array<double, 4> delay{};
    std::array<double, 3> energy{};
    double low = 0, high = 0;  // V
};

struct AreaPoint {
    double node = 0;
    double relative = 0;
};

// What moves digital constants between nodes and supplies (configs/scaling).
struct ScalingRules {
    std::string source;
    std::vector<SupplyFit> hp, lp;     // by falling node
    std::vector<AreaPoint> area;       // by falling node
    double capacitance_law_above = 0;  // nm: from here up energy goes with node x V^2
    double range_factor = 1;           // added uncertainty of a constant moved to another node
};

struct OperatingPoint {
    double node = 0;    // nm
    double supply = 0;  // V
    Flavour flavour = Flavour::hp;
};

// Factors from one point to another; between two fitted nodes by log-log interpolation. UserError
// outside the fitted nodes or a fit's supply window: nothing is extrapolated.
double delay_factor(const ScalingRules& rules, const OperatingPoint& from,
                    const OperatingPoint& to);
double energy_factor(const ScalingRules& rules, const OperatingPoint& from,
                     const OperatingPoint& to);
double area_factor(const ScalingRules& rules, double from_node, double to_node);

// The technology at another node and supply. Standard cells follow the factors above, their input
// capacitance the node, their leakage the supply, the bus the supply's square. Everything else
// stays: array wires have the same capacitance at every node, and converters, capacitors, switches
// and buffers do not follow digital rules.
Technology scale(const Technology& technology, const OperatingPoint& to, const ScalingRules& rules);

std::string to_string(Flavour flavour);

}  // namespace cimarron
