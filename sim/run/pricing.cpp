// SPDX-License-Identifier: Apache-2.0
#include "sim/run/pricing.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace cimarron {

namespace {

AcceleratorActivity programming(const AcceleratorActivity& activity) {
    AcceleratorActivity writes;
    writes.macro.array.cell_writes = activity.macro.array.cell_writes;
    return writes;
}

// Programming before the first image or, where weights are reloaded, for each.
void price_writes(const RunResult& timed, const std::vector<ComponentCost>& costs, Priced& priced) {
    AcceleratorActivity writes = programming(timed.activity);
    if (timed.rounds == 1) {
        priced.programming = total_dynamic(price(costs, writes, Seconds()));
        priced.cell_writes = writes.macro.array.cell_writes;
        return;
    }
    writes.interconnect = timed.reloading;
    priced.reloading = total_dynamic(price(costs, writes, Seconds())) / timed.images;
    priced.cells_reloaded = writes.macro.array.cell_writes / timed.images;
    AcceleratorActivity filling;
    filling.dram = timed.filling;
    priced.programming = total_dynamic(price(costs, filling, Seconds()));
}

bool close(Energy a, Energy b) {
    return std::fabs((a - b).value()) <= 1e-9 * std::fabs(a.value());
}

bool in_a_layer(const ComponentResult& component) {
    return component.name.rfind("macro.", 0) == 0 || component.name.rfind("tile.", 0) == 0;
}

}  // namespace

AcceleratorActivity inference(AcceleratorActivity activity) {
    activity.macro.array.cell_writes = 0;
    return activity;
}

Priced price(const Outcome& outcome, const Technology& technology, const Device& device) {
    const auto costs = chip_cost(outcome.params, technology, device);
    const double images = outcome.bit_true.images;
    Priced priced;
    const auto& latencies = outcome.timed.image_cycles;
    const Seconds period = picoseconds(static_cast<double>(outcome.params.clock_period_ps));
    priced.cycles =
        std::accumulate(latencies.begin(), latencies.end(), std::int64_t{0}) / outcome.timed.images;
    priced.latency = period * static_cast<double>(priced.cycles);
    priced.interval_cycles = outcome.timed.cycles / outcome.timed.images;
    priced.interval = period * static_cast<double>(priced.interval_cycles);
    priced.components =
        price(costs, inference(outcome.bit_true.activity), priced.interval * images);
    for (ComponentResult& component : priced.components) {
        component.dynamic = component.dynamic / images;
        component.leakage = component.leakage / images;
        for (EventResult& event : component.events) event.energy = event.energy / images;
    }
    priced.area = total_area(priced.components);
    priced.dynamic = total_dynamic(priced.components);
    priced.leakage = total_leakage(priced.components);
    price_writes(outcome.timed, costs, priced);
    return priced;
}

Priced price(const Outcome& outcome) {
    const RunConfig& config = outcome.config;
    Priced priced = price(outcome, config.technology, config.device);
    const auto costs = chip_cost(outcome.params, config.technology, config.device);
    for (const StageResult& stage : outcome.bit_true.stages)
        priced.layers.push_back(total_dynamic(price(costs, inference(stage.activity), Seconds())) /
                                static_cast<double>(outcome.bit_true.images));
    return priced;
}

Check component_energy_sums(const Outcome& outcome, const Priced& priced) {
    bool passed = true;
    Energy all;
    Energy attributed;
    for (const ComponentResult& component : priced.components) {
        Energy events;
        for (const EventResult& event : component.events) events += event.energy;
        passed = passed && close(component.dynamic, events);
        all += component.dynamic + component.leakage;
        if (in_a_layer(component)) attributed += component.dynamic;
    }
    Energy layers;
    const auto costs = chip_cost(outcome.params, outcome.config.technology, outcome.config.device);
    for (const StageResult& stage : outcome.bit_true.stages)
        for (const auto& component : price(costs, inference(stage.activity), Seconds()))
            if (in_a_layer(component))
                layers += component.dynamic / static_cast<double>(outcome.bit_true.images);
    all += priced.reloading;
    passed = passed && close(priced.energy(), all) && close(attributed, layers);
    return {"component_energy_sums", passed,
            fmt::format("components and reloading {:.6g} J, total {:.6g} J; macros and tiles "
                        "{:.6g} J, by layer "
                        "{:.6g} J",
                        all.value(), priced.energy().value(), attributed.value(), layers.value())};
}

}  // namespace cimarron
