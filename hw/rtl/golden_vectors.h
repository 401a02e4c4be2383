// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/macro_datapath.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace cimarron {

// One macro's work, clock edge by clock edge: what a testbench applies and what RTL has to show.
struct VectorWork {
    MacroParams params;
    MacroPlacement placement;
    int weight_bits = 1;
    int input_bits = 1;
    std::uint64_t instance = 0;         // of the macro on its chip: whose random numbers it has
    std::vector<std::uint8_t> weights;  // channel after channel
    struct Mvm {
        std::vector<std::uint8_t> codes;
        int take_after = 0;  // edges until its result is taken
        int pause = 0;       // edges until the next request; 0: it comes with the response
    };
    std::vector<Mvm> mvms;
};

struct VectorCounts {
    std::int64_t cycles = 0;
    std::int64_t conversions = 0;
};

// Writes stimulus.hex, expected.hex, codes.hex, sums.hex ($readmemh) and testbench.sv, which runs
// them against a module macro_digital with the pins of hw/rtl/macro_digital.sv in any simulator.
VectorCounts write_golden_vectors(const std::filesystem::path& folder, const VectorWork& work);

}  // namespace cimarron
