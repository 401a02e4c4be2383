// SPDX-License-Identifier: Apache-2.0
#include "hw/program/reload_plan.h"

#include "hw/program/packed_values.h"
#include "hw/program/weights.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

namespace {

constexpr int kByteBits = 8;

// Calls f(block, stage, tile) for the tiles of a round.
template <class F>
void for_each_tile(const Program& program, int round, F f) {
    int block = 0;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) {
            if (tile.round == round) f(block, stage, tile);
            ++block;
        }
}

ReloadPlan plan_of(const Program& program, int round) {
    ReloadPlan plan;
    const auto add = [&plan](ReloadItem item) {
        item.offset = plan.bytes;
        plan.bytes += item.bytes();
        plan.items.push_back(item);
    };
    int rows = 0;
    for_each_tile(program, round, [&](int block, const Stage&, const TilePlacement& tile) {
        add({block, -1, 0, tile.channels, static_cast<int>(sizeof(ChannelAffine)) * kByteBits, 0});
        for (const MacroPlacement& macro : tile.macros) rows = std::max(rows, macro.rows);
    });
    for (int row = 0; row < rows; ++row)
        for_each_tile(program, round,
                      [&](int block, const Stage& stage, const TilePlacement& tile) {
                          for (std::size_t m = 0; m < tile.macros.size(); ++m)
                              if (row < tile.macros[m].rows)
                                  add({block, static_cast<int>(m), row, tile.macros[m].channels,
                                       stage.mvm.weight_bits, 0});
                      });
    return plan;
}

}  // namespace

std::vector<ReloadPlan> reload_plans(const Program& program, int alignment) {
    std::vector<ReloadPlan> plans;
    std::int64_t address = 0;
    for (int round = 0; program.reloads() && round < program.rounds; ++round) {
        plans.push_back(plan_of(program, round));
        plans.back().address = address;
        address += (plans.back().bytes + alignment - 1) / alignment * alignment;
    }
    return plans;
}

namespace {

std::int64_t whole(std::int64_t bytes, std::int64_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

// Returns the end of the last.
std::int64_t place(const Program& program, const DramParams& dram, std::vector<DramTensor>& all) {
    const std::vector<ReloadPlan> plans = reload_plans(program, dram.row_bytes);
    std::int64_t end = plans.empty() ? 0 : plans.back().address + plans.back().bytes;
    for (const Tensor& tensor : program.tensors) {
        all.emplace_back();
        if (!tensor.in_dram) continue;
        const std::int64_t row = std::int64_t{tensor.shape.width} * tensor.shape.channels;
        all.back() = {whole(end, dram.row_bytes),
                      whole(packed_bytes(row, tensor.bits), dram.burst_bytes)};
        end = all.back().address + tensor.shape.height * all.back().row_bytes;
    }
    return end;
}

}  // namespace

std::vector<DramTensor> dram_tensors(const Program& program, const DramParams& dram) {
    std::vector<DramTensor> all;
    place(program, dram, all);
    return all;
}

std::int64_t dram_bytes(const Program& program, const DramParams& dram) {
    std::vector<DramTensor> all;
    return place(program, dram, all);
}

std::int64_t loading_bound(const AcceleratorParams& params, const ReloadPlan& plan) {
    const bool bus = params.interconnect.topology == Topology::bus;
    const int before_each = bus ? params.interconnect.arbitration_cycles : 0;
    std::int64_t rows = 0;
    std::int64_t transfers = 0;
    for (const ReloadItem& item : plan.items) {
        if (item.macro >= 0) rows = std::max<std::int64_t>(rows, item.row + 1);
        transfers += before_each + whole(item.bits(), params.interconnect.width_bits) /
                                       params.interconnect.width_bits;
    }
    return std::max({rows * params.macro.array.write_cycles, transfers,
                     plan.bytes / params.dram.bytes_per_cycle});
}

std::vector<unsigned char> reload_data(const Program& program, const ReloadPlan& plan) {
    std::vector<std::pair<const Stage*, const TilePlacement*>> blocks;
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) blocks.emplace_back(&stage, &tile);
    std::vector<std::vector<std::vector<std::uint8_t>>> weights(blocks.size());  // [block][macro]
    std::vector<unsigned char> data(static_cast<std::size_t>(plan.bytes));
    std::vector<std::uint8_t> codes;  // of a row
    for (const ReloadItem& item : plan.items) {
        const auto& [stage, tile] = blocks[static_cast<std::size_t>(item.block)];
        unsigned char* to = data.data() + item.offset;
        if (item.macro < 0) {
            std::memcpy(to, stage->mvm.affine.data() + tile->first_channel,
                        static_cast<std::size_t>(item.bytes()));
            continue;
        }
        auto& macros = weights[static_cast<std::size_t>(item.block)];
        if (macros.empty())
            for (const MacroPlacement& macro : tile->macros)
                macros.push_back(macro_weights(stage->mvm, macro));
        const auto m = static_cast<std::size_t>(item.macro);
        const int rows = tile->macros[m].rows;
        codes.clear();
        for (int o = 0; o < item.channels; ++o)
            codes.push_back(macros[m][static_cast<std::size_t>(o * rows + item.row)]);
        pack_values(codes.data(), item.channels, item.bits_per_channel, to);
    }
    return data;
}

}  // namespace cimarron
