// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/batch_currents.h"

#include "common/multiversion.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace cimarron {

namespace {

constexpr float kStep = 1.0F / kConductanceSteps;

// A line of conductances or half of one: a register of the widest processors, several of others.
using WholeSteps = std::uint16_t __attribute__((vector_size(2 * kColumnStep)));
using HalfSteps = std::uint16_t __attribute__((vector_size(kColumnStep)));

// Rows beyond the last conduct nothing.
CIMARRON_MULTIVERSION
void fill_subsets(const ConductanceLine* rows, std::size_t row_stride, int count,
                  ConductanceLine* subsets, const ConductanceLine* end) {
    for (int first = 0; subsets != end; first += kSubsetRows, subsets += kSubsets) {
        *subsets = {};
        for (int k = 0; k < std::min(kSubsetRows, count - first); ++k) {
            const ConductanceLine& row = rows[static_cast<std::size_t>(first + k) * row_stride];
            for (int j = 0; j < 1 << k; ++j)
                for (int c = 0; c < kColumnStep; ++c)
                    subsets[(1 << k) + j].steps[c] =
                        static_cast<std::uint16_t>(subsets[j].steps[c] + row.steps[c]);
        }
    }
}

// Where the subset of a block's rows 4 `four` .. 4 `four` + 3 lies, in bytes: one shift, one mask.
template <int kFour>
inline CIMARRON_INLINE const char* subset(const char* subsets, std::uint32_t raised) {
    constexpr int kLine = 6;  // the logarithm of a line's bytes
    static_assert(sizeof(ConductanceLine) == 1 << kLine);
    constexpr int kShift = kLine - kFour * kSubsetRows;
    const std::uint32_t place =
        kShift >= 0 ? raised << std::max(kShift, 0) : raised >> std::max(-kShift, 0);
    return subsets + (kFour * kSubsets << kLine) + (place & ((kSubsets - 1) << kLine));
}

template <class Steps, int... kFours>
inline CIMARRON_INLINE void add_fours(const char* subsets, std::uint32_t raised, Steps& sum,
                                      std::integer_sequence<int, kFours...>) {
    const auto add = [&sum](const char* line) CIMARRON_INLINE {
        Steps steps;
        std::memcpy(&steps, line, sizeof steps);
        sum += steps;
    };
    (add(subset<kFours>(subsets, raised)), ...);
}

// What a block's raised rows conduct.
template <int kBlock, class Steps>
inline CIMARRON_INLINE void sum_block(const ConductanceLine* subsets, std::uint32_t raised,
                                      Steps& sum) {
    sum = Steps{};
    add_fours(reinterpret_cast<const char*>(subsets), raised, sum,
              std::make_integer_sequence<int, kBlock / kSubsetRows>{});
}

struct Range {
    int begin, end;
};

template <class Steps, int kBlock, bool kMoments>
inline CIMARRON_INLINE void currents(const EvaluationBatch& batch, Range evaluations,
                                     const ConductanceLine* subsets, float* sums, float* moments) {
    constexpr int kColumns = sizeof(Steps) / sizeof(std::uint16_t);
    for (int e = evaluations.begin; e < evaluations.end; ++e) {
        float total[kColumns] = {};
        float moment[kColumns] = {};
        for (int b = 0; b < batch.blocks(); ++b) {
            Steps sum;
            sum_block<kBlock>(subsets + b * (kBlock / kSubsetRows * kSubsets), batch.raised(b)[e],
                              sum);
            std::uint16_t block[kColumns];
            std::memcpy(block, &sum, sizeof block);
            const float weight = batch.weights().of_block(b)[e];
#pragma GCC unroll 1
            for (int c = 0; c < kColumns; ++c) {
                const auto own = static_cast<float>(block[c]);
                total[c] += own;
                if (kMoments) moment[c] = std::fma(weight, own, moment[c]);
            }
        }
#pragma GCC unroll 1
        for (int c = 0; c < kColumns; ++c) sums[c] = total[c] * kStep;
        sums += kColumnStep;
        if (!kMoments) continue;
#pragma GCC unroll 1
        for (int c = 0; c < kColumns; ++c) moments[c] = moment[c] * kStep;
        moments += kColumnStep;
    }
}

template <class Steps>
inline CIMARRON_INLINE void currents_of(const EvaluationBatch& batch, Range evaluations,
                                        const ConductanceLine* subsets, float* sums,
                                        float* moments) {
    const bool fine = batch.block_rows() == 16;
    if (moments == nullptr)
        fine ? currents<Steps, 16, false>(batch, evaluations, subsets, sums, moments)
             : currents<Steps, 32, false>(batch, evaluations, subsets, sums, moments);
    else
        fine ? currents<Steps, 16, true>(batch, evaluations, subsets, sums, moments)
             : currents<Steps, 32, true>(batch, evaluations, subsets, sums, moments);
}

CIMARRON_MULTIVERSION
void add_subsets(const EvaluationBatch& batch, Range evaluations, const ConductanceLine* subsets,
                 bool few_columns, float* sums, float* moments) {
    few_columns ? currents_of<HalfSteps>(batch, evaluations, subsets, sums, moments)
                : currents_of<WholeSteps>(batch, evaluations, subsets, sums, moments);
}

}  // namespace

void sum_subsets(const ConductanceLine* conductances, std::size_t row_stride,
                 const EvaluationBatch& batch, std::vector<ConductanceLine>& subsets) {
    subsets.resize(
        static_cast<std::size_t>(batch.blocks() * (batch.block_rows() / kSubsetRows * kSubsets)));
    fill_subsets(conductances, row_stride, batch.rows(), subsets.data(),
                 subsets.data() + subsets.size());
}

void batch_currents(const EvaluationBatch& batch, int begin, int end,
                    const std::vector<ConductanceLine>& subsets, bool few_columns, float* sums,
                    float* moments) {
    add_subsets(batch, {begin, end}, subsets.data(), few_columns, sums, moments);
}

}  // namespace cimarron
