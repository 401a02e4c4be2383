// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/quantizers/forms.h"
#include "quant/onnx/quantizers/quantize_node.h"

#include <cmath>

namespace cimarron::foreign {

namespace {

double number(const Graph& graph, const Node& node, std::size_t i, const char* what) {
    const Tensor& tensor = required_constant(graph, node, i, what);
    if (tensor.size() != 1) fail(node, std::string(what) + " must be one number");
    return tensor.values[0];
}

// The codes of x, then the same in larger steps: `by` 2^k, whose lower bits a rounding drops.
void truncate(Graph& graph, const Node& node, Emitter& emit, const Dims& dims) {
    const bool has_scale = node.inputs.size() > 5;  // QONNX 1.0: the output's scale, then its bits
    const double scale = number(graph, node, 1, "its scale");
    const double zero = number(graph, node, 2, "its zero point");
    const double in_bits = number(graph, node, 3, "its input width");
    const double out_bits = number(graph, node, has_scale ? 5 : 4, "its output width");
    if (!(scale > 0) || !(out_bits >= 1 && out_bits <= 32) || !(in_bits >= 1 && in_bits <= 64))
        fail(node, "its scale and bit widths must be positive");
    double out_scale = has_scale ? number(graph, node, 4, "its output scale") : scale;
    const double by = has_scale ? std::exp2(std::nearbyint(std::log2(out_scale / scale)))
                                : std::exp2(in_bits - out_bits);
    QuantizeParameters whole{scalar(scale), scalar(zero), -HUGE_VAL, HUGE_VAL, Rounding::half_even};
    QuantizeParameters coarse{scalar(by), scalar(0), -HUGE_VAL, HUGE_VAL,
                              rounding_of(node, text_attribute(node, "rounding_mode", "FLOOR"))};
    if (has_scale) {
        const bool is_signed = int_attribute(node, "signed", 1) != 0;
        const double narrow = int_attribute(node, "narrow", 0) != 0 ? 1 : 0;
        const double top = std::exp2(out_bits);
        coarse.low = is_signed ? -top / 2 + narrow : 0;
        coarse.high = is_signed ? top / 2 - 1 : top - 1 - narrow;
    }
    const std::string codes = emit_quantize(emit, node.inputs[0], whole, dims);
    const std::string result = emit_quantize(emit, codes, coarse, dims);
    const double out_zero = has_scale ? zero / by : zero;
    emit.finish(emit.affine(result, scalar(out_scale), scalar(-out_scale * out_zero), dims));
}

}  // namespace

bool replace_quantizer(Graph& graph, const Node& node, Emitter& emit) {
    const Dims dims = graph.shapes.at(node.outputs[0]);
    const std::string& x = node.inputs[0];
    if (is_standard(node, "QuantizeLinear")) {
        emit.finish(emit_codes(node, emit, x, quantize_linear(graph, node), dims));
    } else if (is_standard(node, "DequantizeLinear")) {
        emit.finish(emit_dequantize(node, emit, x, dequantize_linear(graph, node), dims));
    } else if (is_qonnx_quant(node) || is_qonnx(node, "BipolarQuant")) {
        const QuantizerOp q = qonnx_quant(graph, node);
        const std::string codes = emit_codes(node, emit, x, q, dims);
        emit.finish(emit_dequantize(node, emit, codes, q, dims));
    } else if (is_qonnx(node, "Trunc")) {
        truncate(graph, node, emit, dims);
    } else {
        return false;
    }
    return true;
}

}  // namespace cimarron::foreign
