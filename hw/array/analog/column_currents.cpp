// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/column_currents.h"

#include "common/multiversion.h"
#include "hw/array/analog/ir_drop_weights.h"

#include <cmath>

namespace cimarron {

namespace {

constexpr float kStep = 1.0F / kConductanceSteps;

// A tile's columns are summed together, in registers.
template <int kTile>
inline CIMARRON_INLINE void add_rows(std::uint32_t raised, const std::uint16_t* rows, int stride,
                                     std::uint16_t* sums) {
    for (; raised != 0; raised &= raised - 1) {
        const std::uint16_t* row =
            rows + static_cast<std::ptrdiff_t>(__builtin_ctz(raised)) * stride;
        for (int i = 0; i < kTile; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + row[i]);
    }
}

template <int kTile, bool kMoments, class Own>
inline CIMARRON_INLINE void add_block(const Own* block, float weight, float* sums, float* moments) {
    for (int i = 0; i < kTile; ++i) {
        const auto own = static_cast<float>(block[i]);
        sums[i] += own;
        if (kMoments) moments[i] = std::fma(weight, own, moments[i]);
    }
}

template <int kTile, bool kMoments>
inline CIMARRON_INLINE void tile_currents(const DrivenWordLines& lines, int rows,
                                          const std::uint16_t* conductances, int stride,
                                          const float* weights, float* sums, float* moments) {
    const int block_rows = row_block(rows);
    float total[kTile] = {};
    float moment[kTile] = {};
    for (int first = 0; first < rows; first += block_rows) {
        const std::uint16_t* block = conductances + static_cast<std::ptrdiff_t>(first) * stride;
        const float weight = kMoments ? weights[first / block_rows] : 0;
        const auto add_plane = [&](int k, std::uint16_t* own) CIMARRON_INLINE {
            add_rows<kTile>(raised_in_block(lines.planes + k * lines.words, first, block_rows),
                            block, stride, own);
        };
        if (lines.plane_count == 1) {
            std::uint16_t own[kTile] = {};
            add_plane(0, own);
            add_block<kTile, kMoments>(own, weight, total, moment);
            continue;
        }
        std::int32_t codes[kTile] = {};
        for (int k = 0; k < lines.plane_count; ++k) {
            std::uint16_t own[kTile] = {};
            add_plane(k, own);
            for (int i = 0; i < kTile; ++i) codes[i] += own[i] << k;
        }
        add_block<kTile, kMoments>(codes, weight, total, moment);
    }
    for (int i = 0; i < kTile; ++i) sums[i] = total[i] * kStep;
    for (int i = 0; kMoments && i < kTile; ++i) moments[i] = moment[i] * kStep;
}

template <bool kMoments>
inline CIMARRON_INLINE void currents(const DrivenWordLines& lines, int rows,
                                     const std::uint16_t* conductances, int stride,
                                     const float* weights, float* sums, float* moments) {
    int c = 0;
    for (; stride - c >= 128; c += 128)
        tile_currents<128, kMoments>(lines, rows, conductances + c, stride, weights, sums + c,
                                     moments + c);
    for (; stride - c >= 64; c += 64)
        tile_currents<64, kMoments>(lines, rows, conductances + c, stride, weights, sums + c,
                                    moments + c);
    for (; stride - c >= 32; c += 32)
        tile_currents<32, kMoments>(lines, rows, conductances + c, stride, weights, sums + c,
                                    moments + c);
}

}  // namespace

CIMARRON_MULTIVERSION
void column_currents(const DrivenWordLines& lines, int rows, const std::uint16_t* conductances,
                     int stride, const float* weights, float* sums, float* moments) {
    weights == nullptr ? currents<false>(lines, rows, conductances, stride, weights, sums, sums)
                       : currents<true>(lines, rows, conductances, stride, weights, sums, moments);
}

}  // namespace cimarron
