// SPDX-License-Identifier: Apache-2.0
#include "trainer/export.h"

namespace cimarron {
namespace {

Reals values(const torch::Tensor& tensor) {
    const torch::Tensor flat = tensor.detach().cpu().contiguous();
    return Reals(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
}

BatchNorm batch_norm(const torch::nn::BatchNorm2d& module) {
    BatchNorm result;
    result.gamma = values(module->weight);
    result.beta = values(module->bias);
    result.mean = values(module->running_mean);
    result.variance = values(module->running_var);
    result.epsilon = static_cast<float>(module->options.eps());
    return result;
}

std::optional<ActivationQuantizer> activation(const Model::Part& part) {
    if (part.stream) return ActivationQuantizer{part.stream->bits(), part.stream->step()};
    if (!part.quantizer) return std::nullopt;
    return ActivationQuantizer{part.quantizer->bits(), part.quantizer->step()};
}

ConvNode conv_node(const Model::Part& part) {
    ConvNode node;
    node.name = part.spec.name;
    node.window = part.spec.window;
    node.groups = part.spec.groups;
    node.out_channels = part.spec.channels;
    node.fully_connected = part.spec.type == LayerSpec::Type::linear;
    node.weights = part.weighted->codes();
    if (part.weighted->bias().defined()) node.bias = values(part.weighted->bias());
    if (!part.weighted->batch_norm().is_empty()) {
        node.batch_norm = batch_norm(part.weighted->batch_norm());
    }
    node.activation = activation(part);
    return node;
}

PoolNode pool_node(const Model::Part& part) {
    PoolNode node;
    node.name = part.spec.name;
    node.kind =
        part.spec.type == LayerSpec::Type::max_pool ? PoolNode::Kind::max : PoolNode::Kind::average;
    node.window = part.spec.window;
    node.activation = activation(part);
    return node;
}

class Exporter {
public:
    explicit Exporter(const Model& model) : model_(model), shapes_(output_shapes(model.spec())) {
        network_.name = model.spec().name;
        network_.input = model.spec().input;
    }
    Network run() {
        for (const Model::Part& part : model_.parts()) add(part);
        return std::move(network_);
    }

private:
    int node_of(int layer) const {
        return layer < 0 ? -1 : nodes_[static_cast<std::size_t>(layer)];
    }

    void add(const Model::Part& part) {
        int source = node_of(part.spec.source);
        if (part.input_quantizer) {
            const LearnedQuantizer& q = *part.input_quantizer;
            network_.nodes.emplace_back(QuantizeNode{part.spec.name + "_input", source,
                                                     ActivationQuantizer{q.bits(), q.step()}});
            source = static_cast<int>(network_.nodes.size()) - 1;
        }
        if (part.weighted) {
            ConvNode node = conv_node(part);
            node.source = source;
            if (part.spec.add) node.shortcut = shortcut(*part.spec.add);
            if (part.adc) network_.adc_lsb[node.name] = part.adc->lsb();
            network_.nodes.emplace_back(std::move(node));
        } else {
            PoolNode node = pool_node(part);
            node.source = source;
            network_.nodes.emplace_back(std::move(node));
        }
        nodes_.push_back(static_cast<int>(network_.nodes.size()) - 1);
    }

    Shortcut shortcut(int added) const {
        const Shape& from = shapes_[static_cast<std::size_t>(added)];
        const IdentityShortcut identity = *identity_shortcut(from, shapes_[nodes_.size()]);
        return {node_of(added), identity.stride, identity.channel_offset};
    }

    const Model& model_;
    const std::vector<Shape> shapes_;
    std::vector<int> nodes_;  // of each layer so far
    Network network_;
};

}  // namespace

Network to_network(const Model& model) {
    return Exporter(model).run();
}

}  // namespace cimarron
