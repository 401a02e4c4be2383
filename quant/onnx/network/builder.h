// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph/rewrite.h"
#include "quant/onnx/network/codes.h"
#include "quant/onnx/network/value.h"
#include "quant/onnx/quantizers/quantize_node.h"
#include "quant/onnx/simplify/simplify.h"

#include <map>
#include <set>
#include <string>

namespace cimarron::foreign {

// Last step of an import: the network that a simplified graph, with quantizers unified, computes.
// Each node of the graph is taken once, in order; what only a later one decides (a quantizer, a
// scale) waits in the Value of its tensor. UserError for what no layer can do exactly.
class NetworkBuilder {
public:
    explicit NetworkBuilder(const Graph& graph);
    Network build(Ending ending);

private:
    void step(const Node& node);
    Value read(const Node& node, std::size_t input) const;
    void set(const Node& node, Value value) { values_[node.outputs[0]] = std::move(value); }

    // layers.cpp
    void layer(const Node& node);
    int input_codes(const Node& node, const Value& value);
    void affine(const Node& node);
    static void put_behind(ConvNode& conv, const Node& node, const Numbers& gain,
                           const Numbers& offset);
    void clip(const Node& node);
    void leaky(const Node& node);
    void pool(const Node& node);
    void reshape(const Node& node);

    // quantize.cpp
    void quantize(const Node& node);
    Value quantize_image(const Node& node, const QuantizeParameters& q, const Value& value);
    Value quantize_values(const Node& node, const QuantizeParameters& q, const Value& value);
    Value quantize_codes(const Node& node, const QuantizeParameters& q, const Value& value);
    Value requantized(const Node& node, const FoundQuantizer& found, const Value& value);
    Value as_codes(const Value& value);
    int quantized_sums(const Node& node, const Value& value);

    // scales.cpp
    ActivationQuantizer* owner_of(int node);
    const ActivationQuantizer& quantizer_of(int node);
    void settle_scale(Value& value);
    // A node whose codes or real values are the value itself.
    int materialize(const Node& node, Value value);
    int rescaled(const Node& node, const Value& value);
    int owner_node(int node) const;
    bool never_negative(const Value& value);

    // joins.cpp
    void add(const Node& node);
    void concat(const Node& node);
    bool is_strided_view(const Node& node, const Value& value) const;
    void view(const Node& node, int stride);
    void pad(const Node& node);
    void slice(const Node& node);

    int append(cimarron::Node node);
    std::string unique(const std::string& name);
    std::string unique(const Node& node) {
        return unique(node.name.empty() ? node.outputs[0] : node.name);
    }
    ConvNode* open_convolution(const Value& value);
    void finish(Ending ending);
    void set_logits(Value value);

    const Graph& graph_;
    const std::map<std::string, int> readers_;
    Network network_;
    std::map<std::string, Value> values_;
    std::set<std::string> names_;
    std::set<int> settled_;                      // nodes whose codes have a scale; -1: the image
    std::map<int, ActivationQuantizer> joined_;  // of Concats
    bool image_quantized_ = false;
    ActivationQuantizer image_quantizer_;  // as the file has it
};

}  // namespace cimarron::foreign
