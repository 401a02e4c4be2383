// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_network.h"

#include "tests/support/float_reference.h"
#include "tests/support/random_parts.h"

#include <string>

namespace cimarron::test {

namespace {

// Builds the chain; `batch_` holds the values of a few random images after the last node.
class Builder {
public:
    Builder(Rng& rng, const RandomNetworkOptions& options) : rng_(rng), options_(options) {
        network_.name = "random";
        network_.input = {rng.uniform_int(1, 4), rng.uniform_int(1, options.max_size),
                          rng.uniform_int(1, options.max_size)};
        if (rng.coin(0.3)) {
            network_.input_quantizer.bits = rng.uniform_int(1, 8);
            network_.input_quantizer =
                ActivationQuantizer(8, static_cast<float>(rng.uniform(0.002, 0.1)));
        }
        shape_ = network_.input;
        for (int i = 0; i < 3; ++i)
            batch_.push_back(dequantize(random_image(rng, shape_, network_.input_quantizer.bits),
                                        network_.input_quantizer.step[0]));
    }

    Network build() {
        const int layers = rng_.uniform_int(1, options_.max_layers);
        for (int i = 1; i < layers; ++i) {
            const bool flat = shape_.pixels() == 1 && rng_.coin(0.3);
            add_layer(flat, false);
            if (flat) break;
            if (options_.pooling && rng_.coin(0.4)) add_pool();
        }
        add_layer(true, true);
        return std::move(network_);
    }

private:
    std::string name(const char* kind) { return kind + std::to_string(network_.nodes.size()); }
    void add_layer(bool fully_connected, bool last);
    void add_pool();
    void finish(Node node);

    Rng& rng_;
    const RandomNetworkOptions& options_;
    Network network_;
    Shape shape_;
    Batch batch_;
};

void Builder::add_layer(bool fully_connected, bool last) {
    ConvNode node;
    node.name = name(fully_connected ? "fc" : "conv");
    node.source = static_cast<int>(network_.nodes.size()) - 1;
    node.fully_connected = fully_connected;
    if (fully_connected) {
        node.window.kernel_h = shape_.height;
        node.window.kernel_w = shape_.width;
    } else {
        node.window = random_window(rng_, shape_, options_.max_kernel, options_.max_stride);
    }
    node.out_channels =
        rng_.uniform_int(last ? 2 : 1, last ? options_.max_classes : options_.max_channels);
    const int count =
        node.out_channels * shape_.channels * node.window.kernel_h * node.window.kernel_w;
    node.weights = random_node_weights(rng_, count, node.out_channels, options_);
    if (rng_.coin(0.4)) node.bias = random_floats(rng_, node.out_channels, 0, 0.3);
    if (rng_.coin(last ? 0.2 : 0.7))
        node.batch_norm =
            random_batch_norm(rng_, evaluate(node, shape_, batch_), node.out_channels);
    if (!last) node.activation = random_quantizer(rng_, evaluate(node, shape_, batch_), options_);
    finish(std::move(node));
}

void Builder::add_pool() {
    PoolNode node;
    node.name = name("pool");
    node.source = static_cast<int>(network_.nodes.size()) - 1;
    node.window = random_window(rng_, shape_, 3, 3);
    node.kind = rng_.coin(0.5) ? PoolNode::Kind::max : PoolNode::Kind::average;
    if (node.kind == PoolNode::Kind::average)
        node.activation = random_quantizer(rng_, evaluate(node, shape_, batch_), options_);
    finish(std::move(node));
}

void Builder::finish(Node node) {
    batch_ = evaluate(node, shape_, batch_);
    const auto* conv = std::get_if<ConvNode>(&node);
    const auto activation =
        conv != nullptr ? conv->activation : std::get<PoolNode>(node).activation;
    if (activation)
        for (auto& values : batch_)
            values = dequantize(test::quantize(values, *activation), activation->step[0]);
    shape_ = output_shape(node, shape_);
    network_.nodes.push_back(std::move(node));
}

}  // namespace

Network random_network(Rng& rng, const RandomNetworkOptions& options) {
    return Builder(rng, options).build();
}

Codes random_image(Rng& rng, const Shape& shape, int bits) {
    Codes codes(static_cast<std::size_t>(shape.size()));
    const double zeros = rng.uniform(0, 0.5);
    for (std::uint8_t& code : codes)
        code = rng.coin(zeros) ? std::uint8_t{0}
                               : static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1));
    return codes;
}

}  // namespace cimarron::test
