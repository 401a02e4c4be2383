// SPDX-License-Identifier: Apache-2.0
#include "trainer/evaluate.h"

#include "quant/reference.h"
#include "trainer/batches.h"

#include <algorithm>
#include <future>

namespace cimarron {

std::vector<int> float_predictions(Model& model, const Dataset& data) {
    constexpr int kBatch = 500;
    const torch::NoGradGuard no_gradient;
    model.eval();
    std::vector<int> result;
    for (int first = 0; first < data.size(); first += kBatch) {
        const Batch batch = plain_batch(data, first, std::min(kBatch, data.size() - first));
        const torch::Tensor classes = model.forward(batch.images).argmax(1).contiguous();
        const std::int64_t* p = classes.data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < classes.numel(); ++i) result.push_back(static_cast<int>(p[i]));
    }
    return result;
}

std::vector<int> integer_predictions(const IntegerNetwork& network, const Dataset& data,
                                     int threads) {
    std::vector<int> result(static_cast<std::size_t>(data.size()));
    const auto work = [&](int begin, int end) {
        Reference reference(network);
        for (int i = begin; i < end; ++i) {
            result[static_cast<std::size_t>(i)] = predicted_class(reference.logits(data.codes(i)));
        }
    };
    std::vector<std::future<void>> parts;
    const std::int64_t size = data.size();
    for (int k = 0; k < threads; ++k) {
        parts.push_back(std::async(std::launch::async, work, static_cast<int>(size * k / threads),
                                   static_cast<int>(size * (k + 1) / threads)));
    }
    for (std::future<void>& part : parts) part.get();
    return result;
}

double accuracy(const std::vector<int>& predictions, const Dataset& data) {
    int right = 0;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
        right += predictions[i] == static_cast<int>(data.labels[i]) ? 1 : 0;
    }
    return 100.0 * right / static_cast<double>(predictions.size());
}

}  // namespace cimarron
