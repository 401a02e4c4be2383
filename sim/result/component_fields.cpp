// SPDX-License-Identifier: Apache-2.0
#include "sim/result/finding.h"
#include "sim/result/macro_states.h"
#include "sim/result/range_json.h"
#include "sim/run/counters.h"

namespace cimarron {

namespace {

using Type = ResultType;

constexpr double kSquareMillimetres = 1e6;

struct ComponentFinding {
    const RunResult& timed;
    const std::vector<Counter>& counters;
    const ComponentResult& component;
    const Ranged& energy;
    const Ranged& area;
};

// Over all layers; most components hold nobody back.
std::int64_t stalled(const ComponentFinding& c) {
    std::int64_t cycles = 0;
    for (const MacroState& state : macro_states())
        if (state.component != nullptr && c.component.name == state.component)
            for (const StageResult& stage : c.timed.stages)
                cycles += stage.macro_cycles.*state.cycles;
    return cycles;
}

Json activity(const ComponentFinding& c) {
    Json counts = Json::object();
    for (const Counter& counter : c.counters)
        if (counter.component == c.component.name && counter.name != std::string("cell_writes"))
            counts[counter.name] = counter.value;
    return counts;
}

Json event_energy(const ComponentFinding& c) {
    Json joules = Json::object();
    for (const EventResult& event : c.component.events) joules[event.name] = event.energy.value();
    return joules;
}

Fields<ComponentFinding> one_component() {
    return {
        {{"name", Type::name, "", "of the component", {"component"}},
         [](const ComponentFinding& c) { return c.component.name; }},
        {{"instances", Type::integer, "1", "on the chip", {"instances"}},
         [](const ComponentFinding& c) { return c.component.instances; }},
        {{"area_mm2", Type::number, "mm2", "of all instances", {"area mm2", 1, 4}},
         [](const ComponentFinding& c) { return in_square_millimetres(c.component.area); }},
        {{"dynamic_energy_j", Type::number, "J", "of an image", {"dynamic nJ", 1e9, 3}},
         [](const ComponentFinding& c) { return c.component.dynamic.value(); }},
        {{"leakage_energy_j", Type::number, "J", "of an image", {"leakage nJ", 1e9, 3}},
         [](const ComponentFinding& c) { return c.component.leakage.value(); }},
        {{"energy_range_j", Type::range, "J", "of dynamic and leakage energy"},
         [](const ComponentFinding& c) { return range_json(c.energy); }},
        {{"area_range_mm2", Type::range, "mm2", "of its area"},
         [](const ComponentFinding& c) { return range_json(c.area, kSquareMillimetres); }},
        {{"stalled_macro_cycles", Type::integer, "cycles", "of macros that waited for it"},
         stalled},
        {{"activity", Type::tree, "", "what it did, over all images"},
         activity,
         {{"*", Type::integer, "1", "how often"}}},
        {{"event_energy_j", Type::tree, "", "what that took"},
         event_energy,
         {{"*", Type::number, "J", "of an image"}}},
    };
}

Json components(const Finding& f) {
    const Fields<ComponentFinding> fields = one_component();
    const std::vector<Counter> all = counters(f.outcome.bit_true.activity);
    Json list = Json::array();
    for (std::size_t i = 0; i < f.priced.components.size(); ++i)
        list.push_back(tree_of(fields, {f.outcome.timed, all, f.priced.components[i],
                                        f.open.component_energy[i], f.open.component_area[i]}));
    return list;
}

}  // namespace

Fields<Finding> component_fields() {
    return {{{"components", Type::list, "", "each kind of block on the chip"},
             components,
             keys_of(one_component())}};
}

}  // namespace cimarron
