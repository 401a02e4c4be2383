// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/sweep_config.h"
#include "sim/process/process.h"

#include <filesystem>
#include <string>
#include <vector>

namespace cimarron {

struct SweepOptions {
    std::vector<std::string> overrides;  // KEY=VALUE for every point
    std::filesystem::path folder;
    int jobs = 1;
    ChildRunner run = run_children;
};

// Simulates every point in a process of its own and writes folder/results.json and results.csv, in
// the order of the sweep whatever the number of processes. A finished point is kept in
// folder/points/ID, ID a hash of everything it rests on, and reused. Points that differ in their
// seed alone are also summed up in statistics.json and statistics.csv. Returns the number of failed
// points; each is named on stderr.
int run_sweep(const SweepConfig& sweep, const SweepOptions& options);

}  // namespace cimarron
