// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"
#include "common/yaml/yaml_reader.h"
#include "hw/chip/accelerator.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

#include <vector>

namespace cimarron {

// configs/accelerator/*.yaml: the chip's parameters, and which of them the file leaves to `auto`.
struct AcceleratorConfig {
    AcceleratorParams params;
    struct Auto {
        bool tiles = false;
        bool adc_bits = false;
        bool conversion_cycles = false;
        bool drive_cycles = false;
        bool settle_cycles = false;
        bool sample_cycles = false;
        bool write_cycles = false;
        bool pipeline_cycles = false;
        bool dram_activate_cycles = false;
        bool dram_precharge_cycles = false;
        bool dram_access_cycles = false;
        bool dram_bytes_per_cycle = false;
    } derive;
    double max_area_mm2 = 0;  // where tiles is auto
};

// Reads and checks; every key is required, none has a default.
AcceleratorConfig read_accelerator(const YamlReader& reader);
YAML::Node to_yaml(const AcceleratorConfig& config);
std::vector<KeyEntry> accelerator_keys();

// Completes and checks what a file that has `clock_period_ps` and `macro` alone says of them
// (describe_lone_macro, sim/config/accelerator_keys.h); errors are located by the file's reader.
void finish_macro(const YamlReader& reader, AcceleratorConfig& config);

// The parameters with every `auto` replaced: adc.bits by what loses nothing, cycles by latency over
// clock period, tiles by the most that max_area_mm2 holds (with fit_tiles: the mapping decides).
// UserError when a digital path does not fit the clock.
AcceleratorParams resolve(const AcceleratorConfig& config, const Technology& technology,
                          const Device& device);
// The macro's alone.
MacroParams resolve_macro(const AcceleratorConfig& config, const Technology& technology,
                          const Device& device);

}  // namespace cimarron
