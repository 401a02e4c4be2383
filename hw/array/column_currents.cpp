// SPDX-License-Identifier: Apache-2.0
#include "hw/array/column_currents.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr int kBlockRows = 16;
constexpr int kBlocksPerWord = kWordBits / kBlockRows;
constexpr float kStep = 1.0F / kConductanceSteps;

// Rows of a block whose line is raised, added into 16-bit sums.
inline void add_rows(unsigned raised, const std::int16_t* rows, int stride, std::int16_t* sums) {
    for (; raised != 0; raised &= raised - 1) {
        const std::int16_t* row =
            rows + static_cast<std::ptrdiff_t>(__builtin_ctz(raised)) * stride;
        for (int i = 0; i < kColumnTile; ++i) sums[i] = static_cast<std::int16_t>(sums[i] + row[i]);
    }
}

inline void add_block(const DrivenWordLines& lines, int block, const std::int16_t* rows, int stride,
                      std::int32_t* sums) {
    for (int k = 0; k < lines.plane_count; ++k) {
        const Word word = lines.planes[k * lines.words + block / kBlocksPerWord];
        const auto raised =
            static_cast<unsigned>(word >> (block % kBlocksPerWord * kBlockRows)) & 0xffffu;
        if (raised == 0) continue;
        std::int16_t plane[kColumnTile] = {};
        add_rows(raised, rows, stride, plane);
        for (int i = 0; i < kColumnTile; ++i) sums[i] += plane[i] << k;
    }
}

}  // namespace

CIMARRON_MULTIVERSION
void column_currents(const DrivenWordLines& lines, int rows, const std::int16_t* conductances,
                     int stride, float* sums, float* loss) {
    for (int tile = 0; tile < stride; tile += kColumnTile) {
        std::int32_t total[kColumnTile] = {};
        float line_loss[kColumnTile] = {};
        for (int first = 0; first < rows; first += kBlockRows) {
            std::int32_t above[kColumnTile];
            std::copy(total, total + kColumnTile, above);
            const std::int16_t* block =
                conductances + static_cast<std::ptrdiff_t>(first) * stride + tile;
            add_block(lines, first / kBlockRows, block, stride, total);
            if (loss == nullptr) continue;
            // Evenly spread over the block's segments, the line current grows linearly.
            const auto segments = static_cast<float>(std::min(kBlockRows, rows - first)) / 3;
            for (int i = 0; i < kColumnTile; ++i) {
                const float a = static_cast<float>(above[i]) * kStep;
                const float b = static_cast<float>(total[i]) * kStep;
                line_loss[i] += segments * (a * a + a * b + b * b);
            }
        }
        for (int i = 0; i < kColumnTile; ++i) sums[tile + i] = static_cast<float>(total[i]) * kStep;
        if (loss != nullptr) std::copy(line_loss, line_loss + kColumnTile, loss + tile);
    }
}

// tanh(x) / x by its continued fraction in y = x^2, within 0.3 % up to x = 4.
CIMARRON_MULTIVERSION
void apply_ir_drop(float wire, float lead, int count, const float* loss, float* sums) {
    constexpr float kNoCurrent = 1e-6F;
    for (int c = 0; c < count; ++c) {
        const float current = std::max(sums[c], kNoCurrent);
        const float y = 3 * wire * (loss[c] / current + lead * current);
        sums[c] *= (945 + y * (105 + y)) / (945 + y * (420 + 15 * y));
    }
}

}  // namespace cimarron
