// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/round_assignment.h"

#include "common/error.h"
#include "hw/program/reload_plan.h"
#include "sim/mapping/copies.h"
#include "sim/mapping/search.h"
#include "sim/mapping/shared_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace cimarron {

namespace {

constexpr int kSentRows = 2;  // of a tensor that comes from DRAM: one is sent, one arrives

class Rounds {
public:
    Rounds(Program& program, const AcceleratorParams& params, int tiles)
        : program_(program), tiles_(tiles), shared_(program, params) {
        for (int s = 0; s < static_cast<int>(program_.stages.size()); ++s) add(s);
        program_.rounds = round_ + 1;
    }

private:
    void add(int s) {
        Stage& stage = program_.stages[static_cast<std::size_t>(s)];
        if (round_ < std::max(readable(stage.input), readable(stage.residual))) next();
        if (used_ > 0 && more_tiles(s) > tiles_ - used_) next();
        for (TilePlacement& tile : stage.tiles) {
            int place = shared_.room_for(s, tile);
            if (place < 0) {
                if (used_ == tiles_) next();
                place = used_++;
            }
            tile.round = round_;
            shared_.put(place, s, tile);
        }
    }

    // Those that the stage needs beside the tiles that it can share.
    int more_tiles(int s) const {
        SharedTiles trial = shared_;
        int more = 0;
        for (TilePlacement tile : program_.stages[static_cast<std::size_t>(s)].tiles) {
            const int place = trial.room_for(s, tile);
            trial.put(place < 0 ? used_ + more++ : place, s, tile);
        }
        return more;
    }

    // The first round that can read a tensor.
    int readable(int tensor) const {
        const int from = tensor < 0 ? -1 : program_.tensor(tensor).stage;
        if (from < 0) return 0;
        const Stage& maker = program_.stages[static_cast<std::size_t>(from)];
        const bool split = maker.first_round() != maker.last_round();
        return maker.last_round() + (split ? 1 : 0);
    }

    void next() {
        shared_.begin(++round_);
        used_ = 0;
    }

    Program& program_;
    const int tiles_;
    SharedTiles shared_;
    int round_ = 0;
    int used_ = 0;
};

// The stages that have a round to themselves or with others, without parts of stages.
Program whole_stages(const Program& program, int round) {
    Program part;
    part.tensors = program.tensors;
    for (const Stage& stage : program.stages)
        if (stage.first_round() == round && stage.last_round() == round)
            part.stages.push_back(stage);
    return part;
}

int tiles_of(const Program& program, int round) {
    int tiles = 0;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) tiles += tile.round == round;
    return tiles;
}

// mapping: auto or energy, in each round for itself.
void search_rounds(Program& program, const AcceleratorParams& params, const MappingPrices* prices) {
    for (int round = 0; round < program.rounds; ++round) {
        Program part = whole_stages(program, round);
        const int shared = tiles_of(program, round) - part.blocks();
        if (part.stages.empty() || shared + part.blocks() == params.tiles) continue;
        AcceleratorParams rest = params;
        rest.tiles -= shared;
        search(part, rest, prices);
        auto balanced = part.stages.begin();
        int next = shared;
        for (Stage& stage : program.stages) {
            if (stage.first_round() != round || stage.last_round() != round) continue;
            stage.tiles = std::move((balanced++)->tiles);
            for (TilePlacement& tile : stage.tiles) {
                tile.round = round;
                tile.tile = next++;
            }
        }
    }
}

void keep_tensors(Program& program) {
    for (std::size_t t = 1; t < program.tensors.size(); ++t) {
        Tensor& tensor = program.tensors[t];
        const int made = program.stages[static_cast<std::size_t>(tensor.stage)].last_round();
        for (int round = made + 1; round < program.rounds; ++round)
            tensor.kept = tensor.kept || program.read_in(static_cast<int>(t), round);
    }
}

int last_reader(const Program& program, int tensor) {
    int last = 0;
    for (const int s : program.readers(tensor))
        last = std::max(last, program.stages[static_cast<std::size_t>(s)].last_round());
    return last;
}

}  // namespace

std::int64_t kept_bits(const Program& program, int round) {
    std::int64_t bits = 0;
    for (int t = 0; t < static_cast<int>(program.tensors.size()); ++t) {
        const Tensor& tensor = program.tensor(t);
        if (t > 0 && !tensor.kept) continue;
        const int made =
            t == 0 ? 0 : program.stages[static_cast<std::size_t>(tensor.stage)].first_round();
        const bool makes = program.made_in(t, round);
        const bool sends = program.read_in(t, round) && !makes;
        const std::int64_t row =
            std::int64_t{tensor.shape.width} * tensor.shape.channels * tensor.bits;
        if (tensor.in_dram)
            bits += row * (makes ? program.staged_rows(t) : sends ? kSentRows : 0);
        else if (round >= made && round <= last_reader(program, t))
            bits += row * tensor.shape.height;
    }
    return bits;
}

namespace {

bool overflows(const Program& program, const AcceleratorParams& params, int round) {
    return kept_bits(program, round) > std::int64_t{params.global_buffer.bytes} * 8;
}

// The largest tensor that is kept in a round and can go to DRAM; -1: none. What a stage makes over
// several rounds cannot: its rows are not whole before the last of them.
int largest_kept(const Program& program, int round) {
    int largest = -1;
    std::int64_t most = 0;
    for (int t = 1; t < static_cast<int>(program.tensors.size()); ++t) {
        const Tensor& tensor = program.tensor(t);
        const Stage& maker = program.stages[static_cast<std::size_t>(tensor.stage)];
        const std::int64_t bits = std::int64_t{tensor.shape.size()} * tensor.bits;
        const bool here = maker.first_round() <= round && round <= last_reader(program, t);
        const bool split = maker.first_round() < maker.last_round();
        if (!tensor.kept || tensor.in_dram || !here || split || bits <= most) continue;
        largest = t;
        most = bits;
    }
    return largest;
}

// What the global buffer cannot keep goes to DRAM, the largest first.
void spill(Program& program, const AcceleratorParams& params) {
    for (int round = 0; round < program.rounds; ++round)
        while (overflows(program, params, round)) {
            const int largest = largest_kept(program, round);
            if (largest < 0) break;
            program.tensors[static_cast<std::size_t>(largest)].in_dram = true;
        }
}

void check_memories(const Program& program, const AcceleratorParams& params) {
    for (int round = 0; round < program.rounds; ++round) {
        if (overflows(program, params, round))
            throw UserError(fmt::format(
                "network {}: runs in {} rounds, and in round {} the global buffer keeps {} bytes "
                "of activations, global_buffer.bytes is {}",
                program.network, program.rounds, round, (kept_bits(program, round) + 7) / 8,
                params.global_buffer.bytes));
    }
    const std::int64_t bytes = dram_bytes(program, params.dram);
    if (bytes > params.dram.bytes)
        throw UserError(fmt::format(
            "network {}: its weights, and tensors kept between rounds, need {} bytes, dram.bytes "
            "is {}",
            program.network, bytes, params.dram.bytes));
}

}  // namespace

void assign_tiles(Program& program, const AcceleratorParams& params, int tiles) {
    Rounds(program, params, tiles);
}

namespace {

// In one round.
int tiles_needed(Program program, const AcceleratorParams& params) {
    assign_tiles(program, params, std::numeric_limits<int>::max());
    return program.tiles_used();
}

void check_reloading(const Program& program, const AcceleratorParams& params) {
    if (!program.reloads()) return;
    const int needed = tiles_needed(program, params);
    if (!params.dram.present())
        throw UserError(fmt::format(
            "network {}: needs {} tiles, {} {} (raise {} or tile.macros, {}or give it a dram to "
            "reload weights from)",
            program.network, needed,
            params.fit_tiles ? "max_area_mm2 holds" : "the accelerator has", params.tiles,
            params.fit_tiles ? "it" : "tiles",
            params.tile.share ? "" : "let small layers share one by tile.share: true, "));
    if (params.tile.dataflow == Dataflow::pipelined)
        throw UserError(fmt::format(
            "network {}: needs {} tiles, the accelerator has {}; weights are reloaded with "
            "dataflow: sequential only",
            program.network, needed, params.tiles));
}

}  // namespace

void assign_rounds(Program& program, const AcceleratorParams& params, const MappingPrices* prices) {
    assign_tiles(program, params, params.tiles);
    check_reloading(program, params);
    if (params.tile.share && params.tile.duplicate) add_copies(program, params);
    if (!program.reloads()) return;
    if (params.mapping != Mapping::fill) search_rounds(program, params, prices);
    keep_tensors(program);
    spill(program, params);
    check_memories(program, params);
}

}  // namespace cimarron
