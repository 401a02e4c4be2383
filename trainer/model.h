// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/spec/bit_plan.h"
#include "trainer/activation_quantizer.h"
#include "trainer/adc_range.h"
#include "trainer/hardware.h"
#include "trainer/method.h"
#include "trainer/stream_quantizer.h"
#include "trainer/weighted_layer.h"

#include <torch/nn/module.h>

#include <memory>
#include <vector>

namespace cimarron {

// A network being trained. Images are [n][c][h][w] in 0..1; the result is [n][classes]. Where its
// quantizers stand is bit_plan(); in floating point they are plain ReLUs, and streams are
// not rounded.
class Model : public torch::nn::Module {
public:
    // With hardware, every layer's products are those of its chip, forward only.
    Model(const NetworkSpec& spec, const Method& method,
          std::shared_ptr<const Hardware> hardware = nullptr);

    torch::Tensor forward(const torch::Tensor& images);
    void set_progress(double progress);                  // of the whole run, 0..1
    void set_draw(std::uint64_t draw) { draw_ = draw; }  // which chip trains next
    void begin_epoch();
    // Of all quantizers that are narrower in the end: a stage of progressive training.
    void set_activation_bits(int bits);
    void after_step();                     // of the optimizer
    torch::Tensor regularization() const;  // what the method adds to the loss

    // The parts of each layer of the network file; null where it has none.
    struct Part {
        LayerSpec spec;
        LayerBits bits;
        std::shared_ptr<LearnedQuantizer> input_quantizer;
        std::shared_ptr<WeightedLayer> weighted;
        std::shared_ptr<LearnedQuantizer> quantizer;  // behind it
        std::shared_ptr<StreamQuantizer> stream;
        std::shared_ptr<AdcRange> adc;  // where the chip's is learned
    };
    const NetworkSpec& spec() const { return spec_; }
    const Method& method() const { return method_; }
    const std::shared_ptr<const Hardware>& hardware() const { return hardware_; }
    const std::vector<Part>& parts() const { return parts_; }
    // The quantizer whose codes a layer reads; null: the image.
    std::shared_ptr<LearnedQuantizer> codes_read_by(const Part& part) const;
    std::int64_t parameter_count() const;
    torch::Device device() const { return parts_.front().weighted->latent().device(); }

private:
    void add_part(const LayerSpec& layer, const LayerBits& bits, int in_channels);
    void find_readers();
    // Of a layer: its value, and what the quantizer that reads it ahead_ of all others made of it.
    struct Output {
        torch::Tensor value;
        torch::Tensor codes;  // undefined: not quantized yet
    };
    torch::Tensor products(const Part& part, const torch::Tensor& x);
    Output run(std::size_t i, const Output& input, const torch::Tensor& added);
    bool can_fuse(std::size_t i, const torch::Tensor& products) const;
    Output fused(std::size_t i, const torch::Tensor& products, const torch::Tensor& added);
    template <class Work>
    void for_quantizers(const Work& work) const;

    const NetworkSpec spec_;
    const Method method_;
    const std::shared_ptr<const Hardware> hardware_;
    std::uint64_t draw_ = 0;
    std::vector<Part> parts_;
    // What is applied to each layer's output. A quantizer is monotone, so it commutes with max
    // pooling: it runs behind a pooling that is its only reader, on fewer values.
    std::vector<std::shared_ptr<LearnedQuantizer>> applied_;
    // The first quantizer that reads each layer's output, where that is not quantized itself.
    std::vector<std::shared_ptr<LearnedQuantizer>> ahead_;
    std::vector<std::size_t> readers_;
    std::vector<std::vector<std::size_t>> unused_;  // outputs that nobody reads after each layer
};

}  // namespace cimarron
