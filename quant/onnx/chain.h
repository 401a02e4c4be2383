// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph.h"

#include <optional>
#include <string>

namespace cimarron {

// Walks the graph from its input to its output and builds the network node by node. A layer whose
// quantizer has not come yet stays open; ReLU and max pooling may stand between, because the
// quantizer contains the one and commutes with the other.
class ChainReader {
public:
    explicit ChainReader(const OnnxGraph& graph) : graph_(graph) {}
    Network read();

private:
    void start();
    void step(const ::onnx::NodeProto& node);
    void quantizer(const ::onnx::NodeProto& node);
    void convolution(const ::onnx::NodeProto& node);
    void fully_connected(const ::onnx::NodeProto& node);
    void batch_norm(const ::onnx::NodeProto& node);
    void relu(const ::onnx::NodeProto& node);
    void pool(const ::onnx::NodeProto& node);
    void flatten(const ::onnx::NodeProto& node);
    void reshape(const ::onnx::NodeProto& node);

    void add_layer(const ::onnx::NodeProto& node, ConvNode layer);
    void require_codes(const ::onnx::NodeProto& node) const;
    ConvNode* open_convolution();

    const OnnxGraph& graph_;
    Network network_;
    std::string tensor_;  // where the walk stands
    Shape shape_;
    bool flat_ = false;
    bool image_quantized_ = false;
    std::optional<std::size_t> open_;  // node that still needs its quantizer
    bool rectified_ = false;           // a ReLU or a pooling came after it
    std::optional<ActivationQuantizer> last_quantizer_;
};

}  // namespace cimarron
