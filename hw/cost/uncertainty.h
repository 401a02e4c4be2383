// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <functional>
#include <string>
#include <vector>

namespace cimarron {

// What one constant's range does to a figure: the figure at the ends of the range over the figure.
struct Influence {
    std::string constant;  // technology.KEY or device.KEY; a * where several come from one fit
    double low = 1, high = 1;

    double span() const;  // |ln(high / low)|
};

// A figure with the range its constants leave it, and these by falling span.
struct Ranged {
    double value = 0, low = 0, high = 0;
    std::vector<Influence> influences;
};

using Figures = std::function<std::vector<double>(const Technology&, const Device&)>;

// Moves one constant at a time to the ends of its range and adds the logarithms of what that does
// in squares, upward and downward apart: the constants are taken as independent. Figures are
// positive or 0. A constant whose end the figures refuse with a UserError is left at its value
// there.
std::vector<Ranged> propagate(const Technology& technology, const Device& device,
                              const Figures& figures);

}  // namespace cimarron
