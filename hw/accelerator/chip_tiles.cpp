// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/chip_tiles.h"

#include "common/error.h"
#include "hw/accelerator/routes.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

// Whether a tile or one of its macros has that name on the chip.
bool is_at(Tile& tile, const std::string& scope) {
    const std::string on_chip = fmt::format("tile_{}", tile.datapath().placement().tile);
    if (scope == on_chip) return true;
    for (int m = 0; m < tile.macros(); ++m)
        if (scope == on_chip + '.' + tile.macro(m).basename()) return true;
    return false;
}

}  // namespace

ChipTiles::ChipTiles(const AcceleratorParams& params, const Program& program, const Clock& clock,
                     const ImageBegins& begins, Interconnect& interconnect) {
    for (const Stage& stage : program.stages) {
        const auto index = static_cast<int>(first_of_stage_.size());
        first_of_stage_.push_back(tiles_.size());
        for (const TilePlacement& placement : stage.tiles) {
            const std::string name = program.block_name(placement);
            add(name,
                std::make_unique<Tile>(name.c_str(), params, stage, placement, clock, index,
                                       begins),
                interconnect);
            tiles_.back()->first_destination = tensor_destination(program, placement.round, 0);
        }
    }
    first_of_stage_.push_back(tiles_.size());
    connect_shares();
    check(params.rtl_scope);
}

void ChipTiles::add(const std::string& name, std::unique_ptr<Tile> tile,
                    Interconnect& interconnect) {
    tiles_.push_back(std::move(tile));
    ports_.push_back(std::make_unique<Port>((name + "_initiator").c_str()));
    ports_.back()->bind(tiles_.back()->register_target);
    tiles_.back()->vector_initiator.bind(interconnect.vector_target);
    interconnect.vector_initiator.bind(tiles_.back()->vector_target);
}

// Blocks that stand in one tile at the same time.
void ChipTiles::connect_shares() {
    for (auto& tile : tiles_)
        for (auto& other : tiles_) {
            const TilePlacement& a = tile->datapath().placement();
            const TilePlacement& b = other->datapath().placement();
            if (tile != other && a.tile == b.tile && a.round == b.round)
                tile->pipeline().share_with(other->pipeline());
        }
}

void ChipTiles::check(const std::vector<std::string>& rtl_scope) const {
    for (const std::string& scope : rtl_scope) {
        const bool known = std::any_of(tiles_.begin(), tiles_.end(),
                                       [&](const auto& tile) { return is_at(*tile, scope); });
        if (!known)
            throw UserError(fmt::format(
                "accelerator.rtl_scope: {}: no such tile or macro in this run; "
                "the first macro is {}.{}",
                scope, tiles_.front()->basename(), tiles_.front()->macro(0).basename()));
    }
}

std::vector<Tile*> ChipTiles::of_stage(std::size_t stage) const {
    std::vector<Tile*> tiles;
    for (std::size_t t = first_of_stage_[stage]; t < first_of_stage_[stage + 1]; ++t)
        tiles.push_back(tiles_[t].get());
    return tiles;
}

void ChipTiles::access(std::size_t tile, tlm::tlm_generic_payload& payload,
                       sc_core::sc_time& delay) {
    (*ports_[tile])->b_transport(payload, delay);
}

void ChipTiles::write(std::size_t tile, std::uint64_t address, unsigned char value) {
    blocking_write(*ports_[tile]->operator->(), address, &value, 1);
}

bool ChipTiles::idle() const {
    return std::all_of(tiles_.begin(), tiles_.end(),
                       [](const auto& tile) { return tile->pipeline().idle(); });
}

std::int64_t ChipTiles::stage_cycles(std::size_t stage) const {
    std::int64_t end = 0;
    for (const Tile* tile : of_stage(stage)) end = std::max(end, tile->pipeline().finished());
    return end - tiles_[first_of_stage_[stage]]->pipeline().started();
}

std::int64_t ChipTiles::activations() const {
    std::int64_t sum = 0;
    for (const auto& tile : tiles_) sum += tile->activations();
    return sum;
}

std::int64_t ChipTiles::macro_steps() const {
    std::int64_t sum = 0;
    for (const auto& tile : tiles_) sum += tile->macro_steps();
    return sum;
}

void ChipTiles::record(Waveform& wave) {
    for (auto& tile : tiles_) {
        if (wave.covers(tile->name())) tile->record(wave);
        for (int m = 0; m < tile->macros(); ++m)
            if (wave.covers(tile->macro(m).name())) tile->macro(m).record(wave);
    }
}

}  // namespace cimarron
