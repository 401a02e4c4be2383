// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"
#include "sim/dpi/model.h"
#include "sim/run/placed_chip.h"
#include "sim/run/workload.h"

namespace cimarron::dpi {

// A run's network on its chip, image by image, through the datapath without a clock.
class AcceleratorModel final : public Model {
public:
    AcceleratorModel(const std::string& run_file, const std::string& settings);

    int image(int index);  // its label
    void pixel(int index, int code);
    int run();  // class of the largest logit
    std::int64_t logit(int index) const;

    Energy energy() const override;
    Power leakage() const override;

private:
    AcceleratorActivity done() const override { return activity_; }
    std::int64_t own_parameter(const std::string& name) const override;

    const std::shared_ptr<const TestSet> test_set_;
    const Workload workload_;
    const PlacedChip chip_;
    Codes image_;
    std::vector<std::int64_t> logits_;
    AcceleratorActivity activity_;
};

}  // namespace cimarron::dpi
