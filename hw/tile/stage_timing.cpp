// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/stage_timing.h"

#include "common/bits.h"
#include "hw/macro/macro_timing.h"
#include "hw/tile/pooling.h"

#include <algorithm>

namespace cimarron {

WindowFetch window_fetch(const SramBufferParams& buffer, const MvmLayer& layer, int oy, int ox) {
    const Window& w = layer.window;
    const int left = ox * w.stride_w - w.pad_left;
    const int first_new = ox == 0 ? left : std::max(left, left + w.kernel_w - w.stride_w);
    const int from = std::clamp(first_new, 0, layer.input.width);
    const int to = std::clamp(left + w.kernel_w, 0, layer.input.width);
    const int codes = (to - from) * layer.input.channels;
    WindowFetch fetch;
    for (int ky = 0; ky < w.kernel_h; ++ky) {
        const int y = oy * w.stride_h - w.pad_top + ky;
        if (y < 0 || y >= layer.input.height) continue;
        fetch.accesses += ceil_div(codes * layer.input_bits, buffer.port_bits);
        fetch.new_codes += codes;
    }
    return fetch;
}

int post_cycles(const PostProcessingParams& params, int row_tiles, int channels) {
    const int levels = row_tiles > 1 ? bits_for(static_cast<std::uint64_t>(row_tiles - 1)) : 0;
    return levels + ceil_div(channels, params.lanes) + params.pipeline_cycles;
}

std::int64_t tile_mvm_cycles(const MacroParams& params, const Stage& stage,
                             const TilePlacement& placement) {
    std::int64_t slowest = 0;
    for (const MacroPlacement& macro : placement.macros)
        slowest = std::max(
            slowest, mvm_timing(params, macro.rows, macro.columns, stage.mvm.input_bits).total);
    return slowest;
}

std::int64_t transfer_cycles(const InterconnectParams& params, std::int64_t bits) {
    return params.arbitration_cycles + (bits + params.width_bits - 1) / params.width_bits;
}

std::int64_t vector_bits(const Stage& stage, const TilePlacement& placement) {
    const int bits = stage.output_bits() == 0 ? kLogitBits : stage.output_bits();
    return std::int64_t{placement.channels} * bits;
}

std::int64_t pooling_bits(const Stage& stage, const TilePlacement& placement) {
    std::int64_t bits = 0;
    for (const PoolLayer& pool : stage.pools)
        bits +=
            std::int64_t{pool.window.kernel_h} * pool.input.width * placement.channels * pool.bits;
    return bits;
}

int output_queue_vectors(const TileParams& params, const Stage& stage,
                         const TilePlacement& placement) {
    const std::int64_t free =
        std::int64_t{params.output_buffer.bytes} * 8 - pooling_bits(stage, placement);
    return static_cast<int>(std::max<std::int64_t>(1, free / vector_bits(stage, placement)));
}

std::vector<int> departure_windows(const Stage& stage) {
    std::vector<int> departures;
    std::vector<PoolSchedule> pools(stage.pools.begin(), stage.pools.end());
    const auto push = [&](const auto& self, std::size_t level, int window, int pixel) -> void {
        if (level == pools.size()) {
            departures.push_back(window);
            return;
        }
        for (const int out : pools[level].completed_by(pixel)) self(self, level + 1, window, out);
    };
    for (int window = 0; window < stage.mvm.output.pixels(); ++window)
        push(push, 0, window, window);
    return departures;
}

std::int64_t stage_cycles(const AcceleratorParams& params, const Stage& stage) {
    const TilePlacement& tile = stage.tiles.front();
    const std::int64_t mvm = tile_mvm_cycles(params.macro, stage, tile);
    const std::int64_t post =
        post_cycles(params.tile.post_processing, tile.row_tiles, tile.channels);
    const std::int64_t send = transfer_cycles(params.interconnect, vector_bits(stage, tile));
    const int queue = output_queue_vectors(params.tile, stage, tile);
    const std::vector<int> departures = departure_windows(stage);

    std::vector<std::int64_t> sent;  // end of each vector's transfer
    std::int64_t issued = 0;         // input register free
    std::vector<std::int64_t> handed_over(static_cast<std::size_t>(tile.copies));  // copy free
    std::int64_t post_free = 0;
    std::size_t next = 0;
    for (int window = 0; window < stage.mvm.output.pixels(); ++window) {
        const int width = stage.mvm.output.width;
        const std::int64_t fetched = issued + window_fetch(params.tile.input_buffer, stage.mvm,
                                                           window / width, window % width)
                                                  .cycles();
        std::int64_t& copy_free = handed_over[static_cast<std::size_t>(window % tile.copies)];
        issued = std::max(fetched, copy_free);
        copy_free = std::max(issued + mvm, post_free);
        post_free = copy_free + post;
        for (; next < departures.size() && departures[next] == window; ++next) {
            const auto full = static_cast<std::int64_t>(next) - queue;
            if (full >= 0) post_free = std::max(post_free, sent[static_cast<std::size_t>(full)]);
            const std::int64_t start = next == 0 ? post_free : std::max(post_free, sent[next - 1]);
            sent.push_back(start + send);
        }
    }
    return sent.back();
}

}  // namespace cimarron
