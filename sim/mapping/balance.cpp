// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/balance.h"

#include "hw/tile/post_schedule.h"
#include "hw/tile/stage_timing.h"
#include "sim/mapping/placement.h"

#include <algorithm>

namespace cimarron {

namespace {

// A stage on more tiles than it has, with fewer cycles.
struct Option {
    std::vector<TilePlacement> tiles;
    std::int64_t cycles = 0;
};

std::int64_t bus_cycles(const AcceleratorParams& params, const Stage& stage) {
    std::int64_t cycles = 0;
    for (const TilePlacement& tile : stage.tiles) {
        const PostSchedule schedule(stage, tile);
        for (const int output : schedule.departures())
            cycles +=
                transfer_cycles(params.interconnect,
                                vector_bits(stage.outputs[static_cast<std::size_t>(output)], tile));
    }
    return cycles;
}

class Balance {
public:
    Balance(Program& program, const AcceleratorParams& params)
        : program_(program), params_(params), free_(params.tiles - program.tiles_used()) {
        for (const Stage& stage : program.stages) {
            cycles_.push_back(estimated_cycles(params, stage));
            options_.push_back(better(stage, cycles_.back()));
        }
    }
    bool step() {
        const int best = most_gainful();
        if (best < 0) return false;
        const auto s = static_cast<std::size_t>(best);
        Stage& stage = program_.stages[s];
        free_ -= extra(s);
        stage.tiles = std::move(options_[s].tiles);
        cycles_[s] = options_[s].cycles;
        options_[s] = better(stage, cycles_[s]);
        return true;
    }

private:
    int extra(std::size_t s) const {
        return static_cast<int>(options_[s].tiles.size()) -
               static_cast<int>(program_.stages[s].tiles.size());
    }

    // The least number of tiles more that saves cycles; no tiles when none does.
    Option better(const Stage& stage, std::int64_t cycles) const {
        Stage wider = stage;
        const auto now = static_cast<int>(stage.tiles.size());
        const int most = 2 * now + 1;
        Option best{{}, cycles};
        for (int tiles = now + 1; tiles <= most && best.tiles.empty(); ++tiles)
            for (int bands = 1; bands <= std::min(tiles, stage.mvm.output.height); ++bands) {
                if (tiles % bands != 0) continue;
                place(wider, params_, {tiles / bands, bands});
                if (static_cast<int>(wider.tiles.size()) != tiles) continue;
                const std::int64_t got = estimated_cycles(params_, wider);
                if (got < best.cycles) best = {wider.tiles, got};
            }
        return best;
    }

    // Index of the stage, -1: none gains or fits.
    int most_gainful() const {
        const bool pipelined = params_.tile.dataflow == Dataflow::pipelined;
        const std::int64_t slowest = *std::max_element(cycles_.begin(), cycles_.end());
        int best = -1;
        double most = 0;
        for (std::size_t s = 0; s < options_.size(); ++s) {
            if (options_[s].tiles.empty() || extra(s) > free_) continue;
            if (pipelined && cycles_[s] < slowest) continue;
            const double gain = static_cast<double>(cycles_[s] - options_[s].cycles) / extra(s);
            if (gain <= most) continue;
            most = gain;
            best = static_cast<int>(s);
        }
        return best;
    }

    Program& program_;
    const AcceleratorParams& params_;
    int free_;
    std::vector<std::int64_t> cycles_;  // per stage
    std::vector<Option> options_;       // per stage
};

}  // namespace

std::int64_t estimated_cycles(const AcceleratorParams& params, const Stage& stage) {
    std::int64_t cycles = 0;
    for (const TilePlacement& tile : stage.tiles)
        cycles = std::max(cycles, tile_cycles(params, stage, tile));
    return stage.tiles.size() == 1 ? cycles : std::max(cycles, bus_cycles(params, stage));
}

void balance(Program& program, const AcceleratorParams& params) {
    Balance search(program, params);
    while (search.step()) {
    }
}

}  // namespace cimarron
