// SPDX-License-Identifier: Apache-2.0
#include "trainer/evaluate.h"

#include "common/parallel.h"
#include "quant/reference.h"
#include "trainer/batches.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>

namespace cimarron {

std::vector<int> float_predictions(Model& model, const Dataset& data, int threads) {
    constexpr int kBatch = 100;
    model.eval();
    std::vector<int> result(static_cast<std::size_t>(data.size()));
    // Whole batches, the same whatever the threads.
    in_parts((data.size() + kBatch - 1) / kBatch, threads, [&](int begin, int end) {
        const torch::NoGradGuard no_gradient;
        at::set_num_threads(1);
        for (int first = begin * kBatch; first < std::min(end * kBatch, data.size());
             first += kBatch) {
            const Batch batch = plain_batch(data, first, std::min(kBatch, data.size() - first));
            const torch::Tensor classes =
                model.forward(batch.images.to(model.device())).argmax(1).cpu().contiguous();
            const std::int64_t* p = classes.data_ptr<std::int64_t>();
            std::transform(p, p + classes.numel(), result.begin() + first,
                           [](std::int64_t c) { return static_cast<int>(c); });
        }
    });
    return result;
}

std::vector<int> integer_predictions(const IntegerNetwork& network, const Dataset& data,
                                     int threads) {
    std::vector<int> result(static_cast<std::size_t>(data.size()));
    in_parts(data.size(), threads, [&](int begin, int end) {
        Reference reference(network);
        for (int i = begin; i < end; ++i) {
            result[static_cast<std::size_t>(i)] = predicted_class(reference.logits(data.codes(i)));
        }
    });
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
