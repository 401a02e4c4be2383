// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cimarron {

// How well a constant is known.
enum class Grade { measured, published, fitted, assumed };

// A physical constant in its file's unit, with where it comes from. There is no default: every one
// is read from configs/technology or configs/device.
struct Constant {
    double value = 0;
    std::string name;  // its key, e.g. logic.nand2_energy
    std::string unit;
    std::string source;
    Grade grade = Grade::assumed;
};

}  // namespace cimarron
