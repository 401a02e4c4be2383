// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/chip_cost.h"

#include "common/error.h"
#include "hw/cost/adc_cost.h"
#include "hw/cost/adder_tree_cost.h"
#include "hw/cost/array_cost.h"
#include "hw/cost/column_mux_cost.h"
#include "hw/cost/control_cost.h"
#include "hw/cost/digital_macro_cost.h"
#include "hw/cost/dram_cost.h"
#include "hw/cost/input_register_cost.h"
#include "hw/cost/interconnect_cost.h"
#include "hw/cost/post_processing_cost.h"
#include "hw/cost/sample_and_hold_cost.h"
#include "hw/cost/shift_adder_cost.h"
#include "hw/cost/sram_buffer_cost.h"
#include "hw/cost/window_sum_cost.h"
#include "hw/cost/word_line_driver_cost.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr const char* kInputBuffer = "tile.input_buffer";
constexpr const char* kOutputBuffer = "tile.output_buffer";
constexpr const char* kResidualBuffer = "tile.residual_buffer";
constexpr const char* kGlobalBuffer = "global_buffer";

std::vector<ComponentCost> tile_costs(const AcceleratorParams& params,
                                      const Technology& technology) {
    const TileParams& tile = params.tile;
    return {sram_buffer_cost(kInputBuffer, tile.input_buffer, technology),
            input_register_cost(tile, params.macro, technology),
            adder_tree_cost(tile, params.macro, technology),
            window_sum_cost(tile, params.macro, technology),
            post_processing_cost(tile, params.macro, technology),
            sram_buffer_cost(kOutputBuffer, tile.output_buffer, technology),
            sram_buffer_cost(kResidualBuffer, tile.residual_buffer, technology)};
}

std::vector<ComponentCount> macro_counts(const MacroActivity& macro) {
    return {array_count(macro.array),
            word_line_driver_count(macro.word_line_driver),
            sample_and_hold_count(macro.sample_and_hold),
            column_mux_count(macro.column_mux),
            adc_count(macro.adc),
            adder_tree_operand_count(macro),
            shift_adder_count(macro.shift_adder),
            control_count(macro)};
}

std::vector<ComponentCount> chip_counts(const AcceleratorActivity& activity) {
    const TileActivity& tile = activity.tile;
    std::vector<ComponentCount> counts = macro_counts(activity.macro);
    for (ComponentCount& count : std::vector<ComponentCount>{
             sram_buffer_count(kInputBuffer, tile.input_buffer), input_register_count(tile),
             adder_tree_count(tile.adder_tree), window_sum_count(tile.window_sum),
             post_processing_count(tile.post_processing),
             sram_buffer_count(kOutputBuffer, tile.output_buffer),
             sram_buffer_count(kResidualBuffer, tile.residual_buffer),
             interconnect_count(activity.interconnect),
             sram_buffer_count(kGlobalBuffer, activity.global_buffer)})
        counts.push_back(std::move(count));
    return counts;
}

// A count may hold more events than are priced: an interconnect's depend on its topology.
ComponentResult price_one(const ComponentCost& cost, const ComponentCount& count, Seconds elapsed) {
    ComponentResult result{cost.name, cost.instances, cost.area, {}, cost.leakage * elapsed, {}};
    for (const EventCost& event : cost.events) {
        const auto counted =
            std::find_if(count.events.begin(), count.events.end(),
                         [&](const EventCount& c) { return c.name == event.name; });
        if (counted == count.events.end())
            throw ModelError("activity of " + cost.name + ": no count of " + event.name);
        const Energy energy = event.per_event * static_cast<double>(counted->count);
        result.events.push_back({event.name, counted->count, energy});
        result.dynamic += energy;
    }
    return result;
}

// Counts are of all components there might be, in the order of the costs; a macro is analog or
// digital, a chip may have a DRAM.
std::vector<ComponentResult> price_all(const std::vector<ComponentCost>& costs,
                                       const std::vector<ComponentCount>& counts, Seconds elapsed) {
    std::vector<ComponentResult> results;
    auto count = counts.begin();
    for (const ComponentCost& cost : costs) {
        count = std::find_if(count, counts.end(),
                             [&cost](const ComponentCount& c) { return c.name == cost.name; });
        if (count == counts.end()) throw ModelError("price: no activity of " + cost.name);
        results.push_back(price_one(cost, *count++, elapsed));
    }
    return results;
}

}  // namespace

std::vector<ComponentCost> macro_cost(const MacroParams& params, Seconds clock_period,
                                      const Technology& technology, const Device& device) {
    if (params.kind == MacroKind::digital) return digital_macro_cost(params, technology, device);
    return laid_out({array_cost(params, clock_period, technology, device),
                     word_line_driver_cost(params, technology, device),
                     sample_and_hold_cost(params, technology), column_mux_cost(params, technology),
                     adc_cost(params, technology), shift_adder_cost(params, technology),
                     control_cost(params, technology)},
                    technology.calibration.layout_area.value);
}

std::vector<ComponentCost> chip_cost(const AcceleratorParams& params, const Technology& technology,
                                     const Device& device) {
    std::vector<ComponentCost> costs;
    const std::int64_t macros = std::int64_t{params.tiles} * params.tile.macros;
    const Seconds period = picoseconds(static_cast<double>(params.clock_period_ps));
    for (ComponentCost& cost : macro_cost(params.macro, period, technology, device))
        costs.push_back(replicate(std::move(cost), macros));
    for (ComponentCost& cost : tile_costs(params, technology))
        costs.push_back(replicate(std::move(cost), params.tiles));
    ComponentCost global = sram_buffer_cost(kGlobalBuffer, params.global_buffer, technology);
    Area attached = global.area;
    for (const ComponentCost& cost : costs) attached += cost.area;
    costs.push_back(interconnect_cost(params.interconnect, params.tiles, attached, technology));
    costs.push_back(std::move(global));
    if (params.dram.present()) costs.push_back(dram_cost(params.dram, technology));
    return costs;
}

std::vector<ComponentResult> price_macro(const std::vector<ComponentCost>& costs,
                                         const MacroActivity& activity, Seconds elapsed) {
    return price_all(costs, macro_counts(activity), elapsed);
}

std::vector<ComponentResult> price(const std::vector<ComponentCost>& costs,
                                   const AcceleratorActivity& activity, Seconds elapsed) {
    std::vector<ComponentCount> counts = chip_counts(activity);
    counts.push_back(dram_count(activity.dram));
    return price_all(costs, counts, elapsed);
}

Area total_area(const std::vector<ComponentResult>& components) {
    Area sum;
    for (const ComponentResult& component : components) sum += component.area;
    return sum;
}

Energy total_dynamic(const std::vector<ComponentResult>& components) {
    Energy sum;
    for (const ComponentResult& component : components) sum += component.dynamic;
    return sum;
}

Energy total_leakage(const std::vector<ComponentResult>& components) {
    Energy sum;
    for (const ComponentResult& component : components) sum += component.leakage;
    return sum;
}

Energy total_energy(const std::vector<ComponentResult>& components) {
    return total_dynamic(components) + total_leakage(components);
}

}  // namespace cimarron
