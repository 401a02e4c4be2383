// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/predict.h"

#include "common/parallel.h"
#include "common/progress.h"
#include "quant/logits.h"
#include "quant/predict/tensor_order.h"
#include "quant/reference.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

namespace cimarron {

namespace {

constexpr int kImagesOfAThread = 16;  // of a block, whose results are held at once

std::vector<std::int32_t> codes_of(const Reference& reference, const Codes& image,
                                   const CodeTensor& tensor) {
    if (tensor.layer < 0) return in_file_order<std::int32_t>(image, tensor.shape, false);
    const auto layer = static_cast<std::size_t>(tensor.layer);
    if (is_stream(tensor.quantizer.bits))
        return in_file_order<std::int32_t>(reference.streams()[layer], tensor.shape, false);
    return in_file_order<std::int32_t>(reference.activations()[layer], tensor.shape, false);
}

}  // namespace

std::vector<CodeTensor> code_tensors(const Network& network, const IntegerNetwork& integers) {
    std::map<std::string, ActivationQuantizer> quantizers;
    const std::vector<TensorInfo> outputs = outputs_of(network);
    for (std::size_t i = 0; i < outputs.size(); ++i)
        if (outputs[i].quantizer)
            quantizers.emplace(name_of(network.nodes[i]), *outputs[i].quantizer);
    std::vector<CodeTensor> tensors = {{"image", -1, network.input, network.input_quantizer}};
    for (std::size_t i = 0; i < integers.layers.size(); ++i) {
        const auto found = quantizers.find(name_of(integers.layers[i]));
        if (found != quantizers.end())
            tensors.push_back(
                {found->first, static_cast<int>(i), output_of(integers.layers[i]), found->second});
    }
    return tensors;
}

Codes image_codes(const Network& network, const std::vector<double>& values) {
    const auto channels = static_cast<std::size_t>(network.input.channels);
    Codes codes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        codes[i] = network.image_code(values[i], i % channels);
    return codes;
}

ImagePrediction file_prediction(const Network& network, const IntegerNetwork& integers,
                                const std::vector<std::int64_t>& logits) {
    ImagePrediction result;
    result.logits = real_logits(network, integers, logits);
    if (network.logit_form.function != LogitForm::Function::none)
        result.output = after_function(network, result.logits);
    return result;
}

void predict(const Network& network, const IntegerNetwork& integers, const InputImages& images,
             const std::vector<CodeTensor>& tensors, int threads, const PredictionSink& sink) {
    const int workers = std::min(threads > 0 ? threads : processors(), images.count);
    std::deque<Reference> references;  // one a worker
    for (int i = 0; i < workers; ++i) references.emplace_back(integers);
    const auto one = [&](Reference& reference, int image) {
        const Codes codes = image_codes(network, images.values(image));
        ImagePrediction result = file_prediction(network, integers, reference.logits(codes));
        for (const CodeTensor& tensor : tensors)
            result.codes.push_back(codes_of(reference, codes, tensor));
        return result;
    };
    Progress progress("predict", images.count, "images");
    std::mutex mutex;
    int done = 0;
    for (int first = 0; first < images.count; first += workers * kImagesOfAThread) {
        const int count = std::min(workers * kImagesOfAThread, images.count - first);
        std::vector<ImagePrediction> block(static_cast<std::size_t>(count));
        in_parts(workers, workers, [&](int worker, int) {
            for (int i = worker; i < count; i += workers) {
                block[static_cast<std::size_t>(i)] =
                    one(references[static_cast<std::size_t>(worker)], first + i);
                const std::lock_guard<std::mutex> lock(mutex);
                progress.update(++done);
            }
        });
        for (ImagePrediction& result : block) sink(std::move(result));
    }
}

}  // namespace cimarron
