// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/stage_timing.h"

#include "common/bits.h"
#include "hw/interconnect/transfer_timing.h"
#include "hw/macro/macro_timing.h"
#include "hw/tile/band.h"
#include "hw/tile/post_schedule.h"
#include "hw/tile/residual_buffer.h"

#include <algorithm>

namespace cimarron {

int rows_fetched(const MvmLayer& layer, int oy) {
    const int top = oy * layer.window.stride_h - layer.window.pad_top;
    return std::clamp(top + layer.window.kernel_h, 0, layer.input.height) -
           std::clamp(top, 0, layer.input.height);
}

WindowFetch row_fetch(const SramBufferParams& buffer, const MvmLayer& layer, int channels, int ox) {
    const Window& w = layer.window;
    const int left = ox * w.stride_w - w.pad_left;
    const int first_new = ox == 0 ? left : std::max(left, left + w.kernel_w - w.stride_w);
    const int from = std::clamp(first_new, 0, layer.input.width);
    const int to = std::clamp(left + w.kernel_w, 0, layer.input.width);
    const int codes = (to - from) * channels;
    return {ceil_div(codes * layer.input_bits, buffer.port_bits), codes};
}

WindowFetch window_fetch(const SramBufferParams& buffer, const MvmLayer& layer, int channels,
                         int oy, int ox) {
    const int rows = rows_fetched(layer, oy);
    const WindowFetch row = row_fetch(buffer, layer, channels, ox);
    return {rows * row.accesses, rows * row.new_codes};
}

int input_channels(const MvmLayer& layer, const TilePlacement& placement) {
    return groups_of(layer, placement.first_channel, placement.channels).count *
           (layer.input.channels / layer.groups);
}

int post_cycles(const PostProcessingParams& params, const PostWork& work) {
    const int levels =
        work.row_tiles > 1 ? bits_for(static_cast<std::uint64_t>(work.row_tiles - 1)) : 0;
    const int pass = ceil_div(work.channels, params.lanes);
    return levels + std::max(pass, work.residual_accesses) + work.quantized * pass +
           params.pipeline_cycles;
}

PostWork post_work(const TileParams& params, const Stage& stage, const TilePlacement& placement) {
    return {placement.row_tiles, placement.channels,
            residual_accesses(params.residual_buffer, stage, placement.first_channel,
                              placement.channels),
            0};
}

std::int64_t tile_mvm_cycles(const MacroParams& params, const Stage& stage,
                             const TilePlacement& placement) {
    std::int64_t slowest = 0;
    for (const MacroPlacement& macro : placement.macros)
        slowest = std::max(
            slowest, mvm_timing(params, macro.rows, macro.columns, stage.mvm.input_bits).total);
    return slowest;
}

std::int64_t vector_bits(const StageOutput& output, const TilePlacement& placement) {
    return std::int64_t{placement.channels} * wire_bits(output.bits);
}

std::int64_t pooling_bits(const Stage& stage, const TilePlacement& placement) {
    std::int64_t bits = 0;
    for (const PostLayer& post : stage.post)
        if (const auto* pool = std::get_if<PoolLayer>(&post.layer))
            bits += std::int64_t{pool->window.kernel_h} * pool->input.width * placement.channels *
                    pool->bits;
    return bits;
}

std::int64_t output_queue_bits(const TileParams& params, const Stage& stage,
                               const TilePlacement& placement) {
    std::int64_t bits =
        std::int64_t{params.output_buffer.bytes} * 8 - pooling_bits(stage, placement);
    for (const StageOutput& output : stage.outputs)
        bits = std::max(bits, vector_bits(output, placement));
    return bits;
}

namespace {

// The output queue of a tile that has the bus to itself.
class SendRecurrence {
public:
    SendRecurrence(const AcceleratorParams& params, const Stage& stage, const TilePlacement& tile)
        : capacity_(output_queue_bits(params.tile, stage, tile)) {
        for (const StageOutput& output : stage.outputs) {
            bits_.push_back(vector_bits(output, tile));
            cycles_.push_back(transfer_cycles(params.interconnect, bits_.back()));
        }
    }
    // A vector enters the queue.
    void push(int output, std::int64_t now) {
        const auto o = static_cast<std::size_t>(output);
        queue_.push_back({std::max(now, last_sent()) + cycles_[o], bits_[o]});
        queued_ += bits_[o];
    }
    // When the vectors not yet sent fit again.
    std::int64_t room(std::int64_t now) {
        for (; first_ < queue_.size() && (queued_ > capacity_ || queue_[first_].sent <= now);
             ++first_) {
            now = std::max(now, queue_[first_].sent);
            queued_ -= queue_[first_].bits;
        }
        return now;
    }
    std::int64_t last_sent() const { return queue_.empty() ? 0 : queue_.back().sent; }

private:
    struct Entry {
        std::int64_t sent;  // end of its transfer
        std::int64_t bits;
    };
    const std::int64_t capacity_;
    std::vector<std::int64_t> bits_;    // per output
    std::vector<std::int64_t> cycles_;  // per output
    std::vector<Entry> queue_;          // of all vectors
    std::size_t first_ = 0;             // of those still there
    std::int64_t queued_ = 0;
};

}  // namespace

std::int64_t tile_cycles(const AcceleratorParams& params, const Stage& stage,
                         const TilePlacement& tile) {
    const Band band(stage.mvm, tile);
    const std::int64_t mvm = tile_mvm_cycles(params.macro, stage, tile);
    const PostSchedule schedule(stage, tile);
    PostWork work = post_work(params.tile, stage, tile);
    SendRecurrence send(params, stage, tile);
    std::int64_t issued = 0;                                                       // register free
    std::vector<std::int64_t> handed_over(static_cast<std::size_t>(tile.copies));  // copy free
    std::int64_t post_free = 0;
    const int width = stage.mvm.output.width;
    for (int index = 0; index < schedule.windows(); ++index) {
        const int window = band.window(index);
        const std::int64_t fetched =
            issued + window_fetch(params.tile.input_buffer, stage.mvm,
                                  input_channels(stage.mvm, tile), window / width, window % width)
                         .cycles();
        std::int64_t& copy_free = handed_over[static_cast<std::size_t>(index % tile.copies)];
        issued = std::max(fetched, copy_free);
        copy_free = std::max(issued + mvm, post_free);
        work.quantized = schedule.quantized(index);
        post_free = copy_free + post_cycles(params.tile.post_processing, work);
        for (int d = schedule.first_departure(index); d < schedule.first_departure(index + 1); ++d)
            send.push(schedule.departures()[static_cast<std::size_t>(d)], post_free);
        post_free = send.room(post_free);
    }
    return send.last_sent();
}

}  // namespace cimarron
