// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/rewrite.h"

namespace cimarron::foreign {

// Takes the place of one node: appends what it becomes to a list of nodes.
class Emitter {
public:
    Emitter(Graph& graph, std::vector<Node>& nodes, const Node& replaced)
        : graph_(graph), nodes_(nodes), replaced_(replaced) {}

    // A node of ours or ONNX's own on a tensor of that shape; returns its output's name.
    std::string own(const char* op, const std::vector<std::string>& inputs, const Dims& dims);
    std::string standard(const char* op, const std::vector<std::string>& inputs, const Dims& dims);
    std::string constant(Tensor tensor);
    // x * gain + offset by numbers or channels; `tensor` itself where that changes nothing.
    std::string affine(const std::string& tensor, Tensor gain, Tensor offset, const Dims& dims);

    Node& last() { return nodes_.back(); }
    // Lets `tensor` take the place of the replaced node's output.
    void finish(const std::string& tensor);

private:
    std::string add(const char* domain, const char* op, const std::vector<std::string>& inputs,
                    const Dims& dims);

    Graph& graph_;
    std::vector<Node>& nodes_;
    const Node& replaced_;
};

}  // namespace cimarron::foreign
