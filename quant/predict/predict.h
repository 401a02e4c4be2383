// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"
#include "quant/network.h"
#include "quant/predict/input_images.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cimarron {

// A tensor of codes: the image's (layer -1) or that of a layer of the integer network.
struct CodeTensor {
    std::string name;
    int layer = -1;
    Shape shape;
    ActivationQuantizer quantizer;  // what codes stand for
};

// Those of a network that its file knows, in order. Real values, and what lower() adds, are none.
std::vector<CodeTensor> code_tensors(const Network& network, const IntegerNetwork& integers);

// What a network gives for one image.
struct ImagePrediction {
    std::vector<double> logits;  // in the file's unit and order
    std::vector<double> output;  // what its softmax or arg max makes of them; empty without one
    std::vector<std::vector<std::int32_t>> codes;  // of each tensor asked for, CHW
};

// Input codes of an image's values, HWC.
Codes image_codes(const Network& network, const std::vector<double>& values);

// Logits and output of what a chip or Reference gives for `network`, lowered to `integers`.
ImagePrediction file_prediction(const Network& network, const IntegerNetwork& integers,
                                const std::vector<std::int64_t>& logits);

// The network by the integer reference, image after image in their order, each as soon as those
// before it are there. `integers` is lower(network, …). threads 0: one a processor.
using PredictionSink = std::function<void(ImagePrediction)>;
void predict(const Network& network, const IntegerNetwork& integers, const InputImages& images,
             const std::vector<CodeTensor>& tensors, int threads, const PredictionSink& sink);

}  // namespace cimarron
