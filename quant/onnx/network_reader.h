// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace cimarron {

// Builds the network from the nodes that depend on the image, each once what it reads is known. A
// layer whose quantizer has not come yet is open: batch norm, a residual add, ReLU and max pooling
// may stand between, because the quantizer contains the ReLU and commutes with the pooling.
class NetworkReader {
public:
    explicit NetworkReader(const OnnxGraph& graph) : graph_(graph) {}
    Network read();

private:
    // An activation tensor of the graph.
    struct Value {
        int node = -1;  // of network_ that gives it; -1: the image
        Shape shape;
        bool flat = false;
        std::optional<std::size_t> open;               // node whose quantizer has not come yet
        std::optional<ActivationQuantizer> quantizer;  // once it has
        bool rectified = false;  // a ReLU, or a pooling of open values, came since
        bool is_view = false;    // strided or padded: only an Add may read it
        int stride = 1;
        int channel_offset = 0;
    };

    void start();
    void find_reachable();
    bool is_ready(const ::onnx::NodeProto& node) const;
    void step(const ::onnx::NodeProto& node);
    Value layer_input(const ::onnx::NodeProto& node) const;

    void quantizer(const ::onnx::NodeProto& node);
    void convolution(const ::onnx::NodeProto& node);
    void fully_connected(const ::onnx::NodeProto& node);
    void add_layer(const ::onnx::NodeProto& node, const Value& input, ConvNode layer);
    void batch_norm(const ::onnx::NodeProto& node);
    void relu(const ::onnx::NodeProto& node);
    void pool(const ::onnx::NodeProto& node);
    void flatten(const ::onnx::NodeProto& node);
    void reshape(const ::onnx::NodeProto& node);
    void add(const ::onnx::NodeProto& node);
    bool is_strided_view(const ::onnx::NodeProto& node, const Value& input) const;
    void stride(const ::onnx::NodeProto& node, int stride);
    void pad(const ::onnx::NodeProto& node);

    const Value& input(const ::onnx::NodeProto& node) const;
    ConvNode* open_convolution(const Value& value);
    void set(const ::onnx::NodeProto& node, Value value);

    const OnnxGraph& graph_;
    Network network_;
    std::map<std::string, Value> values_;           // by tensor
    std::set<std::string> reachable_;               // tensors that depend on the image
    std::set<const ::onnx::NodeProto*> processed_;  // among them those inside a quantizer
};

}  // namespace cimarron
