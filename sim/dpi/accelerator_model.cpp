// SPDX-License-Identifier: Apache-2.0
#include "sim/dpi/accelerator_model.h"

#include "common/error.h"
#include "hw/chip/activity_sum.h"
#include "hw/cost/chip_cost.h"
#include "hw/run/simulation.h"
#include "quant/reference.h"
#include "sim/run/place.h"

#include <map>

namespace cimarron::dpi {

AcceleratorModel::AcceleratorModel(const std::string& run_file, const std::string& settings)
    : Model(run_file, settings),
      test_set_(load_test_set(config_)),
      workload_(config_, test_set_),
      chip_(place(config_, workload_)),
      image_(static_cast<std::size_t>(chip_.program.image().shape.size())) {}

int AcceleratorModel::image(int index) {
    require("image", index, 0, test_set_->data.size() - 1);
    image_ = workload_.image(index);
    return workload_.label(index);
}

void AcceleratorModel::pixel(int index, int code) {
    require("pixel", index, 0, chip_.program.image().shape.size() - 1);
    require("pixel code", code, 0, (1 << chip_.program.image().bits) - 1);
    image_[static_cast<std::size_t>(index)] = static_cast<std::uint8_t>(code);
}

int AcceleratorModel::run() {
    const RunResult result = simulate_bit_true(chip_.params, chip_.program, {image_});
    logits_ = result.logits.front();
    activity_ += result.activity;
    return predicted_class(logits_);
}

std::int64_t AcceleratorModel::logit(int index) const {
    if (logits_.empty()) throw UserError("logit: no image has run");
    require("logit", index, 0, static_cast<int>(logits_.size()) - 1);
    return logits_[static_cast<std::size_t>(index)];
}

Energy AcceleratorModel::energy() const {
    AcceleratorActivity images = activity_;
    images.macro.array.cell_writes = 0;
    return total_dynamic(
        price(chip_cost(chip_.params, config_.technology, config_.device), images, Seconds()));
}

Power AcceleratorModel::leakage() const {
    Power sum;
    for (const ComponentCost& cost : chip_cost(chip_.params, config_.technology, config_.device))
        sum += cost.leakage;
    return sum;
}

std::int64_t AcceleratorModel::own_parameter(const std::string& name) const {
    const std::map<std::string, int> known = {{"pixels", chip_.program.image().shape.size()},
                                              {"classes", workload_.network().classes()},
                                              {"images", test_set_->data.size()}};
    const auto at = known.find(name);
    return at == known.end() ? -1 : at->second;
}

}  // namespace cimarron::dpi
