// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/column_kernels.h"

#include "common/multiversion.h"

#include <algorithm>

namespace cimarron {

namespace {

// Words and slices are constants here, so that the loop over columns is vectorized.
template <int kWords, int kSlices>
inline CIMARRON_INLINE ColumnTotals convert(const Word* planes, const Word* columns, int count,
                                            std::int32_t top, std::int32_t* sums) {
    std::int32_t units = 0;
    std::int32_t code_sum = 0;
    std::int32_t clipped = 0;
    for (int c = 0; c < count; ++c) {
        std::int32_t column = 0;
        for (int s = 0; s < kSlices; ++s) {
            std::int32_t sum = 0;
            for (int w = 0; w < kWords; ++w)
                sum += __builtin_popcountll(planes[s * kWords + w] & columns[c * kWords + w]);
            const std::int32_t code = sum < top ? sum : top;
            units += sum;
            code_sum += code;
            clipped += sum > top ? 1 : 0;
            column += code << s;
        }
        sums[c] += column;
    }
    return {units, code_sum, clipped};
}

inline CIMARRON_INLINE ColumnTotals convert_any(const Word* planes, int slices, const Word* columns,
                                                int words, int count, std::int32_t top,
                                                std::int32_t* sums) {
    ColumnTotals all;
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
