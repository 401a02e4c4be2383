// SPDX-License-Identifier: Apache-2.0
#include "trainer/model.h"

namespace cimarron {
namespace {

constexpr int kMaxCodeBits = 8;

torch::Tensor pool(const LayerSpec& layer, const torch::Tensor& x) {
    const Window& w = layer.window;
    const std::vector<std::int64_t> kernel = {w.kernel_h, w.kernel_w};
    const std::vector<std::int64_t> stride = {w.stride_h, w.stride_w};
    const std::vector<std::int64_t> padding = {w.pad_top, w.pad_left};
    return layer.type == LayerSpec::Type::max_pool ? torch::max_pool2d(x, kernel, stride, padding)
                                                   : torch::avg_pool2d(x, kernel, stride, padding);
}

// The shortcut in the shape of what it is added to: strided, and channels that it does not have are
// zero, half of them before and half behind its own.
torch::Tensor shaped_as(const torch::Tensor& y, const torch::Tensor& shortcut) {
    if (shortcut.sizes() == y.sizes()) return shortcut;
    const std::int64_t stride = shortcut.size(2) / y.size(2);
    const std::int64_t before = (y.size(1) - shortcut.size(1)) / 2;
    // Pooling single pixels is striding; the gradient of a slice would lie channels first, and all
    // gradients of the stream in front of it with it.
    const torch::Tensor strided = torch::avg_pool2d(shortcut, /*kernel_size=*/1, stride);
    const std::int64_t behind = y.size(1) - shortcut.size(1) - before;
    return torch::constant_pad_nd(strided, {0, 0, 0, 0, before, behind});
}

}  // namespace

Model::Model(const NetworkSpec& spec, const Method& method,
             std::shared_ptr<const Hardware> hardware)
    : spec_(spec), method_(method), hardware_(std::move(hardware)) {
    // In floating point the same places have plain ReLUs.
    const std::vector<LayerBits> plan =
        bit_plan(spec_, method.float_activations() ? kMaxCodeBits : method.activation_bits);
    const std::vector<Shape> shapes = output_shapes(spec_);
    for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
        const LayerSpec& layer = spec_.layers[i];
        const bool image = layer.source < 0;
        add_part(layer, plan[i],
                 (image ? spec_.input : shapes[static_cast<std::size_t>(layer.source)]).channels);
    }
    find_readers();
}

void Model::add_part(const LayerSpec& layer, const LayerBits& bits, int in_channels) {
    Part part{layer, bits, nullptr, nullptr, nullptr, nullptr, nullptr};
    const auto quantizer = [&](const char* suffix, int width) {
        const int own = method_.float_activations() ? Method::kFloatBits : width;
        return register_module(layer.name + suffix,
                               std::make_shared<LearnedQuantizer>(own, method_));
    };
    if (bits.quantize_input) part.input_quantizer = quantizer("_input", bits.input);
    if (layer.weighted()) {
        part.weighted = register_module(
            layer.name,
            std::make_shared<WeightedLayer>(layer, in_channels, method_, bits.output == 0));
        if (hardware_ && hardware_->learns_lsb()) {
            part.adc = register_module(layer.name + "_adc", std::make_shared<AdcRange>());
        }
    }
    if (is_stream(bits.output)) {
        if (!method_.float_activations()) {
            part.stream = register_module(layer.name + "_stream",
                                          std::make_shared<StreamQuantizer>(bits.output));
        }
    } else if (bits.output > 0 && layer.type != LayerSpec::Type::max_pool) {
        part.quantizer = quantizer("_activation", bits.output);
    }
    parts_.push_back(std::move(part));
}

void Model::find_readers() {
    readers_.resize(parts_.size());
    ahead_.resize(parts_.size());
    std::vector<std::size_t> last(parts_.size(), 0);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        for (const int k : {parts_[i].spec.source, parts_[i].spec.add.value_or(-1)}) {
            if (k < 0) continue;
            ++readers_[static_cast<std::size_t>(k)];
            last[static_cast<std::size_t>(k)] = i;
        }
        applied_.push_back(parts_[i].quantizer);
        if (!parts_[i].input_quantizer || parts_[i].spec.source < 0) continue;
        auto& first = ahead_[static_cast<std::size_t>(parts_[i].spec.source)];
        if (!first) first = parts_[i].input_quantizer;
    }
    unused_.resize(parts_.size());
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) unused_[last[i]].push_back(i);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const Part& part = parts_[i];
        if (part.spec.type != LayerSpec::Type::max_pool || part.input_quantizer) continue;
        const auto source = static_cast<std::size_t>(part.spec.source);
        if (readers_[source] == 1) applied_[i].swap(applied_[source]);
    }
}

std::shared_ptr<LearnedQuantizer> Model::codes_read_by(const Part& part) const {
    const Part* at = &part;
    while (!at->input_quantizer) {
        if (at->spec.source < 0) return nullptr;
        at = &parts_[static_cast<std::size_t>(at->spec.source)];
        if (at->quantizer) return at->quantizer;
    }
    return at->input_quantizer;
}

torch::Tensor Model::products(const Part& part, const torch::Tensor& x) {
    if (!hardware_) return part.weighted->before_norm(x);
    OnChip chip;
    chip.hardware = hardware_.get();
    chip.chip = is_training() ? hardware_->chip(draw_) : hardware_->own_chip();
    chip.adc = part.adc.get();
    const std::shared_ptr<LearnedQuantizer> codes = codes_read_by(part);
    chip.bits = codes == nullptr ? kMaxCodeBits : codes->bits();
    chip.step = codes == nullptr ? 1.0F / 255.0F : codes->step();
    return part.weighted->before_norm(x, &chip);
}

bool Model::can_fuse(std::size_t i, const torch::Tensor& products) const {
    const auto& quantizer = applied_[i] ? applied_[i] : ahead_[i];
    return is_training() && !parts_[i].weighted->batch_norm().is_empty() &&
           can_fuse_norm(products) && (!quantizer || quantizer->can_fuse());
}

Model::Output Model::fused(std::size_t i, const torch::Tensor& products,
                           const torch::Tensor& added) {
    const Part& part = parts_[i];
    FusedNorm behind;
    if (added.defined()) behind.shortcut = shaped_as(products, added);
    behind.keep_sum = part.stream || (!applied_[i] && readers_[i] > 1);
    const auto& quantizer = applied_[i] ? applied_[i] : ahead_[i];
    if (quantizer) quantizer->fuse_behind(behind, products);
    const FusedNormResult found = fused_norm(part.weighted->batch_norm(), products, behind);
    if (part.stream) part.stream->observe(found.largest);
    if (applied_[i]) return {found.codes, {}};
    return {found.sum, found.codes};
}

Model::Output Model::run(std::size_t i, const Output& input, const torch::Tensor& added) {
    const Part& part = parts_[i];
    torch::Tensor x = input.value;
    if (part.input_quantizer) {
        const bool done =
            input.codes.defined() &&
            ahead_[static_cast<std::size_t>(part.spec.source)] == part.input_quantizer;
        x = done ? input.codes : part.input_quantizer->forward(x);
    }
    torch::Tensor y = part.weighted ? products(part, x) : pool(part.spec, x);
    if (part.weighted && can_fuse(i, y)) return fused(i, y, added);
    if (part.weighted && !part.weighted->batch_norm().is_empty()) {
        torch::nn::BatchNorm2d norm = part.weighted->batch_norm();
        y = norm->forward(y);
    }
    if (added.defined()) y.add_(shaped_as(y, added));
    if (part.stream) y = part.stream->forward(y);
    return {applied_[i] ? applied_[i]->forward(y) : y, {}};
}

torch::Tensor Model::forward(const torch::Tensor& images) {
    std::vector<Output> outputs(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const LayerSpec& layer = parts_[i].spec;
        const auto at = [&](int k) { return outputs[static_cast<std::size_t>(k)]; };
        outputs[i] = run(i, layer.source < 0 ? Output{images, {}} : at(layer.source),
                         layer.add ? at(*layer.add).value : torch::Tensor());
        for (const std::size_t k : unused_[i]) outputs[k] = {};
    }
    return outputs.back().value.flatten(1);
}

template <class Work>
void Model::for_quantizers(const Work& work) const {
    for (const Part& part : parts_) {
        if (part.input_quantizer) work(*part.input_quantizer);
        if (part.quantizer) work(*part.quantizer);
    }
}

void Model::set_progress(double progress) {
    for_quantizers([&](LearnedQuantizer& quantizer) { quantizer.set_progress(progress); });
    for (const Part& part : parts_) {
        if (part.weighted) part.weighted->set_progress(progress);
    }
}

void Model::begin_epoch() {
    train();
    for (const Part& part : parts_) {
        if (part.stream) part.stream->begin_epoch();
    }
}

void Model::set_activation_bits(int bits) {
    for_quantizers([&](LearnedQuantizer& quantizer) { quantizer.set_bits(bits); });
}

void Model::after_step() {
    for (const Part& part : parts_) {
        if (part.weighted) part.weighted->after_step();
    }
}

torch::Tensor Model::regularization() const {
    torch::Tensor sum = torch::zeros({});
    for_quantizers([&](const LearnedQuantizer& quantizer) {
        const torch::Tensor term = quantizer.regularization();
        if (term.defined()) sum = sum + term;
    });
    return sum;
}

std::int64_t Model::parameter_count() const {
    std::int64_t count = 0;
    for (const torch::Tensor& parameter : parameters()) count += parameter.numel();
    return count;
}

}  // namespace cimarron
