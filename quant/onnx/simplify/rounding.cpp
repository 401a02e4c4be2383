// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/rounding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace cimarron::foreign {

namespace {

struct Spelling {
    const char* text;
    Rounding rounding;
};

// QONNX's, in upper case; ROUND is numpy's.
constexpr Spelling kSpellings[] = {
    {"ROUND", Rounding::half_even},
    {"HALF_EVEN", Rounding::half_even},
    {"HALF_UP", Rounding::half_up},
    {"HALF_DOWN", Rounding::half_down},
    {"FLOOR", Rounding::floor},
    {"CEIL", Rounding::ceil},
    {"ROUND_TO_ZERO", Rounding::truncate},
    {"DOWN", Rounding::truncate},
    {"UP", Rounding::away},
};

}  // namespace

double rounded(double value, Rounding rounding) {
    switch (rounding) {
        case Rounding::half_even:
            return std::nearbyint(value);
        case Rounding::half_up:
            return std::floor(value + 0.5);
        case Rounding::half_down:
            return std::ceil(value - 0.5);
        case Rounding::floor:
            return std::floor(value);
        case Rounding::ceil:
            return std::ceil(value);
        case Rounding::truncate:
            return std::trunc(value);
        case Rounding::away:
            return value < 0 ? std::floor(value) : std::ceil(value);
        case Rounding::bipolar:
            return value >= 0 ? 1 : -1;
    }
    return value;
}

const char* name_of(Rounding rounding) {
    switch (rounding) {
        case Rounding::half_even:
            return "half to even";
        case Rounding::half_up:
            return "half up";
        case Rounding::half_down:
            return "half down";
        case Rounding::floor:
            return "floor";
        case Rounding::ceil:
            return "ceil";
        case Rounding::truncate:
            return "to zero";
        case Rounding::away:
            return "away from zero";
        case Rounding::bipolar:
            return "sign";
    }
    return "?";
}

Rounding rounding_of(const Node& node, const std::string& text) {
    std::string upper = text;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const Spelling& spelling : kSpellings)
        if (upper == spelling.text) return spelling.rounding;
    fail(node,
         fmt::format("rounding_mode {} is not supported; ROUND, HALF_EVEN, HALF_UP, FLOOR are",
                     text.substr(0, 40)));
}

}  // namespace cimarron::foreign
