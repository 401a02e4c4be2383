// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/ir_drop_weights.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

inline CIMARRON_INLINE float to_float(std::uint32_t x) {
    return static_cast<float>(static_cast<std::int32_t>(x));
}

// Of all evaluations, in turn.
struct Sums {
    float* __restrict all;    // DAC units of the blocks so far; then 1 / all of them
    float* __restrict below;  // sum of g over the segments below the block, times all units
    float* __restrict losses;
};

// A block, from the top. Within it the part of its units that lie above a segment has the mean f;
// its mean square is when the lines are spread evenly (a third) and when all sit at one end (none
// or all), and goes through these.
//   weights: sum of g over the segments below a unit within the block, times all units, on average
//   after: sum of g over the block's segments, times all units
inline CIMARRON_INLINE void add(const std::uint32_t* units, const std::uint32_t* places, int rows,
                                int count, float* __restrict all, float* __restrict weights,
                                float* __restrict after) {
    const auto height = static_cast<float>(rows);
    const float twice_each = 2 / height;
    for (int e = 0; e < count; ++e) {
        const float own = to_float(units[e]);
        const float f = height - to_float(places[e]) / std::max(own, 1.0F);
        const float squares = f * (1 + f * twice_each) * (1.0F / 3);
        weights[e] = all[e] * f + own * squares;
        after[e] = all[e] * height + own * f;
        all[e] += own;
    }
}

// The same from the bottom.
inline CIMARRON_INLINE void finish(const std::uint32_t* units, const float* after, int count,
                                   const Sums& sums, float* __restrict weights) {
    for (int e = 0; e < count; ++e) {
        const float weight = (weights[e] + sums.below[e]) * sums.all[e];
        weights[e] = weight;
        sums.below[e] += after[e];
        sums.losses[e] += weight * to_float(units[e]) * sums.all[e];
    }
}

inline CIMARRON_INLINE void weigh_blocks(const std::uint32_t* units, const std::uint32_t* places,
                                         int rows, int count, const Sums& sums, float* weights,
                                         float* after) {
    const int block_rows = row_block(rows);
    const int blocks = ceil_div(rows, block_rows);
    for (int e = 0; e < count; ++e) sums.all[e] = sums.below[e] = sums.losses[e] = 0;
    for (int b = 0; b < blocks; ++b)
        add(units + b * count, places + b * count, std::min(block_rows, rows - b * block_rows),
            count, sums.all, weights + b * count, after + b * count);
    for (int e = 0; e < count; ++e) sums.all[e] = 1 / std::max(sums.all[e], 1.0F);
    for (int b = blocks - 1; b >= 0; --b)
        finish(units + b * count, after + b * count, count, sums, weights + b * count);
}

// One evaluation's sums stay in registers.
CIMARRON_MULTIVERSION
void weigh(const std::uint32_t* units, const std::uint32_t* places, int rows, int count,
           const Sums& sums, float* weights, float* after) {
    if (count > 1) return weigh_blocks(units, places, rows, count, sums, weights, after);
    float all = 0, below = 0, losses = 0;
    weigh_blocks(units, places, rows, 1, {&all, &below, &losses}, weights, after);
    sums.losses[0] = losses;
}

}  // namespace

void IrDropWeights::set(const std::vector<std::uint32_t>& units,
                        const std::vector<std::uint32_t>& places, int rows, int evaluations) {
    evaluations_ = evaluations;
    weights_.resize(units.size());
    after_.resize(units.size());
    const auto count = static_cast<std::size_t>(evaluations);
    all_.resize(count);
    below_.resize(count);
    losses_.resize(count);
    weigh(units.data(), places.data(), rows, evaluations,
          {all_.data(), below_.data(), losses_.data()}, weights_.data(), after_.data());
}

}  // namespace cimarron
