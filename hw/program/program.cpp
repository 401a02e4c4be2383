// SPDX-License-Identifier: Apache-2.0
#include "hw/program/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace cimarron {

GroupRange groups_of(const MvmLayer& layer, int first_channel, int channels) {
    const int per_group = layer.output.channels / layer.groups;
    const int first = first_channel / per_group;
    return {first, (first_channel + channels - 1) / per_group + 1 - first};
}

void Stage::set_adc_lsb(std::int64_t lsb) {
    for (TilePlacement& tile : tiles)
        for (MacroPlacement& macro : tile.macros) macro.adc_lsb = lsb;
}

std::vector<int> Program::readers(int tensor) const {
    std::vector<int> found;
    for (std::size_t s = 0; s < stages.size(); ++s)
        if (stages[s].input == tensor || stages[s].residual == tensor)
            found.push_back(static_cast<int>(s));
    return found;
}

bool Program::read_in(int tensor, int round) const {
    for (const int s : readers(tensor))
        for (const TilePlacement& tile : stages[static_cast<std::size_t>(s)].tiles)
            if (tile.round == round) return true;
    return false;
}

bool Program::made_in(int index, int round) const {
    const int s = tensor(index).stage;
    if (s < 0) return false;
    const Stage& stage = stages[static_cast<std::size_t>(s)];
    return round >= stage.first_round() && round <= stage.last_round();
}

std::vector<int> Program::sent_in(int round) const {
    std::vector<int> sent;
    for (int t = 0; t < static_cast<int>(tensors.size()); ++t)
        if (read_in(t, round) && !made_in(t, round)) sent.push_back(t);
    return sent;
}

int Program::blocks() const {
    std::size_t tiles = 0;
    for (const Stage& stage : stages) tiles += stage.tiles.size();
    return static_cast<int>(tiles);
}

int Program::tiles_used() const {
    int tiles = 0;
    for (const Stage& stage : stages)
        for (const TilePlacement& tile : stage.tiles) tiles = std::max(tiles, tile.tile + 1);
    return tiles;
}

std::string Program::block_name(const TilePlacement& block) const {
    std::string name = fmt::format("tile_{}", block.tile);
    if (reloads()) name += fmt::format("_round_{}", block.round);
    if (block.first_macro > 0) name += fmt::format("_from_{}", block.first_macro);
    return name;
}

namespace {

// Rows of a post layer's output (-1: the MVM layer's) whose last vectors leave in turn, since the
// same row completes them: below it there is only padding.
int rows_at_once(const Stage& stage, int post) {
    if (post < 0) return 1;
    const PostLayer& layer = stage.post[static_cast<std::size_t>(post)];
    int most = 1;
    if (const auto* pool = std::get_if<PoolLayer>(&layer.layer)) {
        const Window& w = pool->window;
        std::map<int, int> completed;  // rows, by the row of the input that does it
        for (int y = 0; y < pool->output.height; ++y) {
            const int bottom = y * w.stride_h - w.pad_top + w.kernel_h - 1;
            most = std::max(most, ++completed[std::clamp(bottom, 0, pool->input.height - 1)]);
        }
    }
    return most * rows_at_once(stage, layer.source);
}

}  // namespace

int Program::staged_rows(int index) const {
    const Stage& stage = stages[static_cast<std::size_t>(tensor(index).stage)];
    const auto bands =
        std::count_if(stage.tiles.begin(), stage.tiles.end(), [&](const TilePlacement& tile) {
            return tile.first_channel == stage.tiles.front().first_channel;
        });
    const auto output = std::find_if(stage.outputs.begin(), stage.outputs.end(),
                                     [&](const StageOutput& o) { return o.tensor == index; });
    return static_cast<int>(bands) * (rows_at_once(stage, output->post) + 1);
}

int Program::writes_per_image() const {
    if (!reloads()) return 0;
    std::map<std::pair<int, int>, int> writes;  // of macro m of tile t
    int most = 0;
    for (const Stage& stage : stages)
        for (const TilePlacement& tile : stage.tiles)
            for (int m = 0; m < tile.macro_count(); ++m)
                most = std::max(most, ++writes[{tile.tile, tile.first_macro + m}]);
    return most;
}

int Program::macros_used() const {
    int macros = 0;
    for (const Stage& stage : stages)
        for (const TilePlacement& tile : stage.tiles) macros += tile.macro_count();
    return macros;
}

const Residual* Stage::residual_terms() const {
    if (mvm.residual) return &*mvm.residual;
    for (const PostLayer& layer : post)
        if (const auto* quantize = std::get_if<QuantizeLayer>(&layer.layer))
            if (quantize->residual) return &*quantize->residual;
    return nullptr;
}

}  // namespace cimarron
