// SPDX-License-Identifier: Apache-2.0
#include "sim/inspect/rounds_table.h"

#include "hw/program/reload_plan.h"
#include "sim/mapping/round_assignment.h"
#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cimarron {

namespace {

struct RoundWork {
    std::string first, last;  // stages
    std::set<int> tiles;
    int macros = 0;
    std::int64_t cells = 0;
};

RoundWork work_of(const Program& program, int round) {
    RoundWork work;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) {
            if (tile.round != round) continue;
            if (work.tiles.empty()) work.first = stage.mvm.name;
            work.tiles.insert(tile.tile);
            work.last = stage.mvm.name;
            work.macros += tile.macro_count();
            for (const MacroPlacement& macro : tile.macros)
                work.cells += std::int64_t{tile.copies} * macro.rows * macro.columns;
        }
    return work;
}

}  // namespace

std::string rounds_table(const Program& program, const AcceleratorParams& params) {
    if (!program.reloads()) return {};
    Table table{{"round", "stages", "tiles", "macros", "cells written", "bytes from DRAM",
                 "cycles to load, at least", "bytes kept"},
                {}};
    std::int64_t cells = 0;
    std::int64_t bytes = 0;
    const std::vector<ReloadPlan> plans = reload_plans(program, params.dram.row_bytes);
    for (int round = 0; round < program.rounds; ++round) {
        const RoundWork work = work_of(program, round);
        const ReloadPlan& plan = plans[static_cast<std::size_t>(round)];
        table.rows.push_back(
            {std::to_string(round),
             work.first == work.last ? work.first : work.first + " ... " + work.last,
             std::to_string(work.tiles.size()), std::to_string(work.macros),
             std::to_string(work.cells), std::to_string(plan.bytes),
             std::to_string(loading_bound(params, plan)),
             std::to_string((kept_bits(program, round) + 7) / 8)});
        cells += work.cells;
        bytes += plan.bytes;
    }
    return fmt::format(
        "Weights are reloaded: {} rounds, for each image {} bytes from DRAM, {} cells written, a "
        "cell "
        "up to {} times.\n{}\n",
        program.rounds, bytes, cells, program.writes_per_image(), to_text(table));
}

}  // namespace cimarron
