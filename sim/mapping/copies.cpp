// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/copies.h"

#include "hw/tile/band.h"
#include "sim/mapping/estimate.h"
#include "sim/mapping/round_assignment.h"

#include <algorithm>

namespace cimarron {

namespace {

// A stage and what another copy of it would give.
struct Candidate {
    std::size_t stage = 0;
    std::int64_t cycles = 0;
    double gain = 0;  // cycles less, for each macro more; 0: none to be had
};

int macros_of_a_copy(const Stage& stage) {
    int macros = 0;
    for (const TilePlacement& tile : stage.tiles) macros += static_cast<int>(tile.macros.size());
    return macros;
}

bool add_copy(Stage& stage, int macros) {
    for (TilePlacement& tile : stage.tiles)
        if (++tile.copies > std::min(macros / static_cast<int>(tile.macros.size()),
                                     Band(stage.mvm, tile).windows()))
            return false;
    return true;
}

Candidate candidate(const AcceleratorParams& params, std::size_t index, const Stage& stage,
                    std::int64_t cycles) {
    Stage more = stage;
    if (!add_copy(more, params.tile.macros)) return {index, cycles, 0};
    const std::int64_t fewer = cycles - estimated_cycles(params, more);
    return {index, cycles - fewer,
            std::max(0.0, static_cast<double>(fewer) / macros_of_a_copy(stage))};
}

}  // namespace

void add_copies(Program& program, const AcceleratorParams& params) {
    const int tiles = params.fit_tiles ? program.tiles_used() : params.tiles;
    std::vector<Candidate> candidates;
    for (std::size_t s = 0; s < program.stages.size(); ++s)
        candidates.push_back(
            candidate(params, s, program.stages[s], estimated_cycles(params, program.stages[s])));
    for (;;) {
        Candidate& best = *std::max_element(
            candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.gain < b.gain; });
        if (best.gain == 0) return;
        Program more = program;
        Stage& stage = more.stages[best.stage];
        add_copy(stage, params.tile.macros);
        assign_tiles(more, params, tiles);
        if (more.rounds > program.rounds) {
            best.gain = 0;
            continue;
        }
        best = candidate(params, best.stage, stage, best.cycles);
        program = std::move(more);
    }
}

}  // namespace cimarron
