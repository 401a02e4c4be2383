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
    // The true value is taken to lie between these multiples of `value`.
    double low_factor = 1, high_factor = 1;

    double low() const { return value * low_factor; }
    double high() const { return value * high_factor; }
};

// How far a constant of this grade may be off, either way, where its file gives no range: a
// convention of this project, stated in docs/cost.md.
constexpr double range_factor(Grade grade) {
    switch (grade) {
        case Grade::measured:
            return 1.1;
        case Grade::published:
            return 1.25;
        case Grade::fitted:
            return 1.5;
        case Grade::assumed:
            break;
    }
    return 2;
}

}  // namespace cimarron
