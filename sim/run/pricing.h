// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/chip_cost.h"
#include "sim/run/simulate.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// An outcome in seconds, joules and square metres. Per image: energy is the average over all
// images, latency that of the timed ones.
struct Priced {
    std::int64_t cycles = 0;  // latency of an image, mean
    Seconds latency;
    std::int64_t interval_cycles =
        0;  // all images' time over their number; pipelined, they overlap
    Seconds interval;
    std::vector<ComponentResult> components;  // leakage over the interval
    Area area;
    Energy dynamic;
    Energy leakage;
    std::vector<Energy> layers;  // dynamic, in the order of the program's stages
    Energy programming;  // once, when the weights are written, or the DRAM is filled with them
    std::int64_t cell_writes = 0;
    // Of an image: cells written anew, and their weights' way over the interconnect. Apart from
    // `dynamic`, which has what the DRAM takes.
    Energy reloading;
    std::int64_t cells_reloaded = 0;

    Energy energy() const { return dynamic + leakage + reloading; }
};

Priced price(const Outcome& outcome);
// With other constants than the run's, for the same cycles and activity; without `layers`.
Priced price(const Outcome& outcome, const Technology& technology, const Device& device);

// What inference did: without the cells that were programmed, before it or for each image.
AcceleratorActivity inference(AcceleratorActivity activity);

// Components add up to the total, events to their component, and layers to the macros and tiles.
Check component_energy_sums(const Outcome& outcome, const Priced& priced);

}  // namespace cimarron
