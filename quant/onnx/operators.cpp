// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/operators.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

namespace {

constexpr const char* kQonnx = "qonnx.custom_op.general";

// What is wrong with an operator that has no rule, and what helps.
struct Refusal {
    const char* name;
    const char* why;
};

constexpr Refusal kNever[] = {
    {"ConvTranspose", "a transposed convolution has no place on such a chip"},
    {"LRN", "normalisation over neighbours needs more than a layer's sums"},
    {"InstanceNormalization", "statistics of each image are not known beforehand"},
    {"LayerNormalization", "statistics of each image are not known beforehand"},
    {"GroupNormalization", "statistics of each image are not known beforehand"},
    {"Sigmoid", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"Tanh", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"HardSigmoid", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"HardSwish", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"Elu", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"Selu", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"Gelu", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"Erf", "between layers only ReLU, its clipped forms and LeakyReLU are supported"},
    {"Softmax", "is supported behind the logits only"},
    {"LogSoftmax", "is supported behind the logits only"},
    {"ArgMax", "is supported behind the logits only"},
    {"LSTM", "recurrent layers are not supported"},
    {"GRU", "recurrent layers are not supported"},
    {"RNN", "recurrent layers are not supported"},
    {"Attention", "attention is not supported"},
    {"Resize", "images of other sizes between layers are not supported"},
    {"Upsample", "images of other sizes between layers are not supported"},
    {"FloatQuant", "codes are whole numbers; floating-point codes are not supported"},
    {"If", "control flow is not supported"},
    {"Loop", "control flow is not supported"},
    {"Scan", "control flow is not supported"},
};

std::string reason(const Node& node) {
    for (const Refusal& refusal : kNever)
        if (node.op == refusal.name) return refusal.why;
    if (node.domain.find("fpgadataflow") != std::string::npos)
        return "FINN's hardware layers are no network any more; take the file from before";
    return "";
}

bool has_rule(const Node& node) {
    const auto& rules = operator_rules();
    if (node.domain == kOwnDomain || node.op == "RequantShift") return true;
    const bool qonnx = node.domain.rfind("finn.", 0) == 0 || node.domain == "onnx.brevitas" ||
                       node.domain == "qonnx.custom_op";
    const std::string domain = qonnx ? kQonnx : node.domain;
    return std::any_of(rules.begin(), rules.end(), [&](const OperatorRule& rule) {
        return domain == rule.domain && node.op == rule.name;
    });
}

}  // namespace

const std::vector<OperatorRule>& operator_rules() {
    static const std::vector<OperatorRule> kRules = {
        {"", "Conv", "two spatial axes; any padding, stride, dilation and groups"},
        {"", "Gemm", "constant weights, either way round"},
        {"", "MatMul", "constant weights behind"},
        {"", "BatchNormalization", "anywhere between a layer and a quantizer, or on codes"},
        {"", "Add", "of a constant for each channel, or of two tensors (residual)"},
        {"", "Sum", "of two tensors"},
        {"", "Sub", "of a constant for each channel"},
        {"", "Mul", "by a constant for each channel"},
        {"", "Div", "by a constant for each channel"},
        {"", "Neg", "of the image, or where a layer takes it up"},
        {"", "Relu", "in front of a quantizer, of an Add, behind the logits"},
        {"", "Clip", "as Relu; at whole codes behind a quantizer"},
        {"", "Min", "with a constant, as Clip"},
        {"", "Max", "with a constant, as Clip"},
        {"", "LeakyRelu", "in front of an unsigned quantizer"},
        {"", "PRelu", "in front of an unsigned quantizer, slopes of 0 or more"},
        {"", "MaxPool", "no dilations"},
        {"", "AveragePool", "the padding counts; a quantizer behind, or sums of up to 8 bits"},
        {"", "GlobalMaxPool", ""},
        {"", "GlobalAveragePool", "as AveragePool"},
        {"", "ReduceMean", "over rows and columns, as AveragePool"},
        {"", "ReduceSum", "over rows and columns, as AveragePool"},
        {"", "ReduceMax", "over rows and columns"},
        {"", "Concat", "of quantized tensors along the channels"},
        {"", "Pad", "of zeros, in front of a Conv or pooling, or of channels on a shortcut"},
        {"", "Slice", "of a shortcut, every n-th row and column"},
        {"", "Flatten", ""},
        {"", "Reshape", "to [N, K], or of the image or the logits"},
        {"", "Squeeze", "as Reshape"},
        {"", "Unsqueeze", "as Reshape"},
        {"", "Transpose", "of the image and back, in front of a Flatten, of the logits"},
        {"", "Gather", "as a permutation that a dense layer takes up"},
        {"", "Expand", "to the same shape"},
        {"", "Tile", "to the same shape"},
        {"", "Identity", "dropped"},
        {"", "Dropout", "dropped"},
        {"", "Cast", "dropped between floats; whole numbers otherwise"},
        {"", "CastLike", "dropped"},
        {"", "Softmax", "behind the logits"},
        {"", "LogSoftmax", "behind the logits"},
        {"", "ArgMax", "behind the logits, over the classes"},
        {"", "QuantizeLinear", "up to 8 bits, one step or one for each channel, any zero point"},
        {"", "DequantizeLinear", "as QuantizeLinear"},
        {"", "QLinearConv", ""},
        {"", "QLinearMatMul", ""},
        {"", "ConvInteger", ""},
        {"", "MatMulInteger", ""},
        {"", "Round", "as a part of a quantizer"},
        {"", "Floor", "as a part of a quantizer"},
        {"", "Ceil", "as a part of a quantizer"},
        {"", "Sign", "as Sign, Add, Sign (larq): +1 for 0"},
        {"", "Where", "of a comparison with a constant, between two constants"},
        {"", "Greater", "in front of Where"},
        {"", "GreaterOrEqual", "in front of Where"},
        {"", "Less", "in front of Where"},
        {"", "LessOrEqual", "in front of Where"},
        {kQonnx, "Quant", "also as onnx.brevitas and finn.custom_op.general"},
        {kQonnx, "IntQuant", "as Quant"},
        {kQonnx, "BipolarQuant", ""},
        {kQonnx, "Trunc", ""},
        {"com.microsoft", "QGemm", ""},
        {"com.microsoft", "QLinearAdd", ""},
        {"com.microsoft", "QLinearConcat", ""},
        {"com.microsoft", "QLinearGlobalAveragePool", ""},
        {"com.microsoft", "QLinearAveragePool", ""},
        {"com.microsoft", "QLinearLeakyRelu", "in front of an unsigned quantizer"},
        {"PACTOps", "RequantShift", "PULP's, in any domain; it rounds half up"},
    };
    return kRules;
}

void check_operators(const Graph& graph) {
    const Node* unknown = nullptr;
    const Node* dynamic = nullptr;
    for (const Node& node : graph.nodes) {
        if (node.op == "DynamicQuantizeLinear") {
            dynamic = &node;
            continue;
        }
        if (has_rule(node) && reason(node).empty()) continue;
        const std::string why = reason(node);
        if (!why.empty()) fail(node, fmt::format("the operator is not supported: {}", why));
        if (unknown == nullptr) unknown = &node;
    }
    if (unknown != nullptr)
        fail(*unknown, "the operator is not supported (docs/import.md lists those that are)");
    if (dynamic != nullptr)
        fail(*dynamic,
             "scales that each image sets anew cannot be folded into a layer; `cimarron quantize` "
             "finds fixed ones");
}

void check_quantized(const Graph& graph) {
    for (const Node& node : graph.nodes)
        if (is_own(node, "Quantize")) return;
    for (const Node& node : graph.nodes) {
        const Tensor* weights = constant_input(graph, node, 1);
        if (weights != nullptr && !weights->has_values() &&
            (is_standard(node, "Conv") || is_standard(node, "Gemm")))
            fail(node, fmt::format("its weights have no values: {} (`weights: random` needs none)",
                                   weights->missing));
    }
    throw UserError(
        "is a float network: nothing in it is quantized; `cimarron quantize` makes it a network "
        "that a chip can run");
}

}  // namespace cimarron::foreign
