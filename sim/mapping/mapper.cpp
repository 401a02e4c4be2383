// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/mapper.h"

#include "common/bits.h"
#include "common/error.h"
#include "hw/tile/stage_timing.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

// How a layer is cut: as few row tiles and column tiles as the array allows, all of about one size,
// so that no macro is the slow one.
struct Cut {
    int row_tiles = 1;
    int rows = 0;      // of the larger row tiles
    int channels = 0;  // of the larger column tiles
    int column_tiles = 1;
    int column_tiles_per_tile = 1;
};

Cut cut(const MvmLayer& layer, const AcceleratorParams& params) {
    const int channels_per_macro = params.macro.array.columns / layer.weight_bits;
    if (channels_per_macro == 0)
        throw UserError(fmt::format(
            "layer {}: {}-bit weights need {} columns a channel, the array has {}", layer.name,
            layer.weight_bits, layer.weight_bits, params.macro.array.columns));
    Cut c;
    c.row_tiles = ceil_div(layer.rows(), params.macro.array.rows);
    if (c.row_tiles > params.tile.macros)
        throw UserError(fmt::format(
            "layer {}: its {} rows need {} macros of {} rows in one tile, a tile has {} (raise "
            "tile.macros "
            "or macro.array.rows)",
            layer.name, layer.rows(), c.row_tiles, params.macro.array.rows, params.tile.macros));
    c.rows = ceil_div(layer.rows(), c.row_tiles);
    c.column_tiles = ceil_div(layer.output.channels, channels_per_macro);
    c.channels = ceil_div(layer.output.channels, c.column_tiles);
    c.column_tiles = ceil_div(layer.output.channels, c.channels);
    c.column_tiles_per_tile = std::min(c.column_tiles, params.tile.macros / c.row_tiles);
    return c;
}

void place_macros(const MvmLayer& layer, const Cut& c, TilePlacement& tile) {
    tile.row_tiles = ceil_div(layer.rows(), c.rows);
    for (int first = tile.first_channel; first < tile.first_channel + tile.channels;
         first += c.channels)
        for (int row = 0; row < layer.rows(); row += c.rows) {
            MacroPlacement macro;
            macro.first_row = row;
            macro.rows = std::min(c.rows, layer.rows() - row);
            macro.first_channel = first;
            macro.channels = std::min(c.channels, tile.first_channel + tile.channels - first);
            macro.columns = macro.channels * layer.weight_bits;
            tile.macros.push_back(macro);
        }
}

void check_capacity(const Stage& stage, const TilePlacement& tile,
                    const AcceleratorParams& params) {
    const MvmLayer& layer = stage.mvm;
    const std::int64_t input_bits = std::int64_t{layer.input.size()} * layer.input_bits;
    if (input_bits > std::int64_t{params.tile.input_buffer.bytes} * 8)
        throw UserError(
            fmt::format("layer {}: its input map needs {} bytes, tile.input_buffer.bytes is {}",
                        layer.name, (input_bits + 7) / 8, params.tile.input_buffer.bytes));
    const std::int64_t output_bits = pooling_bits(stage, tile) + vector_bits(stage, tile);
    if (output_bits > std::int64_t{params.tile.output_buffer.bytes} * 8)
        throw UserError(
            fmt::format("layer {}: its pooling rows and one output vector need {} bytes, "
                        "tile.output_buffer.bytes is {}",
                        layer.name, (output_bits + 7) / 8, params.tile.output_buffer.bytes));
}

void check_accumulator(const MvmLayer& layer, const Cut& c, const AcceleratorParams& params) {
    const auto largest = static_cast<std::uint64_t>(c.rows) * ((1U << layer.input_bits) - 1) *
                         ((1U << layer.weight_bits) - 1);
    if (bits_for(largest) > params.macro.shift_adder.accumulator_bits)
        throw UserError(fmt::format(
            "layer {}: a partial sum may need {} bits, macro.shift_adder.accumulator_bits is {}",
            layer.name, bits_for(largest), params.macro.shift_adder.accumulator_bits));
}

Stage place(Stage stage, const AcceleratorParams& params, int& next_tile) {
    const MvmLayer& layer = stage.mvm;
    const Cut c = cut(layer, params);
    check_accumulator(layer, c, params);
    const int channels_per_tile = c.column_tiles_per_tile * c.channels;
    for (int first = 0; first < layer.output.channels; first += channels_per_tile) {
        TilePlacement tile;
        tile.tile = next_tile++;
        tile.first_channel = first;
        tile.channels = std::min(channels_per_tile, layer.output.channels - first);
        place_macros(layer, c, tile);
        if (params.tile.duplicate)
            tile.copies = std::min(params.tile.macros / static_cast<int>(tile.macros.size()),
                                   layer.output.pixels());
        check_capacity(stage, tile, params);
        stage.tiles.push_back(std::move(tile));
    }
    return stage;
}

// The accelerator executes chains so far.
void check_chain(const Layer& layer, int before) {
    const auto* mvm = std::get_if<MvmLayer>(&layer);
    if (source_of(layer) != before || residual_of(layer) != nullptr ||
        std::holds_alternative<QuantizeLayer>(layer) || (mvm != nullptr && mvm->groups != 1))
        throw UserError(fmt::format(
            "layer {}: residual adds, groups and branches are not supported by the accelerator yet",
            name_of(layer)));
}

}  // namespace

Program map_network(const IntegerNetwork& network, const AcceleratorParams& params) {
    validate(network);
    validate(params);
    Program program{network.name, network.input, network.input_bits, {}};
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const Layer& layer = network.layers[i];
        check_chain(layer, static_cast<int>(i) - 1);
        if (const auto* mvm = std::get_if<MvmLayer>(&layer))
            program.stages.push_back(Stage{*mvm, {}, {}});
        else
            program.stages.back().pools.push_back(std::get<PoolLayer>(layer));
    }
    const std::int64_t image_bits = std::int64_t{network.input.size()} * network.input_bits;
    if (image_bits > std::int64_t{params.global_buffer.bytes} * 8)
        throw UserError(
            fmt::format("network {}: its image needs {} bytes, global_buffer.bytes is {}",
                        network.name, (image_bits + 7) / 8, params.global_buffer.bytes));
    int next_tile = 0;
    for (Stage& stage : program.stages) stage = place(std::move(stage), params, next_tile);
    if (next_tile > params.tiles)
        throw UserError(fmt::format(
            "network {}: needs {} tiles, the accelerator has {} (raise tiles or tile.macros)",
            network.name, next_tile, params.tiles));
    return program;
}

}  // namespace cimarron
