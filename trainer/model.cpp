// SPDX-License-Identifier: Apache-2.0
#include "trainer/model.h"

#include "trainer/binary_weight.h"
#include "trainer/integer_weight.h"

#include <torch/nn/init.h>

#include <cmath>

namespace cimarron {
namespace {

constexpr int kLastActivationBits = 8;

std::vector<std::int64_t> kernel(const Window& w) {
    return {w.kernel_h, w.kernel_w};
}
std::vector<std::int64_t> stride(const Window& w) {
    return {w.stride_h, w.stride_w};
}
std::vector<std::int64_t> padding(const Window& w) {
    return {w.pad_top, w.pad_left};
}

bool has_quantizer(const LayerSpec& layer) {
    return layer.type != LayerSpec::Type::max_pool;
}

torch::Tensor pool(const LayerSpec& layer, const torch::Tensor& x) {
    const Window& w = layer.window;
    if (layer.type == LayerSpec::Type::max_pool) {
        return torch::max_pool2d(x, kernel(w), stride(w), padding(w));
    }
    return torch::avg_pool2d(x, kernel(w), stride(w), padding(w));
}

}  // namespace

WeightedLayer::WeightedLayer(const LayerSpec& spec, int in_channels, bool float_weights, bool last)
    : spec_(spec), float_weights_(float_weights) {
    const Window& w = spec.window;
    weight_ = register_parameter(
        "weight", torch::empty({spec.channels, in_channels, w.kernel_h, w.kernel_w}));
    torch::nn::init::kaiming_uniform_(weight_, std::sqrt(5.0));
    if (last) {
        bias_ = register_parameter("bias", torch::zeros({spec.channels}));
    } else {
        batch_norm_ = register_module("batch_norm", torch::nn::BatchNorm2d(spec.channels));
    }
}

torch::Tensor WeightedLayer::effective_weights() const {
    if (float_weights_) return weight_;
    return spec_.weights == WeightKind::binary ? two_level_weights(weight_)
                                               : fake_integer_weights(weight_);
}

torch::Tensor WeightedLayer::forward(const torch::Tensor& x) {
    const torch::Tensor y =
        torch::conv2d(x, effective_weights(), bias_, stride(spec_.window), padding(spec_.window));
    return batch_norm_.is_empty() ? y : batch_norm_->forward(y);
}

Model::Model(const NetworkSpec& spec, bool float_weights, int activation_bits)
    : spec_(spec), float_weights_(float_weights), activation_bits_(activation_bits) {
    const LayerSpec* last_quantized = nullptr;
    for (std::size_t i = 0; i + 1 < spec_.layers.size(); ++i) {
        if (has_quantizer(spec_.layers[i])) last_quantized = &spec_.layers[i];
    }
    Shape shape = spec_.input;
    for (const LayerSpec& layer : spec_.layers) {
        const bool last = &layer == &spec_.layers.back();
        Part part{layer, nullptr, nullptr};
        if (layer.weighted()) {
            part.weighted = register_module(
                layer.name,
                std::make_shared<WeightedLayer>(layer, shape.channels, float_weights, last));
        }
        if (has_quantizer(layer) && !last) {
            const bool wide = &layer == last_quantized && activation_bits < kLastActivationBits;
            part.quantizer = register_module(
                layer.name + "_activation",
                std::make_shared<LearnedQuantizer>(wide ? kLastActivationBits : activation_bits));
        }
        shape = output_shape(layer, shape);
        parts_.push_back(std::move(part));
    }
}

torch::Tensor Model::forward(torch::Tensor x) {
    // A quantizer is monotone, so it commutes with max pooling: it runs behind, on fewer values.
    LearnedQuantizer* pending = nullptr;
    for (const Part& part : parts_) {
        if (pending != nullptr && part.spec.type != LayerSpec::Type::max_pool) {
            x = pending->forward(x);
            pending = nullptr;
        }
        x = part.weighted ? part.weighted->forward(x) : pool(part.spec, x);
        if (part.quantizer) pending = part.quantizer.get();
    }
    return x.flatten(1);
}

void Model::set_ripple(double ripple) {
    for (const Part& part : parts_) {
        if (part.quantizer) part.quantizer->set_ripple(ripple);
    }
}

void Model::forget_steps() {
    for (const Part& part : parts_) {
        if (part.quantizer) part.quantizer->forget_step();
    }
}

std::int64_t Model::parameter_count() const {
    std::int64_t count = 0;
    for (const torch::Tensor& parameter : parameters()) count += parameter.numel();
    return count;
}

}  // namespace cimarron
