// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/model.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>

namespace cimarron {

// The exponential mean of a network over its steps: w' = d w' + (1 - d) w. It includes the running
// statistics of batch norms. Early on d is t / (10 + t) at step t where that is less, so that the
// mean forgets where it began.
class WeightAverage {
public:
    WeightAverage(const Model& model, double decay);

    void update();                       // after a step of the optimizer
    void set_activation_bits(int bits);  // as the network's
    void restart() { steps_ = 0; }       // the next step's network is the mean
    Model& model() { return *average_; }
    const Model& model() const { return *average_; }
    std::int64_t steps() const { return steps_; }
    void set_steps(std::int64_t steps) { steps_ = steps; }

private:
    const Model& model_;
    const double decay_;
    std::int64_t steps_ = 0;
    std::shared_ptr<Model> average_;
};

}  // namespace cimarron
