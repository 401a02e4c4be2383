// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_bank.h"
#include "sim/result/finding.h"
#include "sim/result/macro_states.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

using Type = ResultType;

struct LayerFinding {
    const Outcome& outcome;
    const Stage& stage;
    const StageResult& timed;
    Energy dynamic;
};

double utilisation(const LayerFinding& layer) {
    const ArrayParams& array = layer.outcome.params.macro.array;
    double used = 0;
    double available = 0;
    for (const TilePlacement& tile : layer.stage.tiles)
        for (const MacroPlacement& macro : tile.macros) {
            used += static_cast<double>(macro.weight_cells());
            available += static_cast<double>(array.rows) * array.columns;
        }
    return used / available;
}

double adc_lsb(const LayerFinding& layer) {
    return std::ldexp(static_cast<double>(layer.stage.tiles.front().macros.front().adc_lsb),
                      -AdcBank::kLsbFractionBits);
}

Fields<LayerFinding> placement() {
    return {
        {{"name", Type::name, "", "of the layer", {"layer"}},
         [](const LayerFinding& l) { return l.timed.name; }},
        {{"macs", Type::integer, "MAC", "of an image", {"MACs"}},
         [](const LayerFinding& l) { return l.stage.mvm.macs(); }},
        {{"input_bits", Type::integer, "bits", "of the codes it reads"},
         [](const LayerFinding& l) { return l.stage.mvm.input_bits; }},
        {{"weight_bits", Type::integer, "bits", "1: binary", {"weight bits"}},
         [](const LayerFinding& l) { return l.stage.mvm.weight_bits; }},
        {{"tiles", Type::integer, "1", "that it is spread over"},
         [](const LayerFinding& l) { return l.stage.tiles.size(); }},
        {{"copies", Type::integer, "1", "of its weights in a tile"},
         [](const LayerFinding& l) { return l.stage.tiles.front().copies; }},
        {{"macros", Type::integer, "1", "of all copies", {"macros"}},
         [](const LayerFinding& l) { return l.timed.macros; }},
        {{"utilisation",
          Type::number,
          "1",
          "share of their cells in use",
          {"cells used %", 100, 1}},
         [](const LayerFinding& l) { return utilisation(l); }},
    };
}

Fields<LayerFinding> one_layer() {
    Fields<LayerFinding> all = placement();
    all.push_back({{"cycles", Type::integer, "cycles", "first input to last output", {"cycles"}},
                   [](const LayerFinding& l) { return l.timed.cycles / l.outcome.timed.images; }});
    for (const MacroState& state : macro_states())
        all.push_back(
            {{fmt::format("macro_cycles.{}", state.name), Type::integer, "cycles", state.meaning},
             [&state](const LayerFinding& l) { return l.timed.macro_cycles.*state.cycles; }});
    all.push_back({{"dynamic_energy_j", Type::number, "J", "of an image", {"dynamic nJ", 1e9, 3}},
                   [](const LayerFinding& l) { return l.dynamic.value(); }});
    all.push_back(
        {{"adc_lsb", Type::number, "counts", "of its ADCs, calibrated or learned"},
         adc_lsb,
         {},
         [](const LayerFinding& l) { return per_layer(l.outcome.params.macro.adc.full_scale); }});
    return all;
}

Json layers(const Finding& f) {
    const Fields<LayerFinding> fields = one_layer();
    Json list = Json::array();
    for (std::size_t i = 0; i < f.outcome.program.stages.size(); ++i)
        list.push_back(tree_of(fields, {f.outcome, f.outcome.program.stages[i],
                                        f.outcome.timed.stages[i], f.priced.layers[i]}));
    return list;
}

struct PathFinding {
    const Program& program;
    const PathStep& step;
};

Fields<PathFinding> path_fields() {
    return {
        {{"where", Type::text, "", "a layer, or host with the global buffer", {"where"}},
         [](const PathFinding& p) {
             return p.step.where == kHostPath
                        ? "host"
                        : p.program.stages[static_cast<std::size_t>(p.step.where)].mvm.name;
         }},
        {{"cause", Type::text, "", "what the time passed with", {"cause"}},
         [](const PathFinding& p) { return name_of(p.step.cause); }},
        {{"cycles", Type::integer, "cycles", "that it took", {"cycles"}},
         [](const PathFinding& p) { return p.step.cycles; }},
    };
}

Json critical_path(const Finding& f) {
    Json list = Json::array();
    for (const PathStep& step : f.outcome.timed.critical_path)
        list.push_back(tree_of(path_fields(), {f.outcome.program, step}));
    return list;
}

}  // namespace

Fields<Finding> layer_fields() {
    return {{{"critical_path", Type::list, "", "the last timed image's latency, in order"},
             critical_path,
             keys_of(path_fields())},
            {{"layers", Type::list, "", "each layer with weights"}, layers, keys_of(one_layer())}};
}

}  // namespace cimarron
