// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/graph/emitter.h"

#include <algorithm>

namespace cimarron::foreign {

namespace {

bool all(const Tensor& tensor, double value) {
    return tensor.has_values() && std::all_of(tensor.values.begin(), tensor.values.end(),
                                              [value](double v) { return v == value; });
}

}  // namespace

std::string Emitter::add(const char* domain, const char* op, const std::vector<std::string>& inputs,
                         const Dims& dims) {
    Node node;
    node.domain = domain;
    node.op = op;
    node.name = replaced_.name.empty() && !replaced_.outputs.empty() ? replaced_.outputs[0]
                                                                     : replaced_.name;
    node.inputs = inputs;
    node.outputs = {fresh_name(graph_, op)};
    graph_.shapes[node.outputs[0]] = dims;
    nodes_.push_back(std::move(node));
    return nodes_.back().outputs[0];
}

std::string Emitter::own(const char* op, const std::vector<std::string>& inputs, const Dims& dims) {
    return add(kOwnDomain, op, inputs, dims);
}

std::string Emitter::standard(const char* op, const std::vector<std::string>& inputs,
                              const Dims& dims) {
    return add("", op, inputs, dims);
}

std::string Emitter::constant(Tensor tensor) {
    const std::string name = fresh_name(graph_, "constant");
    graph_.constants[name] = std::move(tensor);
    return name;
}

std::string Emitter::affine(const std::string& tensor, Tensor gain, Tensor offset,
                            const Dims& dims) {
    if (all(gain, 1) && all(offset, 0)) return tensor;
    return own("Affine", {tensor, constant(std::move(gain)), constant(std::move(offset))}, dims);
}

void Emitter::finish(const std::string& tensor) {
    const std::string& output = replaced_.outputs[0];
    if (!nodes_.empty() && nodes_.back().outputs[0] == tensor) {
        graph_.shapes[output] = graph_.shapes[tensor];
        nodes_.back().outputs[0] = output;
        return;
    }
    Node same;
    same.op = "Identity";
    same.inputs = {tensor};
    same.outputs = {output};
    graph_.shapes[output] = graph_.shapes[tensor];
    nodes_.push_back(std::move(same));
}

}  // namespace cimarron::foreign
