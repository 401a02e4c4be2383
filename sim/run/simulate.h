// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/run/simulation.h"
#include "sim/run/workload.h"

#include <optional>
#include <vector>

namespace cimarron {

struct SimulateOptions {
    TraceOptions trace;
    Fault fault = Fault::none;
    int threads = 0;  // of the reference network; 0: one a processor. Changes no result
};

// Everything one simulation found out.
struct Outcome {
    RunConfig config;
    AcceleratorParams params;  // resolved
    IntegerNetwork network;
    Program program;
    std::vector<InputFile> inputs;
    RunResult bit_true;  // all images
    RunResult timed;     // the first timed_images, cycle by cycle
    int correct = 0;     // of all images
    std::vector<Check> checks;

    bool passed() const;
};

// Runs the images through the datapath, the first ones also through the SystemC model, and compares
// both with each other and, where nothing may be lost, with the reference network. Once per
// process.
Outcome simulate(const RunConfig& config, const SimulateOptions& options);

// Ideal cells and an ADC that maps every column count to its own code.
bool is_exact(const MacroParams& params);

}  // namespace cimarron
