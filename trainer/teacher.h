// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/checkpoint.h"
#include "trainer/model.h"
#include "trainer/train_config.h"

#include <filesystem>
#include <memory>
#include <string>

namespace cimarron {

// A trained network in floating point whose class probabilities another one learns in place of the
// labels (Hinton 2015, arXiv:1503.02531, at temperature 1 and without the labels' own loss: nothing
// is left to tune).
class Teacher {
public:
    // Of a run of the same network in floating point; UserError where `folder` holds none.
    Teacher(const std::filesystem::path& folder, const TrainConfig& student);

    // Of [n][c][h][w]: [n][classes], without a gradient. From any thread.
    torch::Tensor probabilities(const torch::Tensor& images) const;

    std::string fingerprint() const { return cimarron::fingerprint(*model_); }

private:
    std::unique_ptr<Model> model_;
};

}  // namespace cimarron
