// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/network/value.h"
#include "quant/onnx/quantizers/quantize_node.h"

namespace cimarron::foreign {

// The network's quantizer for cimarron::Quantize behind a value's gain, offset and bounds. Its
// codes are unsigned and as few bits as the range needs; the file's whole numbers are code *
// code_gain + code_offset. scale and zero are left for what the file does with them.
struct FoundQuantizer {
    ActivationQuantizer quantizer;
    double code_gain = 1;
    double code_offset = 0;
};
FoundQuantizer quantizer_for(const Node& node, const QuantizeParameters& q, const Value& value);

// Where q makes whole numbers of whole numbers without rounding: they are the code plus this,
// before bounds. Nothing when q changes the step of codes * gain + offset.
std::optional<std::int64_t> code_shift(const QuantizeParameters& q, const Value& value);

}  // namespace cimarron::foreign
