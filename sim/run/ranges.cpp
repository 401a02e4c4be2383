// SPDX-License-Identifier: Apache-2.0
#include "sim/run/ranges.h"

#include "hw/program/reload_plan.h"
#include "sim/config/accelerator_config.h"
#include "sim/mapping/estimate.h"
#include "sim/run/pricing.h"

#include <algorithm>
#include <array>
#include <map>

namespace cimarron {

namespace {

constexpr std::size_t kTotals = 5;

// The totals in the order of PricedRanges, then each component's energy and area.
std::vector<double> figures(const Outcome& outcome, const Technology& technology,
                            const Device& device) {
    const Priced priced = price(outcome, technology, device);
    std::vector<double> all = {priced.energy().value(), priced.dynamic.value(),
                               priced.leakage.value(), priced.area.value(),
                               priced.programming.value()};
    for (const ComponentResult& component : priced.components) {
        all.push_back(component.energy().value());
        all.push_back(component.area.value());
    }
    return all;
}

// Sum and largest of the estimated cycles of stages and of loading rounds, computed once for each
// set of derived counts.
class StageCycles {
public:
    explicit StageCycles(const Outcome& outcome) : outcome_(outcome) {}

    std::vector<double> operator()(const Technology& technology, const Device& device) {
        AcceleratorConfig config = outcome_.config.accelerator;
        config.derive.tiles = false;  // the chip stays as large as it is
        config.params.tiles = outcome_.params.tiles;
        const AcceleratorParams params = resolve(config, technology, device);
        const MacroParams& m = params.macro;
        const Counts counts = {m.word_line_driver.drive_cycles, m.word_line_driver.settle_cycles,
                               m.sample_and_hold.sample_cycles, m.adc.conversion_cycles,
                               m.adder_tree.pipeline_cycles,    m.array.write_cycles,
                               params.dram.bytes_per_cycle};
        const auto known = known_.find(counts);
        if (known != known_.end()) return known->second;
        return known_[counts] = estimate(params);
    }

private:
    using Counts = std::array<int, 7>;

    std::vector<double> estimate(const AcceleratorParams& params) const {
        double sum = 0;
        double largest = 0;
        for (const Stage& stage : outcome_.program.stages) {
            const auto cycles = static_cast<double>(estimated_cycles(params, stage));
            sum += cycles;
            largest = std::max(largest, cycles);
        }
        for (const ReloadPlan& plan : reload_plans(outcome_.program, params.dram.row_bytes))
            sum += static_cast<double>(loading_bound(params, plan));
        return {sum, largest};
    }

    const Outcome& outcome_;
    std::map<Counts, std::vector<double>> known_;
};

Ranged scaled(Ranged range, double value) {
    const double factor = range.value > 0 ? value / range.value : 0;
    range.value = value;
    range.low *= factor;
    range.high *= factor;
    return range;
}

// Images follow each other at the pace of all stages, or of the slowest.
void add_times(const Outcome& outcome, PricedRanges& result) {
    StageCycles cycles(outcome);
    const std::vector<Ranged> open =
        propagate(outcome.config.technology, outcome.config.device,
                  [&](const Technology& technology, const Device& device) {
                      return cycles(technology, device);
                  });
    const Priced priced = price(outcome, outcome.config.technology, outcome.config.device);
    const bool pipelined = outcome.params.tile.dataflow == Dataflow::pipelined;
    result.latency = scaled(open[0], priced.latency.value());
    result.interval = scaled(open[pipelined ? 1 : 0], priced.interval.value());
}

}  // namespace

PricedRanges ranges(const Outcome& outcome) {
    const std::vector<Ranged> all =
        propagate(outcome.config.technology, outcome.config.device,
                  [&](const Technology& technology, const Device& device) {
                      return figures(outcome, technology, device);
                  });
    PricedRanges result{all[0], all[1], all[2], all[3], all[4], {}, {}, {}, {}};
    add_times(outcome, result);
    for (std::size_t i = kTotals; i + 1 < all.size(); i += 2) {
        result.component_energy.push_back(all[i]);
        result.component_area.push_back(all[i + 1]);
    }
    return result;
}

}  // namespace cimarron
