// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/placement.h"

#include "common/bits.h"
#include "common/error.h"
#include "hw/tile/residual_buffer.h"
#include "hw/tile/stage_timing.h"
#include "sim/mapping/bands.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

// A range of channels in one column of macros, one for each row tile.
struct ColumnTile {
    int first_channel = 0;
    int channels = 0;
    int groups = 1;  // whole groups that one macro holds, when several do
};

// How a layer is cut: as few row tiles and column tiles as the array allows, all of about one size,
// so that no macro is the slow one. Groups that fit are packed into a macro along its diagonal.
struct Cut {
    int row_tiles = 1;
    int rows = 0;  // of the larger row tiles, all rows of a group when groups are packed
    std::vector<ColumnTile> columns;
    std::size_t columns_per_tile = 1;
};

void pack_groups(const MvmLayer& layer, int fitting, Cut& c) {
    const int channels = layer.output.channels / layer.groups;
    const int macros = ceil_div(layer.groups, fitting);
    const int per_macro = ceil_div(layer.groups, macros);
    for (int first = 0; first < layer.groups; first += per_macro) {
        const int groups = std::min(per_macro, layer.groups - first);
        c.columns.push_back({first * channels, groups * channels, groups});
    }
}

void cut_groups(const MvmLayer& layer, int channels_per_macro, Cut& c) {
    const int channels = layer.output.channels / layer.groups;
    const int per_tile = ceil_div(channels, ceil_div(channels, channels_per_macro));
    for (int group = 0; group < layer.groups; ++group)
        for (int first = 0; first < channels; first += per_tile)
            c.columns.push_back(
                {group * channels + first, std::min(per_tile, channels - first), 1});
}

// tiles: those to spread over; 1: as few as will do.
Cut cut(const MvmLayer& layer, const AcceleratorParams& params, int tiles) {
    const ArrayParams& array = params.macro.array;
    const int channels_per_macro =
        std::min(array.columns / layer.weight_bits, ceil_div(layer.output.channels, tiles));
    if (array.columns < layer.weight_bits)
        throw UserError(
            fmt::format("layer {}: {}-bit weights need {} columns a channel, the array has {}",
                        layer.name, layer.weight_bits, layer.weight_bits, array.columns));
    Cut c;
    c.row_tiles = ceil_div(layer.rows(), array.rows);
    if (c.row_tiles > params.tile.macros)
        throw UserError(fmt::format(
            "layer {}: its {} rows need {} macros of {} rows in one tile, a tile has {} (raise "
            "tile.macros "
            "or macro.array.rows)",
            layer.name, layer.rows(), c.row_tiles, array.rows, params.tile.macros));
    c.rows = ceil_div(layer.rows(), c.row_tiles);
    const int fitting = std::min(array.rows / layer.rows(),
                                 channels_per_macro / (layer.output.channels / layer.groups));
    if (layer.groups > 1 && fitting > 1)
        pack_groups(layer, fitting, c);
    else
        cut_groups(layer, channels_per_macro, c);
    c.columns_per_tile = std::min(
        static_cast<std::size_t>(params.tile.macros / c.row_tiles),
        (c.columns.size() + static_cast<std::size_t>(tiles) - 1) / static_cast<std::size_t>(tiles));
    return c;
}

void place_macros(const MvmLayer& layer, const Cut& c, const ColumnTile& column,
                  TilePlacement& tile) {
    const int first_row = groups_of(layer, column.first_channel, 1).first * layer.rows();
    for (int row = 0; row < layer.rows(); row += c.rows) {
        MacroPlacement macro;
        macro.first_row = first_row + row;
        macro.rows = column.groups * std::min(c.rows, layer.rows() - row);
        macro.first_channel = column.first_channel;
        macro.channels = column.channels;
        macro.columns = column.channels * layer.weight_bits;
        macro.groups = column.groups;
        tile.macros.push_back(macro);
    }
    tile.channels += column.channels;
}

void check_buffer(const MvmLayer& layer, const char* what, std::int64_t bits,
                  const SramBufferParams& buffer, const char* key) {
    if (bits > std::int64_t{buffer.bytes} * 8)
        throw UserError(fmt::format("layer {}: {} {} bytes, tile.{}.bytes is {}", layer.name, what,
                                    (bits + 7) / 8, key, buffer.bytes));
}

std::int64_t input_bits(const MvmLayer& layer, const TilePlacement& tile, int rows) {
    return std::int64_t{rows} * layer.input.width * input_channels(layer, tile) * layer.input_bits;
}

void check_capacity(const Stage& stage, const TilePlacement& tile, const TileParams& params) {
    const MvmLayer& layer = stage.mvm;
    const Band band(layer, tile);
    // Pipelined, the rows of a window are enough; one more lets the next row arrive meanwhile.
    if (params.dataflow == Dataflow::pipelined)
        check_buffer(layer, "the rows of a window need",
                     input_bits(layer, tile, std::min(layer.window.kernel_h, layer.input.height)),
                     params.input_buffer, "input_buffer");
    else
        check_buffer(layer, "its input map needs", input_map_bits(layer, tile), params.input_buffer,
                     "input_buffer");
    check_buffer(layer, "its residual needs", residual_bits(stage, tile, band),
                 params.residual_buffer, "residual_buffer");
    std::int64_t vectors = 0;
    for (const StageOutput& output : stage.outputs) vectors += vector_bits(output, tile);
    check_buffer(layer, "its pooling rows and one vector of each output need",
                 pooling_bits(stage, tile) + vectors, params.output_buffer, "output_buffer");
}

void check_accumulator(const MvmLayer& layer, const Cut& c, const AcceleratorParams& params) {
    const auto largest = static_cast<std::uint64_t>(c.rows) * ((1U << layer.input_bits) - 1) *
                         ((1U << layer.weight_bits) - 1);
    if (bits_for(largest) > params.macro.shift_adder.accumulator_bits)
        throw UserError(fmt::format(
            "layer {}: a partial sum may need {} bits, macro.shift_adder.accumulator_bits is {}",
            layer.name, bits_for(largest), params.macro.shift_adder.accumulator_bits));
}

}  // namespace

std::int64_t input_map_bits(const MvmLayer& layer, const TilePlacement& tile) {
    return input_bits(layer, tile, Band(layer, tile).input_rows());
}

void place(Stage& stage, const AcceleratorParams& params, const Spread& spread) {
    const MvmLayer& layer = stage.mvm;
    const Cut c = cut(layer, params, spread.columns);
    const int block = block_rows(stage, spread.bands, params.tile.dataflow);
    check_accumulator(layer, c, params);
    stage.tiles.clear();
    for (std::size_t first = 0; first < c.columns.size(); first += c.columns_per_tile) {
        TilePlacement tile;
        tile.first_channel = c.columns[first].first_channel;
        tile.row_tiles = ceil_div(layer.rows(), c.rows);
        const std::size_t end = std::min(first + c.columns_per_tile, c.columns.size());
        for (std::size_t i = first; i < end; ++i) place_macros(layer, c, c.columns[i], tile);
        for (int b = 0; b < spread.bands; ++b) {
            if (spread.bands > 1) tile.band = band_rows(stage, spread.bands, b, block);
            if (spread.bands > 1 && tile.band.empty()) break;
            if (params.tile.duplicate && !params.tile.share)
                tile.copies = std::min(params.tile.macros / static_cast<int>(tile.macros.size()),
                                       Band(layer, tile).windows());
            check_capacity(stage, tile, params.tile);
            stage.tiles.push_back(tile);
        }
    }
}

}  // namespace cimarron
