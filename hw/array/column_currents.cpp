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

// How a block's rows share in the squared line current, where A enters the block and B leaves it:
//   sum over its segments of T^2 = above A^2 + across A B + below B^2
// T grows from A to B by the part of the driven lines that lie above the segment. The mean f of
// that part is known; its mean square is when the lines are spread evenly (a third) and when all
// sit at one end (none or all), and goes through these.
struct Growth {
    float above, across, below;
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
    const float below = f * (1 + f * (2 / all)) * (1.0F / 3);
    return {all - 2 * f + below, 2 * (f - below), below};
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

// Sums of several planes, for DACs of several bits.
template <int kTile, int kBlock>
inline CIMARRON_INLINE void add_planes(const Raised<kBlock>& raised, const std::uint16_t* rows,
                                       int stride, std::int32_t* sums) {
    for (int i = 0; i < kTile; ++i) sums[i] = 0;
    for (int k = 0; k < raised.lines.plane_count; ++k) {
        std::uint16_t plane[kTile] = {};
        add_rows<kTile>(raised.plane(k), rows, stride, plane);
        for (int i = 0; i < kTile; ++i) sums[i] += plane[i] << k;
    }
}

// A block's currents into the sums of those above it, of which the first has none.
template <int kTile, bool kFirst, bool kLoss, class Own>
inline CIMARRON_INLINE void add_block(const Own* block, const Growth& g, float* total,
                                      float* lost) {
    for (int i = 0; i < kTile; ++i) {
        const auto own = static_cast<float>(block[i]);
        const float above = kFirst ? 0.0F : total[i];
        total[i] = above + own;
        if (kLoss && kFirst) lost[i] = g.below * own * own;
        if (kLoss && !kFirst)
            lost[i] = std::fma(above, std::fma(g.above, above, g.across * total[i]), lost[i]);
    }
}

template <int kTile, bool kFirst, bool kLoss, int kBlock>
inline CIMARRON_INLINE void block_currents(const Raised<kBlock>& raised,
                                           const std::uint16_t* conductances, int stride,
                                           const Growth& g, float* total, float* lost) {
    const std::uint16_t* block = conductances + static_cast<std::ptrdiff_t>(raised.first) * stride;
    if (raised.lines.plane_count == 1) {
        std::uint16_t own[kTile] = {};
        add_rows<kTile>(raised.plane(0), block, stride, own);
        add_block<kTile, kFirst, kLoss>(own, g, total, lost);
    } else {
        std::int32_t own[kTile];
        add_planes<kTile>(raised, block, stride, own);
        add_block<kTile, kFirst, kLoss>(own, g, total, lost);
    }
}

template <int kTile, int kBlock, bool kLoss>
inline CIMARRON_INLINE void tile_currents(const DrivenWordLines& lines, int rows,
                                          const std::uint16_t* conductances, int stride,
                                          float* sums, float* loss) {
    float total[kTile];
    float lost[kTile];
    const auto block_growth = [rows](const Raised<kBlock>& raised) CIMARRON_INLINE {
        return kLoss ? growth(raised, std::min(kBlock, rows - raised.first)) : Growth{};
    };
    const Raised<kBlock> top{lines, 0};
    block_currents<kTile, true, kLoss>(top, conductances, stride, block_growth(top), total, lost);
    float below = 0;  // what leaves a block enters the next: their shares of it are added at once
    for (int first = kBlock; first < rows; first += kBlock) {
        const Raised<kBlock> raised{lines, first};
        Growth g = block_growth(raised);
        const float entering = below;
        below = g.below;
        g.above += entering;
        block_currents<kTile, false, kLoss>(raised, conductances, stride, g, total, lost);
    }
    for (int i = 0; i < kTile; ++i) sums[i] = total[i] * kStep;
    for (int i = 0; kLoss && i < kTile; ++i)
        loss[i] = std::fma(below * total[i], total[i], lost[i]) * (kStep * kStep);
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
