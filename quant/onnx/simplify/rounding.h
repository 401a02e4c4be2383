// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

namespace cimarron::foreign {

// How a quantizer makes an integer of a real number.
enum class Rounding { half_even, half_up, half_down, floor, ceil, truncate, away, bipolar };

double rounded(double value, Rounding rounding);
const char* name_of(Rounding rounding);

// A rounding_mode attribute in any of its spellings; UserError for another.
Rounding rounding_of(const Node& node, const std::string& text);

}  // namespace cimarron::foreign
