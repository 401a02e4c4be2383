// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/estimate.h"

#include "common/bits.h"
#include "hw/interconnect/transfer_timing.h"
#include "hw/macro/macro_timing.h"
#include "hw/tile/band.h"
#include "hw/tile/stage_timing.h"

#include <algorithm>

namespace cimarron {

namespace {

std::int64_t output_pixels(const Stage& stage, const StageOutput& output) {
    if (output.post < 0) return stage.mvm.output.pixels();
    return std::visit(
        [](const auto& layer) {
            if constexpr (std::is_same_v<std::decay_t<decltype(layer)>, PoolLayer>)
                return layer.output.pixels();
            else
                return layer.shape.pixels();
        },
        stage.post[static_cast<std::size_t>(output.post)].layer);
}

// Of all vectors that leave: cost(bits) of each. Bands of the same channels send each once.
template <class Cost>
std::int64_t of_vectors(const Stage& stage, const Cost& cost) {
    std::int64_t sum = 0;
    int channels = 0;
    for (const TilePlacement& tile : stage.tiles) {
        if (tile.first_channel < channels) continue;
        channels = tile.first_channel + tile.channels;
        for (const StageOutput& output : stage.outputs)
            sum += output_pixels(stage, output) * cost(vector_bits(output, tile));
    }
    return sum;
}

std::int64_t bus_cycles(const AcceleratorParams& params, const Stage& stage) {
    return of_vectors(
        stage, [&params](std::int64_t bits) { return transfer_cycles(params.interconnect, bits); });
}

// Tiles of one shape take one time.
bool alike(const TilePlacement& a, const TilePlacement& b) {
    return a.channels == b.channels && a.macros.size() == b.macros.size() &&
           a.band.size() == b.band.size();
}

void count_macro(const MacroParams& params, const MacroPlacement& placed, int input_bits,
                 std::int64_t windows, MacroActivity& sum) {
    const MvmTiming timing = mvm_timing(params, placed.rows, placed.columns, input_bits);
    const std::int64_t evaluations = windows * timing.evaluations;
    const std::int64_t reads = evaluations * placed.columns;
    const int dac_bits = params.word_line_driver.dac_bits;
    const std::int64_t drives = windows * placed.rows * ceil_div(input_bits, dac_bits);
    const std::int64_t units = drives * ((1 << dac_bits) - 1) / 2;
    sum.mvms += windows;
    sum.cell_operations += drives * placed.columns / placed.groups;
    sum.array.evaluations += evaluations;
    sum.array.column_reads += reads;
    sum.array.active_cells += units * placed.columns;
    sum.array.on_cells += units * placed.columns / 2;
    sum.word_line_driver.drives += evaluations;
    sum.word_line_driver.active_lines += drives - (drives >> dac_bits);
    sum.word_line_driver.code_units += units;
    if (params.sample_and_hold.present) sum.sample_and_hold.samples += reads;
    sum.column_mux.switches += reads;
    sum.adc.conversions += reads;
    sum.adc.code_sum += units * placed.columns / 2;
    sum.shift_adder.additions += reads;
    sum.control_steps += evaluations * (1 + ceil_div(placed.columns, params.adcs()));
}

void count_tile(const TileParams& params, const Stage& stage, const TilePlacement& tile,
                const Band& band, TileActivity& sum) {
    const MvmLayer& layer = stage.mvm;
    const int channels = input_channels(layer, tile);
    std::int64_t codes = 0;
    for (int i = 0; i < band.windows(); ++i) {
        const int window = band.window(i);
        const WindowFetch fetch =
            window_fetch(params.input_buffer, layer, channels, window / layer.output.width,
                         window % layer.output.width);
        sum.input_buffer.reads += fetch.accesses;
        codes += fetch.new_codes;
    }
    sum.input_buffer.writes += std::int64_t{band.input_rows()} * layer.input.width *
                               ceil_div(channels * layer.input_bits, params.input_buffer.port_bits);
    sum.input_register_bits += codes * layer.input_bits;
    sum.window_sum.additions += codes;
    sum.adder_tree.additions += std::int64_t{band.windows()} * (tile.row_tiles - 1) * tile.channels;
    sum.post_processing.affines += std::int64_t{band.windows()} * tile.channels;
}

}  // namespace

std::int64_t estimated_cycles(const AcceleratorParams& params, const Stage& stage) {
    std::int64_t cycles = 0;
    const TilePlacement* before = nullptr;
    for (const TilePlacement& tile : stage.tiles) {
        if (before == nullptr || !alike(*before, tile))
            cycles = std::max(cycles, tile_cycles(params, stage, tile));
        before = &tile;
    }
    return stage.tiles.size() == 1 ? cycles : std::max(cycles, bus_cycles(params, stage));
}

AcceleratorActivity estimated_activity(const AcceleratorParams& params, const Stage& stage) {
    AcceleratorActivity activity;
    for (const TilePlacement& tile : stage.tiles) {
        const Band band(stage.mvm, tile);
        for (const MacroPlacement& macro : tile.macros)
            count_macro(params.macro, macro, stage.mvm.input_bits, band.windows(), activity.macro);
        count_tile(params.tile, stage, tile, band, activity.tile);
    }
    const int port = params.tile.output_buffer.port_bits;
    activity.tile.output_buffer.writes = activity.tile.output_buffer.reads =
        of_vectors(stage, [port](std::int64_t bits) { return (bits + port - 1) / port; });
    return activity;
}

}  // namespace cimarron
