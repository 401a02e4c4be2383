// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "common/yaml/yaml_reader.h"
#include "hw/chip/non_idealities.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <vector>

namespace cimarron {

// configs/non_idealities/*.yaml: which effects are on, and the constants that belong to no device.
// Every key is required.
struct NonIdealitiesConfig {
    bool on_off_ratio = false;
    bool variation = false;
    bool read_noise = false;
    bool stuck_cells = false;
    bool ir_drop = false;
    bool drift = false;
    bool adc_errors = false;
    bool compensation = true;
    Constant retention;  // from programming to reading
    Constant adc_offset, adc_gain, adc_bow, adc_noise;
};

NonIdealitiesConfig read_non_idealities(const YamlReader& reader);
YAML::Node to_yaml(const NonIdealitiesConfig& config);
std::vector<KeyEntry> non_idealities_keys();

// Those switched on, of this device: what its kind does not have stays 0.
NonIdealities resolve(const NonIdealitiesConfig& config, const Technology& technology,
                      const Device& device, std::uint64_t seed);

}  // namespace cimarron
