// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cimarron {

// One column of a gate-driven array as resistors, row 0 farthest from its end. Row k's cell lies
// between node k of the source line and node k of the bit line; each line has one resistance
// between two rows and one more to its end, the source line's at the read voltage, the bit line's
// at the virtual ground of the sense amplifier.
struct ColumnNetwork {
    std::vector<double> cells;  // conductance of each row's cell, 0 where its word line is low
    double bit_line = 0;        // resistance per row
    double source_line = 0;
};

// Current into the sense amplifier at a read voltage of 1, from all node voltages: Kirchhoff's
// current law solved directly (banded Cholesky). It judges the fast form of analog_array.h.
double nodal_current(const ColumnNetwork& column);

// The same network in SPICE; the current is that of the source `vsense`, vsense#branch.
std::string spice_netlist(const ColumnNetwork& column);

}  // namespace cimarron
