// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/column_kernels.h"

#include "common/multiversion.h"

#include <algorithm>
#include <type_traits>
#ifdef CIMARRON_VECTOR_POPCOUNT
#include <immintrin.h>
#endif

namespace cimarron {

namespace {

template <int kValue>
using Constant = std::integral_constant<int, kValue>;

inline CIMARRON_INLINE std::int64_t count_lines(const SlicedWindows& planes, int words) {
    std::int64_t lines = 0;
    for (int i = 0; i < planes.count; ++i) {
        const Word* plane = planes.windows[i] + planes.first_word * planes.word_stride;
        for (int s = 0; s < planes.slices; ++s, plane += planes.plane_stride)
            for (int w = 0; w < words; ++w)
                lines += __builtin_popcountll(plane[w * planes.word_stride]);
    }
    return lines;
}

// One window. Constants keep the words of all slices in registers; 0: any number.
template <int kWords, int kSlices, bool kMayClip>
inline CIMARRON_INLINE void convert_window(const Word* planes, const SlicedWindows& all,
                                           const ColumnWords& columns, std::int32_t top, bool first,
                                           std::int32_t* sums, ColumnTotals& totals) {
    const int words = kWords == 0 ? columns.words : kWords;
    const int slices = kSlices == 0 ? all.slices : kSlices;
    const auto word = [&](int s, int w) CIMARRON_INLINE {
        return planes[s * all.plane_stride + w * all.word_stride];
    };
    std::int32_t units = 0, code_sum = 0, clipped = 0;
    for (int c = 0; c < columns.stride; ++c) {
        std::int32_t column = 0;
        for (int s = 0; s < slices; ++s) {
            std::int32_t sum = 0;
            for (int w = 0; w < words; ++w)
                sum += __builtin_popcountll(word(s, w) & columns.cells[w * columns.stride + c]);
            units += sum;
            if (kMayClip) {
                clipped += sum > top ? 1 : 0;
                sum = std::min(sum, top);
                code_sum += sum;
            }
            column += sum << s;
        }
        sums[c] = first ? column : sums[c] + column;
    }
    totals.units += units;
    totals.code_sum += kMayClip ? code_sum : units;
    totals.clipped += clipped;
}

template <int kWords, int kSlices, bool kMayClip>
inline CIMARRON_INLINE ColumnTotals convert(const SlicedWindows& planes, const ColumnWords& columns,
                                            std::int32_t top, bool first, std::int32_t* sums) {
    ColumnTotals all;
    all.lines = count_lines(planes, columns.words);
    for (int i = 0; i < planes.count; ++i, sums += columns.stride)
        convert_window<kWords, kSlices, kMayClip>(
            planes.windows[i] + planes.first_word * planes.word_stride, planes, columns, top, first,
            sums, all);
    return all;
}

template <bool kMayClip>
inline CIMARRON_INLINE ColumnTotals convert_slices(const SlicedWindows& planes,
                                                   const ColumnWords& columns, std::int32_t top,
                                                   bool first, std::int32_t* sums) {
    const auto run = [&](auto words, auto slices) CIMARRON_INLINE {
        return convert<words, slices, kMayClip>(planes, columns, top, first, sums);
    };
    const auto of_words = [&](auto words) CIMARRON_INLINE {
        return planes.slices == 1   ? run(words, Constant<1>{})
               : planes.slices == 2 ? run(words, Constant<2>{})
               : planes.slices == 4 ? run(words, Constant<4>{})
               : planes.slices == 8 ? run(words, Constant<8>{})
                                    : run(words, Constant<0>{});
    };
    return columns.words == 1   ? of_words(Constant<1>{})
           : columns.words == 2 ? of_words(Constant<2>{})
                                : of_words(Constant<0>{});
}

CIMARRON_MULTIVERSION
ColumnTotals convert_anywhere(const SlicedWindows& planes, const ColumnWords& columns,
                              bool may_clip, std::int32_t top, bool first, std::int32_t* sums) {
    return may_clip ? convert_slices<true>(planes, columns, top, first, sums)
                    : convert_slices<false>(planes, columns, top, first, sums);
}

#ifdef CIMARRON_VECTOR_POPCOUNT
// Eight columns at a time, of all windows: their cells stay in registers.
using Eight = Word __attribute__((vector_size(64)));

CIMARRON_VECTOR_POPCOUNT inline Eight popcounts(Eight x) {
    return reinterpret_cast<Eight>(_mm512_popcnt_epi64(reinterpret_cast<__m512i>(x)));
}
CIMARRON_VECTOR_POPCOUNT inline Eight eight(const Word* words) {
    return reinterpret_cast<Eight>(_mm512_loadu_si512(words));
}
CIMARRON_VECTOR_POPCOUNT inline std::int64_t total(Eight x) {
    Word sum = 0;
    for (int i = 0; i < kColumnLanes; ++i) sum += x[i];
    return static_cast<std::int64_t>(sum);
}
// Their sums, added to what earlier row groups gave.
CIMARRON_VECTOR_POPCOUNT inline void put(Eight x, bool first, std::int32_t* sums) {
    auto* place = reinterpret_cast<__m256i*>(sums);
    __m256i all = _mm512_maskz_cvtepi64_epi32(0xff, reinterpret_cast<__m512i>(x));
    if (!first) all = _mm256_add_epi32(all, _mm256_loadu_si256(place));
    _mm256_storeu_si256(place, all);
}

template <int kWords, bool kMayClip>
CIMARRON_VECTOR_POPCOUNT inline ColumnTotals convert_eights(const SlicedWindows& planes,
                                                            const ColumnWords& columns,
                                                            std::int32_t top, bool first,
                                                            std::int32_t* sums) {
    const int words = kWords == 0 ? columns.words : kWords;
    const int word_stride = planes.word_stride;
    const Eight last = Eight{} + static_cast<Word>(top);
    const auto past_last = planes.slices * planes.plane_stride + planes.first_word * word_stride;
    Eight units{};
    Eight code_sum{};
    Eight clipped{};
    for (int c = 0; c < columns.stride; c += kColumnLanes)
        for (int i = 0; i < planes.count; ++i) {
            const Word* plane = planes.windows[i] + past_last;
            Eight column{};
            for (int s = 0; s < planes.slices; ++s) {  // the last first, each twice the one before
                plane -= planes.plane_stride;
                Eight sum{};
                for (int w = 0; w < words; ++w)
                    sum += popcounts((Eight{} + plane[w * word_stride]) &
                                     eight(columns.cells + w * columns.stride + c));
                units += sum;
                if (kMayClip) {
                    clipped -= reinterpret_cast<Eight>(sum > last);
                    sum = sum > last ? last : sum;
                    code_sum += sum;
                }
                column += column + sum;
            }
            put(column, first, sums + i * columns.stride + c);
        }
    const std::int64_t all = total(units);
    return {count_lines(planes, words), all, kMayClip ? total(code_sum) : all, total(clipped)};
}

template <bool kMayClip>
CIMARRON_VECTOR_POPCOUNT ColumnTotals convert_by_vectors(const SlicedWindows& planes,
                                                         const ColumnWords& columns,
                                                         std::int32_t top, bool first,
                                                         std::int32_t* sums) {
    const ColumnTotals totals =
        columns.words == 1   ? convert_eights<1, kMayClip>(planes, columns, top, first, sums)
        : columns.words == 2 ? convert_eights<2, kMayClip>(planes, columns, top, first, sums)
                             : convert_eights<0, kMayClip>(planes, columns, top, first, sums);
    _mm256_zeroupper();
    return totals;
}
const bool kVectorPopcount = __builtin_cpu_supports("avx512vpopcntdq") != 0;
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

ColumnTotals convert_all_slices(const SlicedWindows& planes, const ColumnWords& columns, int rows,
                                std::int32_t top, bool first, std::int32_t* sums) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectorPopcount)
        return rows > top ? convert_by_vectors<true>(planes, columns, top, first, sums)
                          : convert_by_vectors<false>(planes, columns, top, first, sums);
#endif
    return convert_anywhere(planes, columns, rows > top, top, first, sums);
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
