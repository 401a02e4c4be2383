// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/column_kernels.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

// Words and slices are constants here, so that the loop over columns is vectorized.
template <int kWords, int kSlices, bool kMayClip>
inline CIMARRON_INLINE ColumnTotals convert_columns(const Word* planes, const Word* columns,
                                                    int count, std::int32_t lines, std::int32_t top,
                                                    std::int32_t* sums) {
    std::int32_t units = 0;
    std::int32_t code_sum = 0;
    std::int32_t clipped = 0;
    for (int c = 0; c < count; ++c) {
        std::int32_t column = 0;
        for (int s = 0; s < kSlices; ++s) {
            std::int32_t sum = 0;
            for (int w = 0; w < kWords; ++w)
                sum += __builtin_popcountll(planes[s * kWords + w] & columns[c * kWords + w]);
            const std::int32_t code = !kMayClip || sum < top ? sum : top;
            units += sum;
            code_sum += code;
            clipped += kMayClip && sum > top ? 1 : 0;
            column += code << s;
        }
        sums[c] += column;
    }
    return {lines, units, code_sum, clipped};
}

// A column's sum is at most the number of lines that its slice raises.
template <int kWords, int kSlices>
inline CIMARRON_INLINE ColumnTotals convert(const Word* planes, const Word* columns, int count,
                                            std::int32_t top, std::int32_t* sums) {
    std::int32_t lines = 0;
    bool may_clip = false;
    for (int s = 0; s < kSlices; ++s) {
        std::int32_t raised = 0;
        for (int w = 0; w < kWords; ++w) raised += __builtin_popcountll(planes[s * kWords + w]);
        may_clip = may_clip || raised > top;
        lines += raised;
    }
    return may_clip
               ? convert_columns<kWords, kSlices, true>(planes, columns, count, lines, top, sums)
               : convert_columns<kWords, kSlices, false>(planes, columns, count, lines, top, sums);
}

inline CIMARRON_INLINE ColumnTotals convert_any(const Word* planes, int slices, const Word* columns,
                                                int words, int count, std::int32_t top,
                                                std::int32_t* sums) {
    ColumnTotals all;
    for (int i = 0; i < slices * words; ++i) all.lines += __builtin_popcountll(planes[i]);
    for (int s = 0; s < slices; ++s)
        for (int c = 0; c < count; ++c) {
            std::int32_t sum = 0;
            for (int w = 0; w < words; ++w)
                sum += __builtin_popcountll(planes[s * words + w] & columns[c * words + w]);
            const std::int32_t code = std::min(sum, top);
            all.units += sum;
            all.code_sum += code;
            all.clipped += sum > top ? 1 : 0;
            sums[c] += code << s;
        }
    return all;
}

inline CIMARRON_INLINE ColumnTotals convert_slices(const Word* planes, int slices,
                                                   const Word* columns, int words, int count,
                                                   std::int32_t top, std::int32_t* sums) {
    constexpr int kTwoWords = 100;
    switch (slices + (words == 2 ? kTwoWords : 0) + (words > 2 ? 2 * kTwoWords : 0)) {
        case 1:
            return convert<1, 1>(planes, columns, count, top, sums);
        case 2:
            return convert<1, 2>(planes, columns, count, top, sums);
        case 4:
            return convert<1, 4>(planes, columns, count, top, sums);
        case 8:
            return convert<1, 8>(planes, columns, count, top, sums);
        case kTwoWords + 1:
            return convert<2, 1>(planes, columns, count, top, sums);
        case kTwoWords + 2:
            return convert<2, 2>(planes, columns, count, top, sums);
        case kTwoWords + 4:
            return convert<2, 4>(planes, columns, count, top, sums);
        case kTwoWords + 8:
            return convert<2, 8>(planes, columns, count, top, sums);
        default:
            return convert_any(planes, slices, columns, words, count, top, sums);
    }
}

CIMARRON_MULTIVERSION
ColumnTotals convert_anywhere(const Word* planes, int slices, const Word* columns, int words,
                              int count, std::int32_t top, std::int32_t* sums) {
    return convert_slices(planes, slices, columns, words, count, top, sums);
}

#ifdef CIMARRON_VECTOR_POPCOUNT
CIMARRON_VECTOR_POPCOUNT
ColumnTotals convert_by_vectors(const Word* planes, int slices, const Word* columns, int words,
                                int count, std::int32_t top, std::int32_t* sums) {
    return convert_slices(planes, slices, columns, words, count, top, sums);
}
const bool kVectorPopcount = __builtin_cpu_supports("avx512vpopcntdq") != 0;
#endif

// Of kSlices slices; kWords 0: of any number of words.
template <int kWords, int kSlices>
inline CIMARRON_INLINE std::int64_t count_columns(const Word* __restrict planes,
                                                  const Word* __restrict columns, int any_words,
                                                  int count, int stride,
                                                  std::int32_t* __restrict sums) {
    const int words = kWords == 0 ? any_words : kWords;
    std::int32_t units = 0;
    for (int c = 0; c < count; ++c)
        for (int s = 0; s < kSlices; ++s) {
            std::int32_t sum = 0;
            for (int w = 0; w < words; ++w)
                sum += __builtin_popcountll(planes[s * words + w] & columns[c * words + w]);
            sums[s * stride + c] = sum;
            units += sum;
        }
    return units;
}

inline CIMARRON_INLINE std::int64_t count_slices(const Word* planes, int slices,
                                                 const Word* columns, int words, int count,
                                                 int stride, std::int32_t* sums,
                                                 std::int32_t* lines) {
    for (int s = 0; s < slices; ++s) {
        lines[s] = 0;
        for (int w = 0; w < words; ++w) lines[s] += __builtin_popcountll(planes[s * words + w]);
    }
    std::int64_t units = 0;
    int s = 0;
    for (; slices - s >= 4; s += 4, planes += 4 * words, sums += 4 * stride)
        units += words == 1   ? count_columns<1, 4>(planes, columns, 1, count, stride, sums)
                 : words == 2 ? count_columns<2, 4>(planes, columns, 2, count, stride, sums)
                              : count_columns<0, 4>(planes, columns, words, count, stride, sums);
    for (; s < slices; ++s, planes += words, sums += stride)
        units += words == 1   ? count_columns<1, 1>(planes, columns, 1, count, stride, sums)
                 : words == 2 ? count_columns<2, 1>(planes, columns, 2, count, stride, sums)
                              : count_columns<0, 1>(planes, columns, words, count, stride, sums);
    return units;
}

CIMARRON_MULTIVERSION
std::int64_t count_anywhere(const Word* planes, int slices, const Word* columns, int words,
                            int count, int stride, std::int32_t* sums, std::int32_t* lines) {
    return count_slices(planes, slices, columns, words, count, stride, sums, lines);
}

#ifdef CIMARRON_VECTOR_POPCOUNT
CIMARRON_VECTOR_POPCOUNT
std::int64_t count_by_vectors(const Word* planes, int slices, const Word* columns, int words,
                              int count, int stride, std::int32_t* sums, std::int32_t* lines) {
    return count_slices(planes, slices, columns, words, count, stride, sums, lines);
}
#endif

template <int kBits>
inline CIMARRON_INLINE void add_channels(const std::int32_t* codes, int channels, int shift,
                                         std::int32_t* sums) {
    for (int o = 0; o < channels; ++o) {
        std::int32_t sum = 0;
        for (int k = 0; k < kBits; ++k) sum += codes[o * kBits + k] << k;
        sums[o] += sum << shift;
    }
}

}  // namespace

ColumnTotals convert_all_slices(const Word* planes, int slices, const Word* columns, int words,
                                int column_count, std::int32_t top, std::int32_t* sums) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectorPopcount)
        return convert_by_vectors(planes, slices, columns, words, column_count, top, sums);
#endif
    return convert_anywhere(planes, slices, columns, words, column_count, top, sums);
}

std::int64_t count_all_slices(const Word* planes, int slices, const Word* columns, int words,
                              int column_count, int stride, std::int32_t* sums,
                              std::int32_t* lines) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectorPopcount)
        return count_by_vectors(planes, slices, columns, words, column_count, stride, sums, lines);
#endif
    return count_anywhere(planes, slices, columns, words, column_count, stride, sums, lines);
}

CIMARRON_MULTIVERSION
void shift_add(const std::int32_t* codes, int first_column, int count, int weight_bits, int shift,
               std::int32_t* sums) {
    if (weight_bits == 1) return add_channels<1>(codes, count, shift, sums + first_column);
    if (weight_bits == 8 && first_column % 8 == 0 && count % 8 == 0)
        return add_channels<8>(codes, count / 8, shift, sums + first_column / 8);
    int channel = first_column / weight_bits;
    int weight_bit = first_column % weight_bits;
    for (int i = 0; i < count; ++i) {
        sums[channel] += codes[i] << (shift + weight_bit);
        if (++weight_bit == weight_bits) {
            weight_bit = 0;
            ++channel;
        }
    }
}

}  // namespace cimarron
