// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/shared_tiles.h"

#include "hw/tile/band.h"
#include "hw/tile/post_schedule.h"
#include "hw/tile/residual_buffer.h"
#include "sim/mapping/placement.h"

#include <algorithm>

namespace cimarron {

namespace {

// Whether its last windows complete nothing.
bool trails(const Stage& stage) {
    const PostSchedule schedule(stage, stage.tiles.front());
    return schedule.first_departure(schedule.windows() - 1) ==
           static_cast<int>(schedule.departures().size());
}

// Whether it begins without the last vector of a tensor.
bool leaves_some(const Stage& reader, int tensor) {
    const MvmLayer& layer = reader.mvm;
    return (reader.input == tensor &&
            Band(layer, reader.tiles.front()).input_rows() < layer.input.height) ||
           (reader.residual == tensor && reader.residual_terms()->stride > 1);
}

// Whether a stage may still work when a reader begins: one of its tiles, of which the reader takes
// nothing, or on windows that it does not need.
bool ends_late(const Program& program, const Stage& stage) {
    if (stage.tiles.size() > 1 || trails(stage)) return true;
    for (const StageOutput& output : stage.outputs)
        for (const int reader : program.readers(output.tensor))
            if (leaves_some(program.stages[static_cast<std::size_t>(reader)], output.tensor))
                return true;
    return false;
}

}  // namespace

SharedTiles::SharedTiles(const Program& program, const AcceleratorParams& params)
    : program_(program), params_(params.tile) {
    if (!params_.share) return;
    const std::size_t stages = program.stages.size();
    before_.assign(stages, std::vector<bool>(stages));
    for (std::size_t s = 0; s < stages; ++s) {
        for (const int tensor : {program.stages[s].input, program.stages[s].residual}) {
            const int maker = tensor < 0 ? -1 : program.tensor(tensor).stage;
            if (maker < 0) continue;
            const auto m = static_cast<std::size_t>(maker);
            before_[s][m] = true;
            for (std::size_t i = 0; i < m; ++i) before_[s][i] = before_[s][i] || before_[m][i];
        }
        ends_late_.push_back(ends_late(program, program.stages[s]));
    }
}

int SharedTiles::room_for(int stage, const TilePlacement& placement) const {
    if (!params_.share) return -1;
    const Share share = share_of(stage, placement);
    const auto found = std::find_if(tiles_.begin(), tiles_.end(),
                                    [&](const auto& shares) { return fits(shares, share); });
    return found == tiles_.end() ? -1 : static_cast<int>(found - tiles_.begin());
}

void SharedTiles::put(int tile, int stage, TilePlacement& placement) {
    placement.tile = tile;
    placement.first_macro = 0;
    if (!params_.share) return;
    tiles_.resize(std::max(tiles_.size(), static_cast<std::size_t>(tile) + 1));
    std::vector<Share>& shares = tiles_[static_cast<std::size_t>(tile)];
    for (const Share& earlier : shares) placement.first_macro += earlier.macros;
    shares.push_back(share_of(stage, placement));
}

void SharedTiles::begin(int round) {
    round_ = round;
    tiles_.clear();
}

SharedTiles::Share SharedTiles::share_of(int stage, const TilePlacement& placement) const {
    const Stage& of = program_.stages[static_cast<std::size_t>(stage)];
    return {
        stage,
        placement.macro_count(),
        {input_map_bits(of.mvm, placement), residual_bits(of, placement, Band(of.mvm, placement))}};
}

bool SharedTiles::fits(const std::vector<Share>& shares, const Share& next) const {
    int macros = next.macros;
    for (const Share& earlier : shares) {
        if (!depends(next.stage, earlier.stage)) return false;
        macros += earlier.macros;
    }
    if (macros > params_.macros) return false;
    std::vector<Share> all = shares;
    all.push_back(next);
    return std::all_of(all.begin(), all.end(), [&](const Share& runs) {
        const Held held = held_while_runs(runs, all);
        return held.input <= std::int64_t{params_.input_buffer.bytes} * 8 &&
               held.residual <= std::int64_t{params_.residual_buffer.bytes} * 8;
    });
}

// While a layer runs, those before it in the tile are done.
SharedTiles::Held SharedTiles::held_while_runs(const Share& runs,
                                               const std::vector<Share>& shares) const {
    Held held = runs.needs;
    for (const Share& later : shares) {
        if (!depends(later.stage, runs.stage)) continue;
        const Stage& stage = program_.stages[static_cast<std::size_t>(later.stage)];
        if (arrives_early(stage.input, runs.stage)) held.input += later.needs.input;
        if (stage.residual >= 0 && arrives_early(stage.residual, runs.stage))
            held.residual += later.needs.residual;
    }
    return held;
}

// The tensor may arrive before the stage has ended: unless who makes it, in this round, waits for
// all of that stage.
bool SharedTiles::arrives_early(int tensor, int stage) const {
    const int maker = program_.tensor(tensor).stage;
    if (maker < 0) return true;
    const Stage& made_by = program_.stages[static_cast<std::size_t>(maker)];
    if (made_by.first_round() != round_ || made_by.last_round() != round_) return true;
    return !depends(maker, stage) || ends_late_[static_cast<std::size_t>(stage)];
}

}  // namespace cimarron
