// SPDX-License-Identifier: Apache-2.0
#include "hw/technology/constants.h"

namespace cimarron {

std::vector<Constant> constants(const Technology& technology) {
    std::vector<Constant> all;
    visit_technology(
        technology, [&](const ConstantKey&, const Constant& constant) { all.push_back(constant); });
    return all;
}

std::vector<Constant> constants(const Device& device) {
    std::vector<Constant> all;
    const auto add = [&](const ConstantKey&, const Constant& constant) { all.push_back(constant); };
    visit_device(device, add);
    visit_variation(device, add);
    return all;
}

}  // namespace cimarron
