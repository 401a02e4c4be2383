// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cimarron {

// configs/sweep/*.yaml: a run, and the keys of it that take several values.
struct SweepConfig {
    std::filesystem::path run;
    struct Axis {
        std::string key;  // a key of the run, or accelerator.KEY, technology.KEY, device.KEY
        std::vector<std::string> values;
    };
    std::vector<Axis> axes;
    int seeds = 0;  // each point with seeds 1 .. seeds; 0: with the run's own
};

// `seeds`, where not 0, replaces the file's.
SweepConfig load_sweep(const std::filesystem::path& file, int seeds = 0);
std::vector<KeyEntry> sweep_keys();

// One point of the cross product: KEY=VALUE for each axis, the first axis slowest, seeds fastest.
std::vector<std::vector<std::string>> expand(const SweepConfig& sweep);

}  // namespace cimarron
