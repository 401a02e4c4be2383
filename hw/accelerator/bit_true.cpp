// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/activity_sum.h"
#include "hw/accelerator/checks.h"
#include "hw/accelerator/simulation.h"
#include "hw/accelerator/weights.h"
#include "hw/interconnect/interconnect_traffic.h"
#include "hw/macro/macro_datapath.h"
#include "hw/tile/stage_timing.h"
#include "hw/tile/tile_datapath.h"

#include <memory>

namespace cimarron {

namespace {

struct BitTrueTile {
    BitTrueTile(const AcceleratorParams& params, const Stage& stage, const TilePlacement& placement)
        : datapath(params.tile, stage, placement) {
        for (int copy = 0; copy < placement.copies; ++copy)
            for (const MacroPlacement& macro : placement.macros) {
                macros.push_back(
                    std::make_unique<MacroDatapath>(params.macro, macro, stage.mvm.weight_bits));
                macros.back()->program(macro_weights(stage.mvm, macro).data());
            }
    }
    void run_window(int window) {
        const int copy = window % datapath.placement().copies;
        const auto per_copy = static_cast<int>(datapath.placement().macros.size());
        datapath.fetch(window);
        datapath.issue(copy);
        datapath.begin_collect(copy);
        for (int m = 0; m < per_copy; ++m) {
            MacroDatapath& macro = *macros[static_cast<std::size_t>(copy * per_copy + m)];
            macro.load(datapath.macro_input(m), datapath.input_bits());
            macro.run();
            datapath.collect(m, macro.partial_sums().data());
        }
        datapath.post_process(window, macros.front()->adc_lsb(), queue);
    }

    TileDatapath datapath;
    std::vector<std::unique_ptr<MacroDatapath>> macros;
    OutputQueue queue;
};

InterconnectTraffic make_traffic(const AcceleratorParams& params, const Program& program) {
    std::vector<int> tile_of_block;
    std::vector<std::vector<int>> routes;
    for (const Stage& stage : program.stages) {
        routes.emplace_back();
        for (const TilePlacement& placement : stage.tiles) {
            routes.back().push_back(static_cast<int>(tile_of_block.size()));
            tile_of_block.push_back(placement.tile);
        }
    }
    routes.push_back({static_cast<int>(tile_of_block.size())});
    tile_of_block.push_back(kGlobalBufferTile);
    return {params.interconnect, params.tiles, std::move(tile_of_block), std::move(routes)};
}

// The chip without time: the blocks' data handled in program order, their accesses counted alike.
class BitTrueChip {
public:
    BitTrueChip(const AcceleratorParams& params, const Program& program)
        : params_(params), program_(program), traffic_(make_traffic(params, program)) {
        for (const Stage& stage : program.stages) {
            stages_.emplace_back();
            for (const TilePlacement& placement : stage.tiles)
                stages_.back().push_back(std::make_unique<BitTrueTile>(params, stage, placement));
        }
    }

    std::vector<std::int64_t> run(const Codes& image) {
        logits_.assign(static_cast<std::size_t>(program_.stages.back().output().size()), 0);
        load(image);
        int next_block = 0;
        for (std::size_t s = 0; s < stages_.size(); ++s)
            for (auto& tile : stages_[s]) {
                const int block = next_block++;
                for (int window = 0; window < tile->datapath.windows(); ++window) {
                    tile->run_window(window);
                    for (; !tile->queue.empty(); tile->queue.pop())
                        send(s, block, tile->datapath.placement(), tile->queue.front());
                }
                tile->datapath.input().clear();
            }
        global_buffer_.reads +=
            port_accesses(static_cast<std::int64_t>(logits_.size()) * kLogitBits);
        return logits_;
    }

    void collect(RunResult& result) const {
        for (std::size_t s = 0; s < stages_.size(); ++s) {
            StageResult stage;
            stage.name = program_.stages[s].mvm.name;
            for (const auto& tile : stages_[s]) {
                stage.macros += static_cast<int>(tile->macros.size());
                stage.activity.tile += tile->datapath.activity();
                for (const auto& macro : tile->macros) stage.activity.macro += macro->activity();
            }
            stage.activity.interconnect = traffic_.activity()[s + 1];
            result.activity += stage.activity;
            result.stages.push_back(std::move(stage));
        }
        result.activity.interconnect += traffic_.activity()[0];
        result.activity.global_buffer = global_buffer_;
    }

private:
    std::int64_t port_accesses(std::int64_t bits) const {
        return (bits + params_.global_buffer.port_bits - 1) / params_.global_buffer.port_bits;
    }

    void load(const Codes& image) {
        const Shape& shape = program_.input;
        global_buffer_.writes += port_accesses(std::int64_t{shape.size()} * program_.input_bits);
        const std::int64_t row_bits =
            std::int64_t{shape.width} * shape.channels * program_.input_bits;
        for (int y = 0; y < shape.height; ++y) {
            global_buffer_.reads += port_accesses(row_bits);
            traffic_.count(program_.tiles_used(), 0, row_bits);
            const int first = y * shape.width;
            for (auto& tile : stages_.front())
                tile->datapath.input().write(first, shape.width, 0, shape.channels,
                                             image.data() + first * shape.channels);
        }
    }

    void send(std::size_t stage, int block, const TilePlacement& from, const OutputVector& vector) {
        const std::int64_t bits = vector_bits(program_.stages[stage], from);
        traffic_.count(block, static_cast<int>(stage) + 1, bits);
        if (!vector.logits.empty()) {
            const int channels = program_.stages.back().output().channels;
            std::copy(vector.logits.begin(), vector.logits.end(),
                      logits_.begin() + vector.pixel * channels + from.first_channel);
            global_buffer_.writes += port_accesses(bits);
            return;
        }
        for (auto& tile : stages_[stage + 1])
            tile->datapath.input().write(vector.pixel, 1, from.first_channel, from.channels,
                                         vector.codes.data());
    }

    const AcceleratorParams& params_;
    const Program& program_;
    std::vector<std::vector<std::unique_ptr<BitTrueTile>>> stages_;
    InterconnectTraffic traffic_;
    SramBufferActivity global_buffer_;
    std::vector<std::int64_t> logits_;
};

}  // namespace

RunResult simulate_bit_true(const AcceleratorParams& params, const Program& program,
                            const std::vector<Codes>& images, const ProgressFn& progress) {
    BitTrueChip chip(params, program);
    RunResult result;
    for (const Codes& image : images) {
        result.logits.push_back(chip.run(image));
        if (progress) progress(static_cast<int>(result.logits.size()));
    }
    result.images = static_cast<int>(images.size());
    chip.collect(result);
    result.checks = work_checks(program, params.macro, result.images, result.activity.macro);
    return result;
}

}  // namespace cimarron
