// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/search.h"

#include "common/bits.h"
#include "hw/tile/band.h"
#include "hw/tile/stage_timing.h"
#include "sim/mapping/estimate.h"
#include "sim/mapping/placement.h"

#include <algorithm>
#include <limits>
#include <set>

namespace cimarron {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// A way to place a stage.
struct Option {
    Spread spread;
    int tiles = 1;
    std::int64_t cycles = 0;
    double dynamic_j = 0;
};

// One option of each stage; total cost by the most tiles they may take together.
struct Choice {
    double cost = kNever;
    std::vector<int> options;
};

// Counts of parts to try up to `most`: all small ones, then ever fewer.
std::vector<int> parts(int most) {
    std::vector<int> counts;
    for (int n = 1; n <= most; n += 1 + n / 8) counts.push_back(n);
    return counts;
}

// No tile of it is done sooner.
std::int64_t least_cycles(const AcceleratorParams& params, const Stage& stage) {
    std::int64_t cycles = 0;
    for (const TilePlacement& tile : stage.tiles)
        cycles = std::max(cycles, ceil_div(Band(stage.mvm, tile).windows(), tile.copies) *
                                      tile_mvm_cycles(params.macro, stage, tile));
    return cycles;
}

class Search {
public:
    Search(const Program& program, const AcceleratorParams& params, const MappingPrices* prices)
        : params_(params), prices_(prices) {
        const int free = params.tiles - program.blocks();
        for (const Stage& stage : program.stages)
            options_.push_back(options_of(stage, static_cast<int>(stage.tiles.size()) + free));
    }

    std::vector<Spread> best() const {
        const Choice choice = prices_ != nullptr ? least_energy() : least_time();
        std::vector<Spread> spreads;
        for (std::size_t s = 0; s < options_.size(); ++s)
            spreads.push_back(options_[s][static_cast<std::size_t>(choice.options[s])].spread);
        return spreads;
    }

private:
    bool pipelined() const { return params_.tile.dataflow == Dataflow::pipelined; }
    double seconds(double cycles) const {
        return cycles * 1e-12 * static_cast<double>(params_.clock_period_ps);
    }

    std::vector<Option> options_of(const Stage& stage, int most) const {
        std::vector<Option> all;
        Stage spread = stage;
        for (const int columns : parts(std::min(most, stage.mvm.output.channels)))
            for (const int bands : parts(std::min(most / columns, stage.mvm.output.height)))
                try_spread({columns, bands}, most, spread, all);
        return all;
    }

    // Adds it unless another is as good with no more tiles.
    void try_spread(const Spread& spread, int most, Stage& stage, std::vector<Option>& all) const {
        place(stage, params_, spread);
        Option option{spread, static_cast<int>(stage.tiles.size()), 0, 0};
        if (option.tiles > most) return;
        if (prices_ != nullptr)
            option.dynamic_j = prices_->dynamic_j(estimated_activity(params_, stage));
        const auto beaten = [&all, &option] {
            return std::any_of(all.begin(), all.end(), [&option](const Option& o) {
                return o.tiles <= option.tiles && o.cycles <= option.cycles &&
                       o.dynamic_j <= option.dynamic_j;
            });
        };
        option.cycles = least_cycles(params_, stage);
        if (beaten()) return;
        option.cycles = estimated_cycles(params_, stage);
        if (!beaten()) all.push_back(option);
    }

    // The least sum of cost(option) over one option of each stage, for every number of tiles.
    template <class Cost>
    std::vector<Choice> choose(const Cost& cost) const {
        const auto most = static_cast<std::size_t>(params_.tiles);
        std::vector<double> best(most + 1, 0);
        std::vector<std::vector<int>> taken;  // per stage and number of tiles
        for (const std::vector<Option>& options : options_) {
            std::vector<double> next(most + 1, kNever);
            taken.emplace_back(most + 1, -1);
            for (std::size_t o = 0; o < options.size(); ++o) {
                const double own = cost(options[o]);
                for (auto n = static_cast<std::size_t>(options[o].tiles); n <= most; ++n) {
                    const double sum = own + best[n - static_cast<std::size_t>(options[o].tiles)];
                    if (sum >= next[n]) continue;
                    next[n] = sum;
                    taken.back()[n] = static_cast<int>(o);
                }
            }
            best = std::move(next);
        }
        std::vector<Choice> choices(most + 1);
        for (std::size_t n = 0; n <= most; ++n)
            if (best[n] < kNever) choices[n] = {best[n], follow(taken, n)};
        return choices;
    }

    std::vector<int> follow(const std::vector<std::vector<int>>& taken, std::size_t tiles) const {
        std::vector<int> options(options_.size());
        for (std::size_t s = options_.size(); s-- > 0;) {
            options[s] = taken[s][tiles];
            tiles -=
                static_cast<std::size_t>(options_[s][static_cast<std::size_t>(options[s])].tiles);
        }
        return options;
    }

    // Every pace that a slowest stage may set, fastest first.
    std::set<std::int64_t> paces() const {
        std::set<std::int64_t> all;
        for (const auto& options : options_)
            for (const Option& option : options) all.insert(option.cycles);
        return all;
    }

    Choice least_time() const {
        const auto within = [](std::int64_t pace) {
            return [pace](const Option& o) {
                return o.cycles <= pace ? static_cast<double>(o.cycles) : kNever;
            };
        };
        if (!pipelined()) return choose(within(std::numeric_limits<std::int64_t>::max())).back();
        for (const std::int64_t pace : paces()) {
            Choice choice = choose(within(pace)).back();
            if (choice.cost < kNever) return choice;
        }
        return {};
    }

    Choice least_energy() const {
        Choice best;
        const auto keep = [&best](const Choice& choice, double joules) {
            if (joules < best.cost) best = {joules, choice.options};
        };
        const int least = params_.fit_tiles ? 1 : params_.tiles;
        if (!pipelined()) {
            for (int tiles = least; tiles <= params_.tiles; ++tiles) {
                const double watts = prices_->leakage_w(tiles);
                const Choice choice = choose([&](const Option& o) {
                    return o.dynamic_j + watts * seconds(static_cast<double>(o.cycles));
                })[static_cast<std::size_t>(tiles)];
                keep(choice, choice.cost);
            }
            return best;
        }
        for (const std::int64_t pace : paces()) {
            const std::vector<Choice> choices =
                choose([&](const Option& o) { return o.cycles <= pace ? o.dynamic_j : kNever; });
            for (int tiles = least; tiles <= params_.tiles; ++tiles) {
                const Choice& choice = choices[static_cast<std::size_t>(tiles)];
                keep(choice,
                     choice.cost + prices_->leakage_w(tiles) * seconds(static_cast<double>(pace)));
            }
        }
        return best;
    }

    const AcceleratorParams& params_;
    const MappingPrices* prices_;
    std::vector<std::vector<Option>> options_;  // per stage
};

}  // namespace

void search(Program& program, const AcceleratorParams& params, const MappingPrices* prices) {
    const std::vector<Spread> spreads = Search(program, params, prices).best();
    for (std::size_t s = 0; s < spreads.size(); ++s) place(program.stages[s], params, spreads[s]);
}

}  // namespace cimarron
