// SPDX-License-Identifier: Apache-2.0
#include "sim/result/macro_states.h"

namespace cimarron {

const std::vector<MacroState>& macro_states() {
    static const std::vector<MacroState> all = {
        {"converting", "ADCs at work", &MacroCycles::converting, nullptr},
        {"evaluating", "word lines driven, columns settling or sampled, ADCs idle",
         &MacroCycles::evaluating, nullptr},
        {"accumulating", "the last shift-and-add", &MacroCycles::accumulating, nullptr},
        {"wait_input", "stall: the tile fetches the next window", &MacroCycles::wait_input,
         "tile.input_buffer"},
        {"wait_accumulator", "stall: results wait while others are post-processed",
         &MacroCycles::wait_accumulator, "tile.post_processing"},
        {"wait_output_buffer", "stall: the output buffer and the readers are full",
         &MacroCycles::wait_output_buffer, "tile.output_buffer"},
        {"wait_network", "stall: interconnect busy, or what is needed is on its way",
         &MacroCycles::wait_network, "interconnect"},
        {"wait_dependency", "stall: what the next window lacks is not made yet",
         &MacroCycles::wait_dependency, nullptr},
        {"programming", "reloading: a row of weights is written", &MacroCycles::programming,
         nullptr},
        {"wait_dram", "reloading: the next row of weights is not there yet",
         &MacroCycles::wait_dram, "dram"}};
    return all;
}

}  // namespace cimarron
