// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/integer_network.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace cimarron {

// One macro's share of a layer: rows [first_row, first_row + rows) of the layer's unrolled input,
// group after group, and channels [first_channel, first_channel + channels), weight_bits adjacent
// columns a channel. Several groups of a grouped convolution stand in it along the diagonal, rows
// and channels in equal shares; cells off the diagonal hold 0.
struct MacroPlacement {
    int first_row = 0;
    int rows = 0;
    int first_channel = 0;
    int channels = 0;
    int columns = 0;  // channels x weight_bits
    int groups = 1;
    std::int64_t adc_lsb = 0;  // full_scale: calibrated, learned: counts, 16 fraction bits

    int group_rows() const { return rows / groups; }
    int group_channels() const { return channels / groups; }
    // Cells that hold weights.
    std::int64_t weight_cells() const { return std::int64_t{group_rows()} * columns; }
};

// A row of a layer's output that a tile computes. It sends what the row completes, or only pools it
// together with the rows below (the tile that has it in its own band sends it).
struct BandRow {
    int y = 0;
    bool sent = true;
};

// One tile's share of a layer: all row tiles of a range of channels, so that partial sums stay in
// the tile. macros: row tile after row tile within each column tile.
// The whole set stands in the tile `copies` times (duplication); copy k computes the tile's windows
// k, k + copies, k + 2 copies ... Tiles with the same channels divide the layer's output rows.
struct TilePlacement {
    int tile = 0;
    int first_macro = 0;  // of the tile's; others before it are of layers that share the tile
    int round = 0;        // in which its weights are there
    int first_channel = 0;
    int channels = 0;
    int row_tiles = 1;
    int copies = 1;
    std::vector<MacroPlacement> macros;  // of one copy
    std::vector<BandRow> band;           // rows it computes, in order; none: all

    int macro_count() const { return copies * static_cast<int>(macros.size()); }
};

// Number of its macro `index` on the chip, for what varies between macros.
constexpr std::uint64_t macro_instance(const TilePlacement& tile, int index) {
    return (static_cast<std::uint64_t>(tile.tile) << 32) +
           static_cast<std::uint64_t>(tile.first_macro + index);
}

// The groups of a layer that a range of its output channels belongs to.
struct GroupRange {
    int first = 0;
    int count = 1;
};
GroupRange groups_of(const MvmLayer& layer, int first_channel, int channels);

// A layer without weights, executed by the tiles that make what it reads.
struct PostLayer {
    std::variant<PoolLayer, QuantizeLayer> layer;
    int source = -1;  // index of the post layer whose output it takes, -1: the MVM layer's
};

// A tensor that a stage makes.
struct StageOutput {
    int tensor = 0;
    int post = -1;  // index of the post layer that gives it, -1: the MVM layer
    int bits = 8;   // 0: logits
};

// One MVM layer with the post layers that follow it, placed on tiles: of its own or, one layer
// working at a time, shared with others.
struct Stage {
    MvmLayer mvm;
    int input = 0;                // tensor
    int residual = -1;            // tensor of residual_terms(), -1: none
    std::vector<PostLayer> post;  // sources come first
    std::vector<StageOutput> outputs;
    std::vector<TilePlacement> tiles;

    void set_adc_lsb(std::int64_t lsb);  // of all its macros
    // What its tiles add: mvm.residual or that of one of its QuantizeLayers; nullptr: nothing.
    const Residual* residual_terms() const;
    int first_round() const { return tiles.front().round; }
    int last_round() const { return tiles.back().round; }
};

// What blocks send each other: the image, or what a stage makes. It is sent once, to the tiles of
// all its readers of the round; one that later rounds read is kept in the global buffer or, where
// that has no room, in DRAM, and sent again in each.
struct Tensor {
    std::string name;  // of the layer that makes it
    int stage = -1;    // -1: the image
    Shape shape;
    int bits = 8;          // 0: logits
    bool kept = false;     // the image always is
    bool in_dram = false;  // kept there, with a few rows at a time in the global buffer
};

// Of one value: bits on the wires, where logits travel as numbers of kLogitBits, and bytes in a
// payload: a code 1, a value of a residual stream 4, a logit 8.
constexpr int kLogitBits = 32;
constexpr int wire_bits(int bits) {
    return bits == 0 ? kLogitBits : bits;
}
constexpr int payload_bytes(int bits) {
    return bits == 0 ? 8 : is_stream(bits) ? 4 : 1;
}

// A network placed on a chip, weight stationary: stages, each after those whose tensors it reads.
// One that does not fit runs in rounds, each with a part of the stages: a tile then stands for what
// a tile of the chip is in one round, and between rounds weights are written anew. A stage is of
// one round, or has the tiles of several to itself; then what it makes is complete, and read, after
// them.
struct Program {
    std::string network;
    std::vector<Tensor> tensors;  // the image first, the logits last
    std::vector<Stage> stages;
    int rounds = 1;

    bool reloads() const { return rounds > 1; }
    const Tensor& image() const { return tensors.front(); }
    const Tensor& logits() const { return tensors.back(); }
    const Tensor& tensor(int index) const { return tensors[static_cast<std::size_t>(index)]; }
    std::vector<int> readers(int tensor) const;  // stages, as input or as residual
    // Whether tiles of that round read it, or make it.
    bool read_in(int tensor, int round) const;
    bool made_in(int tensor, int round) const;
    // What the global buffer sends when a round begins: the image, and what earlier rounds made.
    std::vector<int> sent_in(int round) const;
    int blocks() const;      // shares of tiles, of all rounds
    int tiles_used() const;  // of the chip
    // A block's name: the tile's number, what else it is in other rounds, and where it begins in a
    // tile that is shared (tile_2, tile_2_from_3, tile_0_round_1).
    std::string block_name(const TilePlacement& block) const;
    int macros_used() const;  // in all rounds
    // Of a tensor in DRAM, in the global buffer as it is made: for each band of the stage, the rows
    // that one row of the layer completes, and one more.
    int staged_rows(int tensor) const;
    // Of the cells most often written, times an image (0: weights stay).
    int writes_per_image() const;
};

}  // namespace cimarron
