// SPDX-License-Identifier: Apache-2.0
#include "trainer/export.h"

#include "quant/two_level.h"
#include "trainer/integer_weight.h"

namespace cimarron {
namespace {

std::vector<float> values(const torch::Tensor& tensor) {
    const torch::Tensor flat = tensor.detach().contiguous();
    return std::vector<float>(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
}

BinaryWeights binary_weights(const torch::Tensor& latent) {
    const std::vector<float> w = values(latent);
    const auto channels = static_cast<std::size_t>(latent.size(0));
    const std::size_t fan_in = w.size() / channels;
    BinaryWeights result;
    for (std::size_t o = 0; o < channels; ++o) {
        const float* group = w.data() + o * fan_in;
        const TwoLevel levels = two_level_closed_form(group, fan_in);
        const std::vector<std::int8_t> bits = signs(group, fan_in, levels.threshold);
        result.signs.insert(result.signs.end(), bits.begin(), bits.end());
        result.alpha.push_back(static_cast<float>(levels.alpha));
        result.beta.push_back(static_cast<float>(levels.beta));
    }
    return result;
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
    if (!part.quantizer) return std::nullopt;
    return ActivationQuantizer{part.quantizer->bits(), part.quantizer->step()};
}

ConvNode conv_node(const Model::Part& part, int source) {
    ConvNode node;
    node.name = part.spec.name;
    node.source = source;
    node.window = part.spec.window;
    node.out_channels = part.spec.channels;
    node.fully_connected = part.spec.type == LayerSpec::Type::linear;
    if (part.spec.weights == WeightKind::binary) {
        node.weights = binary_weights(part.weighted->latent());
    } else {
        node.weights = integer_weights(part.weighted->latent());
    }
    if (part.weighted->bias().defined()) node.bias = values(part.weighted->bias());
    if (!part.weighted->batch_norm().is_empty()) {
        node.batch_norm = batch_norm(part.weighted->batch_norm());
    }
    node.activation = activation(part);
    return node;
}

PoolNode pool_node(const Model::Part& part, int source) {
    PoolNode node;
    node.name = part.spec.name;
    node.source = source;
    node.kind =
        part.spec.type == LayerSpec::Type::max_pool ? PoolNode::Kind::max : PoolNode::Kind::average;
    node.window = part.spec.window;
    node.activation = activation(part);
    return node;
}

}  // namespace

Network to_network(const Model& model) {
    Network network;
    network.name = model.spec().name;
    network.input = model.spec().input;
    for (const Model::Part& part : model.parts()) {
        const int before = static_cast<int>(network.nodes.size()) - 1;
        if (part.weighted) {
            network.nodes.emplace_back(conv_node(part, before));
        } else {
            network.nodes.emplace_back(pool_node(part, before));
        }
    }
    return network;
}

}  // namespace cimarron
