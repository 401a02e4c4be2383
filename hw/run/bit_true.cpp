// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/routes.h"
#include "hw/chip/activity_sum.h"
#include "hw/interconnect/interconnect_traffic.h"
#include "hw/program/reload_plan.h"
#include "hw/run/bit_true_tile.h"
#include "hw/run/checks.h"
#include "hw/run/simulation.h"
#include "hw/tile/stage_timing.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace cimarron {

namespace {

InterconnectTraffic make_traffic(const AcceleratorParams& params, const Program& program) {
    ProgramRoutes routes = routes_of(program);
    return {params.interconnect, params.tiles, std::move(routes.tile_of_block),
            std::move(routes.of_destination)};
}

// The chip without time: the blocks' data handled in program order, their accesses counted alike.
class BitTrueChip {
public:
    BitTrueChip(const AcceleratorParams& params, const Program& program)
        : params_(params),
          program_(program),
          plans_(reload_plans(program, params.dram.row_bytes)),
          dram_tensors_(dram_tensors(program, params.dram)),
          traffic_(make_traffic(params, program)),
          kept_(program.tensors.size()) {
        for (const Stage& stage : program.stages) {
            stages_.emplace_back();
            for (const TilePlacement& placement : stage.tiles) {
                stages_.back().push_back(std::make_unique<BitTrueTile>(params, stage, placement));
                if (!program.reloads()) stages_.back().back()->program();
            }
        }
        list_readers();
        for (std::size_t t = 1; t < program.tensors.size(); ++t)
            if (program.tensors[t].kept) kept_[t].resize(map_bytes(program.tensors[t]));
    }

    std::vector<std::int64_t> run(const Codes& image) {
        logits_.assign(static_cast<std::size_t>(program_.logits().shape.size()), 0);
        global_buffer_.writes +=
            port_accesses(std::int64_t{program_.image().shape.size()} * program_.image().bits);
        for (round_ = 0; round_ < program_.rounds; ++round_) {
            if (program_.reloads()) reload();
            for (const int tensor : program_.sent_in(round_))
                stream(tensor,
                       tensor == 0 ? image.data() : kept_[static_cast<std::size_t>(tensor)].data());
            run_stages();
            spill();
        }
        ++image_;
        global_buffer_.reads +=
            port_accesses(static_cast<std::int64_t>(logits_.size()) * kLogitBits);
        return logits_;
    }

    // One histogram for each stage.
    void observe(std::vector<ColumnHistogram>& histograms) {
        for (std::size_t s = 0; s < stages_.size(); ++s)
            for (auto& tile : stages_[s])
                for (auto& macro : tile->macros()) macro->observe(histograms[s]);
    }

    // From now on what tiles send is kept, whole maps of it.
    void record() {
        recorded_.resize(program_.tensors.size());
        for (std::size_t t = 1; t + 1 < program_.tensors.size(); ++t)
            recorded_[t].resize(map_bytes(program_.tensors[t]));
    }
    const std::vector<std::vector<std::uint8_t>>& recorded() const { return recorded_; }

    void collect(RunResult& result) const {
        const TrafficSum traffic(program_, traffic_.activity());
        for (std::size_t s = 0; s < stages_.size(); ++s) {
            StageResult stage;
            stage.name = program_.stages[s].mvm.name;
            for (const auto& tile : stages_[s]) {
                stage.macros += static_cast<int>(tile->macros().size());
                stage.activity.tile += tile->datapath().activity();
                for (const auto& macro : tile->macros()) stage.activity.macro += macro->activity();
            }
            stage.activity.interconnect = traffic.of_stage(program_.stages[s]);
            result.activity += stage.activity;
            result.stages.push_back(std::move(stage));
        }
        result.activity.interconnect += traffic.of_global_buffer();
        result.reloading = traffic.of_weights();
        result.activity.global_buffer = global_buffer_;
        result.activity.dram = dram_;
    }

private:
    std::int64_t port_accesses(std::int64_t bits) const {
        return (bits + params_.global_buffer.port_bits - 1) / params_.global_buffer.port_bits;
    }

    // What the loader sends, and the cells it writes.
    void reload() {
        const ReloadPlan& plan = plans_[static_cast<std::size_t>(round_)];
        for (const ReloadItem& item : plan.items)
            traffic_.count(weight_loader_block(program_), weight_destination(program_, item.block),
                           item.bits());
        const std::int64_t burst = params_.dram.burst_bytes;
        dram_.bytes_read += (plan.bytes + burst - 1) / burst * burst;
        for (auto& stage : stages_)
            for (auto& tile : stage)
                if (tile->datapath().placement().round == round_) tile->program();
    }

    // The global buffer sends a tensor, row by row.
    void stream(int index, const std::uint8_t* values) {
        const Tensor& tensor = program_.tensor(index);
        const std::int64_t row_values = std::int64_t{tensor.shape.width} * tensor.shape.channels;
        for (int y = 0; y < tensor.shape.height; ++y) {
            global_buffer_.reads += port_accesses(row_values * tensor.bits);
            if (tensor.in_dram) {
                global_buffer_.writes += port_accesses(row_values * tensor.bits);
                dram_.bytes_read += dram_tensors_[static_cast<std::size_t>(index)].row_bytes;
            }
            traffic_.count(global_buffer_block(program_), destination(index),
                           row_values * tensor.bits);
            deliver(index, {y * tensor.shape.width, tensor.shape.width, 0, tensor.shape.channels,
                            values + y * row_values * payload_bytes(tensor.bits)});
        }
    }

    // Rows that the round has made on their way to DRAM.
    void spill() {
        for (std::size_t t = 1; t < program_.tensors.size(); ++t) {
            const Tensor& tensor = program_.tensors[t];
            if (!tensor.in_dram ||
                program_.stages[static_cast<std::size_t>(tensor.stage)].last_round() != round_)
                continue;
            const std::int64_t row_values =
                std::int64_t{tensor.shape.width} * tensor.shape.channels;
            global_buffer_.reads += tensor.shape.height * port_accesses(row_values * tensor.bits);
            dram_.bytes_written += tensor.shape.height * dram_tensors_[t].row_bytes;
        }
    }

    void run_stages() {
        int next_block = 0;
        for (std::size_t s = 0; s < stages_.size(); ++s)
            for (auto& tile : stages_[s]) {
                const int block = next_block++;
                const TilePlacement& placement = tile->datapath().placement();
                if (placement.round != round_) continue;
                tile->run(image_, [&](const OutputVector& run) {
                    send(program_.stages[s], block, placement, run);
                });
            }
    }

    int destination(int tensor) const { return tensor_destination(program_, round_, tensor); }

    void send(const Stage& stage, int block, const TilePlacement& from, const OutputVector& run) {
        const StageOutput& output = stage.outputs[static_cast<std::size_t>(run.output)];
        traffic_.count(block, destination(output.tensor), run.bits, run.pixels);
        const MapPart part{run.pixel,     run.pixels,         from.first_channel,
                           from.channels, run.payload.data(), true};
        if (output.bits == 0) {
            keep(part, sizeof(std::int64_t), program_.logits().shape.channels,
                 reinterpret_cast<std::uint8_t*>(logits_.data()));
            global_buffer_.writes += run.pixels * port_accesses(run.bits);
        }
        if (program_.tensor(output.tensor).kept) {
            keep(part, static_cast<std::size_t>(payload_bytes(output.bits)),
                 program_.tensor(output.tensor).shape.channels,
                 kept_[static_cast<std::size_t>(output.tensor)].data());
            global_buffer_.writes += run.pixels * port_accesses(run.bits);
        }
        if (!recorded_.empty() && output.bits != 0)
            keep(part, static_cast<std::size_t>(payload_bytes(output.bits)),
                 program_.tensor(output.tensor).shape.channels,
                 recorded_[static_cast<std::size_t>(output.tensor)].data());
        deliver(output.tensor, part);
    }

    static std::size_t map_bytes(const Tensor& tensor) {
        return static_cast<std::size_t>(tensor.shape.size() * payload_bytes(tensor.bits));
    }

    // Into a whole map.
    static void keep(const MapPart& part, std::size_t value_bytes, int channels,
                     std::uint8_t* map) {
        const auto* from = static_cast<const std::uint8_t*>(part.values);
        const std::size_t bytes = value_bytes * static_cast<std::size_t>(part.channels);
        const auto stride = static_cast<std::size_t>(channels) * value_bytes;
        std::uint8_t* to = map + static_cast<std::size_t>(part.first_pixel) * stride +
                           static_cast<std::size_t>(part.first_channel) * value_bytes;
        for (int i = 0; i < part.pixels; ++i, from += bytes, to += stride)
            std::memcpy(to, from, bytes);
    }

    // To the readers of the round.
    void deliver(int tensor, const MapPart& part) {
        for (TileDatapath* tile : readers_[readers_of(round_, tensor)])
            tile->receive(tensor, image_, part);
    }

    std::size_t readers_of(int round, int tensor) const {
        return static_cast<std::size_t>(round) * program_.tensors.size() +
               static_cast<std::size_t>(tensor);
    }
    void list_readers() {
        readers_.resize(static_cast<std::size_t>(program_.rounds) * program_.tensors.size());
        for (int t = 0; t < static_cast<int>(program_.tensors.size()); ++t)
            for (const int stage : program_.readers(t))
                for (const auto& tile : stages_[static_cast<std::size_t>(stage)])
                    readers_[readers_of(tile->datapath().placement().round, t)].push_back(
                        &tile->datapath());
    }

    const AcceleratorParams& params_;
    const Program& program_;
    const std::vector<ReloadPlan> plans_;  // per round, none when weights stay
    std::vector<std::vector<std::unique_ptr<BitTrueTile>>> stages_;
    std::vector<std::vector<TileDatapath*>> readers_;  // per round and tensor
    const std::vector<DramTensor> dram_tensors_;       // per tensor
    InterconnectTraffic traffic_;
    std::vector<std::vector<std::uint8_t>> kept_;      // per tensor, as payloads hold them
    std::vector<std::vector<std::uint8_t>> recorded_;  // likewise, of all tensors; or nothing
    SramBufferActivity global_buffer_;
    DramActivity dram_;  // bytes
    std::vector<std::int64_t> logits_;
    std::int64_t image_ = 0;
    int round_ = 0;
};

}  // namespace

RunResult simulate_bit_true(const AcceleratorParams& params, const Program& program,
                            const ImageSource& images, const ProgressFn& progress,
                            const TensorProbe& probe) {
    BitTrueChip chip(params, program);
    if (probe) chip.record();
    RunResult result;
    for (int i = 0; i < images.count; ++i) {
        result.logits.push_back(chip.run(images.image(i)));
        if (probe) probe(chip.recorded());
        if (progress) progress(i + 1);
    }
    result.images = images.count;
    result.rounds = program.rounds;
    chip.collect(result);
    result.checks = work_checks(program, params.macro, result.images, result.activity.macro);
    return result;
}

RunResult simulate_bit_true(const AcceleratorParams& params, const Program& program,
                            const std::vector<Codes>& images, const ProgressFn& progress) {
    const auto image = [&images](int i) { return images[static_cast<std::size_t>(i)]; };
    return simulate_bit_true(params, program, ImageSource{static_cast<int>(images.size()), image},
                             progress);
}

void calibrate_adcs(const AcceleratorParams& params, Program& program,
                    const std::vector<Codes>& images, const ProgressFn& progress) {
    if (params.macro.adc.full_scale != FullScale::calibrated) return;
    AcceleratorParams observed = params;  // by ADCs that neither clip nor err
    constexpr int kMostUnits = 4;         // a cell conducts at most (analog_array.h)
    observed.macro.adc.full_scale = FullScale::unit_lsb;
    observed.macro.adc.bits =
        bits_for(static_cast<std::uint64_t>(kMostUnits) * params.macro.column_range());
    observed.macro.non_idealities.adc = {};
    std::vector<ColumnHistogram> histograms(program.stages.size());
    BitTrueChip chip(observed, program);
    chip.observe(histograms);
    for (std::size_t i = 0; i < images.size(); ++i) {
        chip.run(images[i]);
        if (progress) progress(static_cast<int>(i) + 1);
    }
    for (std::size_t s = 0; s < program.stages.size(); ++s)
        program.stages[s].set_adc_lsb(calibrated_lsb(histograms[s], params.macro.adc.bits));
}

}  // namespace cimarron
