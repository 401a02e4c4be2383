// SPDX-License-Identifier: Apache-2.0
#include "trainer/stages.h"

namespace cimarron {
namespace {

std::vector<int> bits_of(int activation_bits, bool progressive) {
    std::vector<int> bits;
    for (const int wider : {8, 4, 3, 2, 1}) {
        if (progressive && wider > activation_bits) bits.push_back(wider);
    }
    bits.push_back(activation_bits);
    return bits;
}

}  // namespace

int stage_count(int activation_bits, bool progressive) {
    return static_cast<int>(bits_of(activation_bits, progressive).size());
}

std::vector<TrainingStage> stages(int activation_bits, int epochs, bool progressive) {
    const std::vector<int> bits = bits_of(activation_bits, progressive);
    const int count = static_cast<int>(bits.size());
    std::vector<TrainingStage> result;
    for (int k = 0; k < count; ++k) {
        const int first = epochs * k / count;
        result.push_back(
            {bits[static_cast<std::size_t>(k)], first, epochs * (k + 1) / count - first});
    }
    return result;
}

const TrainingStage& stage_of(const std::vector<TrainingStage>& stages, int epoch) {
    std::size_t k = 0;
    while (k + 1 < stages.size() && epoch >= stages[k + 1].first_epoch) ++k;
    return stages[k];
}

}  // namespace cimarron
