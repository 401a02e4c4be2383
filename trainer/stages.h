// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace cimarron {

// A part of a run with its own bitwidth and its own cycle of the learning rate.
struct TrainingStage {
    int activation_bits = 0;
    int first_epoch = 0;
    int epochs = 0;

    double progress(int epoch, double share_of_epoch) const {
        return (epoch - first_epoch + share_of_epoch) / epochs;
    }
};

// One stage; or, when progressive, one for each of 8, 4, 3, 2, 1 bits down to activation_bits, in
// near-equal parts of the epochs (at least one each, see stage_count()).
std::vector<TrainingStage> stages(int activation_bits, int epochs, bool progressive);
int stage_count(int activation_bits, bool progressive);

const TrainingStage& stage_of(const std::vector<TrainingStage>& stages, int epoch);

}  // namespace cimarron
