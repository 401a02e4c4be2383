// SPDX-License-Identifier: Apache-2.0
#include "hw/array/column_currents.h"

#include "common/multiversion.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr float kStep = 1.0F / kConductanceSteps;

// Rows of a block whose line is raised, by bit plane.
template <int kBlock>
struct Raised {
    const DrivenWordLines& lines;
    int first;
    std::uint32_t plane(int k) const {
        const Word word = lines.planes[k * lines.words + first / kWordBits] >> (first % kWordBits);
        return static_cast<std::uint32_t>(word & ((Word{1} << kBlock) - 1));
    }
};

inline CIMARRON_INLINE std::uint32_t sum_of_positions(std::uint32_t bits) {
    constexpr std::uint32_t kPositionsWithBit[] = {0xaaaaaaaau, 0xccccccccu, 0xf0f0f0f0u,
                                                   0xff00ff00u, 0xffff0000u};
    std::uint32_t sum = 0;
    for (int b = 0; b < 5; ++b)
        sum += static_cast<std::uint32_t>(__builtin_popcount(bits & kPositionsWithBit[b])) << b;
    return sum;
}

// How the current of a block's rows, P, adds to the current that enters it, A, from segment to
// segment: as A + P f. The sums over the segments of 1, 2 f and f^2; the last is known when the
// lines are spread evenly (a third of the rows) and when all sit at one end (none or all of them),
// and goes through these.
struct Growth {
    float rows, twice, square;
};

template <int kBlock>
inline CIMARRON_INLINE Growth growth(const Raised<kBlock>& raised, int rows) {
    std::uint32_t units = 0;
    std::uint32_t positions = 0;
    for (int k = 0; k < raised.lines.plane_count; ++k) {
        const std::uint32_t plane = raised.plane(k);
        units += static_cast<std::uint32_t>(__builtin_popcount(plane)) << k;
        positions += sum_of_positions(plane) << k;
    }
    const auto all = static_cast<float>(rows);
    if (units == 0) return {all, 0, 0};
    const float f = all - static_cast<float>(positions) / static_cast<float>(units);
    return {all, 2 * f, f * (1 + 2 * f / all) / 3};
}

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

template <int kTile, int kBlock>
inline CIMARRON_INLINE void block_currents(const Raised<kBlock>& raised, const std::uint16_t* rows,
                                           int stride, float* currents) {
    std::int32_t sums[kTile];
    for (int k = 0; k < raised.lines.plane_count; ++k) {
        std::uint16_t plane[kTile] = {};
        add_rows<kTile>(raised.plane(k), rows, stride, plane);
        for (int i = 0; i < kTile; ++i) sums[i] = (k == 0 ? 0 : sums[i]) + (plane[i] << k);
    }
    for (int i = 0; i < kTile; ++i) currents[i] = static_cast<float>(sums[i]);
}

template <int kTile, int kBlock, bool kLoss>
inline CIMARRON_INLINE void tile_currents(const DrivenWordLines& lines, int rows,
                                          const std::uint16_t* conductances, int stride,
                                          float* sums, float* loss) {
    float total[kTile];
    float lost[kTile];
    for (int first = 0; first < rows; first += kBlock) {
        const Raised<kBlock> raised{lines, first};
        const Growth g = kLoss ? growth(raised, std::min(kBlock, rows - first)) : Growth{};
        float block[kTile];
        block_currents<kTile, kBlock>(
            raised, conductances + static_cast<std::ptrdiff_t>(first) * stride, stride, block);
        if (first == 0) {
            for (int i = 0; i < kTile; ++i) {
                lost[i] = g.square * (block[i] * block[i]);
                total[i] = block[i];
            }
            continue;
        }
        for (int i = 0; i < kTile; ++i) {
            const float entering = std::fma(g.rows, total[i], g.twice * block[i]);
            lost[i] =
                std::fma(total[i], entering, std::fma(g.square * block[i], block[i], lost[i]));
            total[i] += block[i];
        }
    }
    for (int i = 0; i < kTile; ++i) sums[i] = total[i] * kStep;
    for (int i = 0; kLoss && i < kTile; ++i) loss[i] = lost[i] * (kStep * kStep);
}

template <int kBlock, bool kLoss>
inline CIMARRON_INLINE void currents(const DrivenWordLines& lines, int rows,
                                     const std::uint16_t* conductances, int stride, float* sums,
                                     float* loss) {
    int c = 0;
    for (; stride - c >= 128; c += 128)
        tile_currents<128, kBlock, kLoss>(lines, rows, conductances + c, stride, sums + c,
                                          loss + c);
    for (; stride - c >= 64; c += 64)
        tile_currents<64, kBlock, kLoss>(lines, rows, conductances + c, stride, sums + c, loss + c);
    for (; stride - c >= 32; c += 32)
        tile_currents<32, kBlock, kLoss>(lines, rows, conductances + c, stride, sums + c, loss + c);
}

}  // namespace

CIMARRON_MULTIVERSION
void column_currents(const DrivenWordLines& lines, int rows, const std::uint16_t* conductances,
                     int stride, float* sums, float* loss) {
    constexpr int kLargestBlock = 32;
    constexpr int kFewRows = 64;
    if (loss == nullptr)
        currents<kLargestBlock, false>(lines, rows, conductances, stride, sums, sums);
    else if (rows > kFewRows)
        currents<kLargestBlock, true>(lines, rows, conductances, stride, sums, loss);
    else
        currents<kLargestBlock / 2, true>(lines, rows, conductances, stride, sums, loss);
}

}  // namespace cimarron
