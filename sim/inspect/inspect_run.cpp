// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"
#include "hw/cost/chip_cost.h"
#include "hw/cost/uncertainty.h"
#include "hw/tile/stage_timing.h"
#include "quant/lower.h"
#include "sim/config/run_config.h"
#include "sim/inspect/inspect.h"
#include "sim/inspect/inspect_timing.h"
#include "sim/inspect/rounds_table.h"
#include "sim/mapping/estimate.h"
#include "sim/report/table.h"
#include "sim/run/placed_chip.h"
#include "sim/run/workload.h"
#include "sim/validate/model.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

std::string grade(Grade g) {
    switch (g) {
        case Grade::measured:
            return "measured";
        case Grade::published:
            return "published";
        case Grade::fitted:
            return "fitted";
        case Grade::assumed:
            break;
    }
    return "assumed";
}

// "3", or "3-5" of tiles that follow each other.
std::string tile_numbers(const Stage& stage) {
    std::string text;
    int last = -1;
    for (std::size_t t = 0; t < stage.tiles.size(); ++t) {
        const int tile = stage.tiles[t].tile;
        const bool goes_on = t > 0 && tile == last + 1;
        const bool ends = t + 1 == stage.tiles.size() || stage.tiles[t + 1].tile != tile + 1;
        if (!goes_on) text += fmt::format("{}{}", t == 0 ? "" : ",", tile);
        if (goes_on && ends) text += fmt::format("-{}", tile);
        last = tile;
    }
    return text;
}

std::vector<std::string> stage_row(const Stage& stage, const AcceleratorParams& params) {
    int macros = 0;
    int per_copy = 0;  // of one band
    int bands = 0;
    int row_tiles = 0;
    std::int64_t mvm_cycles = 0;
    double cells = 0;
    for (const TilePlacement& tile : stage.tiles) {
        macros += tile.macro_count();
        bands += tile.first_channel == 0;
        row_tiles = std::max(row_tiles, tile.row_tiles);
        mvm_cycles = std::max(mvm_cycles, tile_mvm_cycles(params.macro, stage, tile));
        per_copy += static_cast<int>(tile.macros.size());
        for (const MacroPlacement& macro : tile.macros)
            cells += static_cast<double>(macro.weight_cells());
    }
    per_copy /= bands;
    cells /= bands;
    const ArrayParams& array = params.macro.array;
    return {
        stage.mvm.name,
        fmt::format("{}x{}", stage.mvm.rows(), stage.mvm.output.channels * stage.mvm.weight_bits),
        fmt::format("{}x{}", row_tiles, per_copy / row_tiles),
        std::to_string(stage.tiles.size()),
        tile_numbers(stage),
        std::to_string(bands),
        std::to_string(stage.tiles.front().copies),
        std::to_string(macros),
        fmt::format("{:.1f}",
                    100 * cells / (static_cast<double>(array.rows) * array.columns * per_copy)),
        std::to_string(stage.mvm.output.pixels()),
        std::to_string(mvm_cycles),
        std::to_string(estimated_cycles(params, stage))};
}

const Stage& critical_stage(const Program& program, const AcceleratorParams& params) {
    return *std::max_element(program.stages.begin(), program.stages.end(),
                             [&](const Stage& a, const Stage& b) {
                                 return estimated_cycles(params, a) < estimated_cycles(params, b);
                             });
}

// Without the constants, which --sources shows.
std::string configuration(const RunConfig& config, const AcceleratorParams& params) {
    YAML::Node node = effective(config, params);
    node["technology"] = config.technology.name;
    node["device"] = config.device.name;
    return to_text(node);
}

}  // namespace

std::string inspect_run(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides) {
    const RunConfig config = load_run(file, overrides);
    const IntegerNetwork network = lower(
        load_network(config), config.accelerator.params.tile.post_processing.coefficient_bits);
    const auto [params, program] = place_on_chip(config, network);
    Table table{{"stage", "rows x columns", "row x column tiles", "tiles", "in tile", "bands",
                 "copies", "macros", "cells used %", "windows", "cycles an MVM", "cycles"},
                {}};
    for (const Stage& stage : program.stages) table.rows.push_back(stage_row(stage, params));
    const Stage& critical = critical_stage(program, params);
    std::int64_t all_cycles = 0;
    for (const Stage& stage : program.stages) all_cycles += estimated_cycles(params, stage);
    return fmt::format(
        "{} on {} x {} macros of {}x{}: {} of {} tiles, {} macros\n\n{}\n{}"
        "Critical layer: {} ({} of {} cycles).\n\n{}\n"
        "# Effective configuration (constants: --sources)\n{}",
        network.name, params.tiles, params.tile.macros, params.macro.array.rows,
        params.macro.array.columns, program.tiles_used(), params.tiles, program.macros_used(),
        to_text(table), rounds_table(program, params), critical.mvm.name,
        estimated_cycles(params, critical), all_cycles,
        inspect_timing(params, config.technology, config.device), configuration(config, params));
}

namespace {

constexpr std::size_t kDominant = 8;

// One MVM of a whole macro on random data, at the run's activation bits.
Experiment whole_macro(const RunConfig& config) {
    Experiment e;
    e.name = "macro";
    e.technology = config.technology;
    e.device = config.device;
    e.config = config.accelerator;
    const ArrayParams& array = config.accelerator.params.macro.array;
    e.workload = {array.rows, array.columns, config.activation_bits, 1, 0.5, 0.5, 1};
    PublishedFigure energy;
    energy.name = "energy";
    e.figures = {energy};
    return e;
}

// Picojoules of that MVM and square millimetres of the chip.
std::vector<Ranged> open_figures(const RunConfig& config) {
    const AcceleratorParams params = config.params();
    const Experiment macro = whole_macro(config);
    AcceleratorActivity activity;
    MacroParams any_layer = params.macro;  // random data has no range of its own
    if (per_layer(any_layer.adc.full_scale)) any_layer.adc.full_scale = FullScale::rows;
    activity.macro = mvm_activity(macro, any_layer);
    return propagate(
        config.technology, config.device, [&](const Technology& technology, const Device& device) {
            Area area;
            for (const auto& cost : chip_cost(params, technology, device)) area += cost.area;
            std::vector<double> figures = model_figures(macro, activity, technology, device);
            figures.push_back(in_square_millimetres(area));
            return figures;
        });
}

std::string dominant(const std::string& title, const Ranged& figure, const char* unit) {
    Table table{{"constant", "at its low end", "at its high end"}, {}};
    for (std::size_t i = 0; i < std::min(kDominant, figure.influences.size()); ++i) {
        const Influence& one = figure.influences[i];
        table.rows.push_back(
            {one.constant, fmt::format("x{:.3f}", one.low), fmt::format("x{:.3f}", one.high)});
    }
    return fmt::format("\n{}: {:.4g} {}, constants leave {:.4g} to {:.4g}; most from\n{}", title,
                       figure.value, unit, figure.low, figure.high, to_text(table));
}

}  // namespace

std::string inspect_sources(const std::filesystem::path& file,
                            const std::vector<std::string>& overrides) {
    const RunConfig config = load_run(file, overrides);
    Table table{{"constant", "value", "low", "high", "unit", "grade", "source"}, {}};
    const auto add = [&table](const std::string& owner, const std::vector<Constant>& all) {
        for (const Constant& c : all)
            table.rows.push_back({owner + "." + c.name, fmt::format("{:.6g}", c.value),
                                  fmt::format("{:.4g}", c.low()), fmt::format("{:.4g}", c.high()),
                                  c.unit, grade(c.grade), c.source});
    };
    add("technology", constants(config.technology));
    add("device", constants(config.device));
    const std::vector<Ranged> open = open_figures(config);
    return fmt::format("technology {}, device {}\n\n{}{}{}", config.technology.name,
                       config.device.name, to_text(table),
                       dominant("energy of one MVM of a whole macro", open[0], "pJ"),
                       dominant("area of the chip", open[1], "mm2"));
}

}  // namespace cimarron
