// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"

#include "common/multiversion.h"

#include <cstring>
#ifdef CIMARRON_VECTOR_POPCOUNT
#include <immintrin.h>
#endif

namespace cimarron {

namespace {

// Gathers bit `bit` of eight codes into one byte; the multiplication moves byte i's bit to bit i of
// the top byte.
inline Word gather_bit(Word eight_codes, int bit) {
    constexpr Word kLowBits = 0x0101010101010101u;
    constexpr Word kGather = 0x0102040810204080u;
    return (((eight_codes >> bit) & kLowBits) * kGather) >> 56;
}

inline Word load_little_endian(const std::uint8_t* bytes, int count) {
    Word word = 0;
    if (count == 8) {
        std::memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        return word;
    }
    for (int i = 0; i < count; ++i) word |= Word{bytes[i]} << (8 * i);
    return word;
}

}  // namespace

namespace {

void pack_anywhere(const std::uint8_t* codes, int count, int bits, Word* planes) {
    const int words = words_for(count);
    for (int i = 0; i < count; i += 8) {
        const Word eight = load_little_endian(codes + i, count - i < 8 ? count - i : 8);
        if (eight == 0) continue;
        Word* word = planes + i / kWordBits;
        const int shift = i % kWordBits;
        for (int b = 0; b < bits; ++b) word[b * words] |= gather_bit(eight, b) << shift;
    }
}

#ifdef CIMARRON_VECTOR_POPCOUNT
// 32 codes at a time: a bit moved to the top of its byte is one bit of a mask.
__attribute__((target("avx2"))) void pack_avx2(const std::uint8_t* codes, int count, int bits,
                                               Word* planes) {
    constexpr int kLanes = 32;
    const int words = words_for(count);
    for (int i = 0; i < count; i += kLanes) {
        alignas(kLanes) std::uint8_t rest[kLanes] = {};
        const std::uint8_t* from = codes + i;
        if (count - i < kLanes) {
            std::memcpy(rest, from, static_cast<std::size_t>(count - i));
            from = rest;
        }
        const __m256i lanes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
        Word* word = planes + i / kWordBits;
        for (int b = 0; b < bits; ++b) {
            const __m256i top = _mm256_sll_epi16(lanes, _mm_cvtsi32_si128(7 - b));
            const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(top));
            word[b * words] |= Word{mask} << (i % kWordBits);
        }
    }
}

// 64 codes at a time: a test of one bit in each is a word of its plane.
__attribute__((target("avx512bw"))) void pack_avx512(const std::uint8_t* codes, int count, int bits,
                                                     Word* planes) {
    const int words = words_for(count);
    for (int w = 0; w < words; ++w, codes += kWordBits) {
        const int left = count - w * kWordBits;
        const Word there = left < kWordBits ? (Word{1} << left) - 1 : ~Word{0};
        const __m512i lanes = _mm512_maskz_loadu_epi8(there, codes);
        __m512i bit = _mm512_set1_epi8(1);
        for (int b = 0; b < bits; ++b) {
            planes[b * words + w] = _mm512_test_epi8_mask(lanes, bit);
            bit = _mm512_add_epi8(bit, bit);
        }
    }
}
const bool kAvx2 = __builtin_cpu_supports("avx2") != 0;
const bool kAvx512 = __builtin_cpu_supports("avx512bw") != 0;
#endif

}  // namespace

void pack_bit_planes(const std::uint8_t* codes, int count, int bits, Word* planes) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kAvx512) return pack_avx512(codes, count, bits, planes);
#endif
    std::memset(planes, 0, sizeof(Word) * static_cast<std::size_t>(words_for(count) * bits));
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kAvx2) return pack_avx2(codes, count, bits, planes);
#endif
    pack_anywhere(codes, count, bits, planes);
}

namespace {

// Written out for one and two words, so that the compiler vectorizes over columns.
inline CIMARRON_INLINE void count_columns(const Word* lines, const Word* columns, int words,
                                          int stride, int count, std::int32_t* counts) {
    if (words == 1) {
        for (int c = 0; c < count; ++c) counts[c] = __builtin_popcountll(lines[0] & columns[c]);
        return;
    }
    if (words == 2) {
        for (int c = 0; c < count; ++c)
            counts[c] = __builtin_popcountll(lines[0] & columns[c]) +
                        __builtin_popcountll(lines[1] & columns[stride + c]);
        return;
    }
    for (int c = 0; c < count; ++c) {
        int sum = 0;
        for (int w = 0; w < words; ++w)
            sum += __builtin_popcountll(lines[w] & columns[w * stride + c]);
        counts[c] = sum;
    }
}

CIMARRON_MULTIVERSION
void count_columns_anywhere(const Word* word_lines, const Word* columns, int words, int stride,
                            int count, std::int32_t* counts) {
    count_columns(word_lines, columns, words, stride, count, counts);
}

#ifdef CIMARRON_VECTOR_POPCOUNT
CIMARRON_VECTOR_POPCOUNT
void count_columns_by_vectors(const Word* word_lines, const Word* columns, int words, int stride,
                              int count, std::int32_t* counts) {
    count_columns(word_lines, columns, words, stride, count, counts);
}
const bool kVectorPopcount = __builtin_cpu_supports("avx512vpopcntdq") != 0;
#endif

}  // namespace

void column_popcounts(const Word* word_lines, const Word* columns, int words, int stride, int count,
                      std::int32_t* counts) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectorPopcount)
        return count_columns_by_vectors(word_lines, columns, words, stride, count, counts);
#endif
    count_columns_anywhere(word_lines, columns, words, stride, count, counts);
}

CIMARRON_MULTIVERSION
std::int64_t total_popcount(const Word* words, int count) {
    std::int64_t sum = 0;
    for (int i = 0; i < count; ++i) sum += __builtin_popcountll(words[i]);
    return sum;
}

}  // namespace cimarron
