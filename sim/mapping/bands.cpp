// SPDX-License-Identifier: Apache-2.0
#include "sim/mapping/bands.h"

#include "common/bits.h"

#include <algorithm>
#include <numeric>

namespace cimarron {

namespace {

constexpr int kLeastGain = 8;  // rows of which one may be computed again

const PoolLayer* pool(const Stage& stage, int post) {
    return std::get_if<PoolLayer>(&stage.post[static_cast<std::size_t>(post)].layer);
}

int source(const Stage& stage, int post) {
    return stage.post[static_cast<std::size_t>(post)].source;
}

// Rows of the MVM layer's output from and up to which row y of a post layer's (-1: its own) reads.
int first_row(const Stage& stage, int post, int y) {
    if (post < 0) return y;
    if (const PoolLayer* p = pool(stage, post))
        y = std::clamp(y * p->window.stride_h - p->window.pad_top, 0, p->input.height - 1);
    return first_row(stage, source(stage, post), y);
}
int last_row(const Stage& stage, int post, int y) {
    if (post < 0) return y;
    if (const PoolLayer* p = pool(stage, post))
        y = std::clamp(y * p->window.stride_h - p->window.pad_top + p->window.kernel_h - 1, 0,
                       p->input.height - 1);
    return last_row(stage, source(stage, post), y);
}

// The first row that what rows [from, to) complete reads.
int halo(const Stage& stage, int from, int to) {
    int first = from;
    for (int post = 0; post < static_cast<int>(stage.post.size()); ++post) {
        const PoolLayer* p = pool(stage, post);
        for (int y = 0; p != nullptr && y < p->output.height; ++y) {
            const int last = last_row(stage, post, y);
            if (last >= from && last < to) first = std::min(first, first_row(stage, post, y));
        }
    }
    return first;
}

int computed(const Stage& stage, int bands, int block) {
    int most = 0;
    for (int band = 0; band < bands; ++band)
        most = std::max(most, static_cast<int>(band_rows(stage, bands, band, block).size()));
    return most;
}

}  // namespace

int pooling_rows(const Stage& stage) {
    std::vector<int> strides;  // of each post layer's rows
    int all = 1;
    for (int post = 0; post < static_cast<int>(stage.post.size()); ++post) {
        const int from = source(stage, post);
        const PoolLayer* p = pool(stage, post);
        strides.push_back((from < 0 ? 1 : strides[static_cast<std::size_t>(from)]) *
                          (p != nullptr ? p->window.stride_h : 1));
        all = std::lcm(all, strides.back());
    }
    return std::min(all, stage.mvm.output.height);
}

std::vector<BandRow> band_rows(const Stage& stage, int bands, int index, int block) {
    const int height = stage.mvm.output.height;
    std::vector<bool> sent(static_cast<std::size_t>(height));
    std::vector<bool> needed(sent);
    for (int from = index * block; from < height; from += bands * block) {
        const int to = std::min(from + block, height);
        for (int y = halo(stage, from, to); y < to; ++y) {
            needed[static_cast<std::size_t>(y)] = true;
            if (y >= from) sent[static_cast<std::size_t>(y)] = true;
        }
    }
    std::vector<BandRow> rows;
    for (int y = 0; y < height; ++y)
        if (needed[static_cast<std::size_t>(y)])
            rows.push_back({y, sent[static_cast<std::size_t>(y)]});
    return rows;
}

int block_rows(const Stage& stage, int bands, Dataflow dataflow) {
    const int unit = pooling_rows(stage);
    const int whole = ceil_div(ceil_div(stage.mvm.output.height, unit), bands) * unit;
    if (dataflow == Dataflow::sequential) return whole;
    for (int block = unit; block < whole; block += unit)
        if (kLeastGain * computed(stage, bands, block) <= (kLeastGain + 1) * whole) return block;
    return whole;
}

}  // namespace cimarron
