// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/vector_kernels.h"

#include "common/multiversion.h"

#include <algorithm>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cimarron {

namespace {

// Shifts of 64-bit numbers are vectorized where vectors of them can be shifted right with sign.
#ifdef CIMARRON_VECTOR_POPCOUNT
const bool kVectors = __builtin_cpu_supports("avx512vpopcntdq") != 0;
#endif

template <class In, class Out, class F>
inline CIMARRON_INLINE void each(const In* in, int count, Out* out, F f) {
    for (int i = 0; i < count; ++i) out[i] = f(in[i]);
}

template <class In, class Out>
inline CIMARRON_INLINE void requantize_each(const In* in, int count, std::int64_t a, std::int64_t d,
                                            Requantizer to, Out* out) {
    each(in, count, out, [=](In x) { return static_cast<Out>(to(a * x + d)); });
}

#ifdef CIMARRON_VECTOR_POPCOUNT
// Eight numbers at a time. Without the intrinsics compilers make wide loops here that end without
// clearing the upper halves of their registers, and whatever follows then waits, on some processors
// for 80 ns.
using Eight = std::int64_t __attribute__((vector_size(64)));

CIMARRON_VECTOR_POPCOUNT inline Eight eight(const std::int64_t* in) {
    return reinterpret_cast<Eight>(_mm512_loadu_si512(in));
}
CIMARRON_VECTOR_POPCOUNT inline Eight eight(const std::int32_t* in) {
    return reinterpret_cast<Eight>(_mm512_maskz_cvtepi32_epi64(
        0xff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in))));
}
CIMARRON_VECTOR_POPCOUNT inline Eight times(std::int32_t a, Eight x) {
    return reinterpret_cast<Eight>(
        _mm512_maskz_mul_epi32(0xff, _mm512_set1_epi64(a), reinterpret_cast<__m512i>(x)));
}

inline __mmask8 first_of_eight(int left) {
    return static_cast<__mmask8>(left < 8 ? (1U << left) - 1 : 0xffU);
}

// x as its first eight or, at the end of a vector, fewer, the others 0.
template <class In>
CIMARRON_VECTOR_POPCOUNT inline Eight eight_of(const In* in, int left) {
    if (left >= 8) return eight(in);
    In some[8] = {};
    std::memcpy(some, in, static_cast<std::size_t>(left) * sizeof(In));
    return eight(some);
}

// A Requantizer of eight numbers. Only half_even looks at the number that it rounds.
template <bool even>
struct Clamp {
    Eight rounding;
    Eight least;
    Eight most;
    int shift;

    CIMARRON_VECTOR_POPCOUNT explicit Clamp(const Requantizer& to)
        : rounding(Eight{} + rounding_of(to)),
          least(Eight{} + std::int64_t{to.range.low}),
          most(Eight{} + std::int64_t{to.range.high}),
          shift(to.shift) {}
    CIMARRON_VECTOR_POPCOUNT __m512i of(Eight x) const {
        if constexpr (even)
            x += rounding + (x >> shift & 1);
        else
            x += rounding;
        x >>= shift;
        x = x < least ? least : x;
        return reinterpret_cast<__m512i>(x > most ? most : x);
    }
    static std::int64_t rounding_of(const Requantizer& to) {
        if (to.rounding == Rounding::floor) return 0;
        return (std::int64_t{1} << (to.shift - 1)) - (even ? 1 : 0);
    }
};

// Sixteen results are one store: the copy that follows reads them at once, and after several stores
// it would wait until all have reached the cache.
template <class In, class F>
CIMARRON_VECTOR_POPCOUNT inline void codes_by_vectors(const In* in, int count, F f,
                                                      std::uint8_t* codes) {
    int i = 0;
    for (; i + 16 <= count; i += 16)
        _mm_storeu_si128(
            reinterpret_cast<__m128i*>(codes + i),
            _mm_unpacklo_epi64(_mm512_maskz_cvtepi64_epi8(0xff, f(eight(in + i))),
                               _mm512_maskz_cvtepi64_epi8(0xff, f(eight(in + i + 8)))));
    for (; i < count; i += 8) {
        const int left = count - i;
        _mm512_mask_cvtepi64_storeu_epi8(codes + i, first_of_eight(left),
                                         f(eight_of(in + i, left)));
    }
    _mm256_zeroupper();
}

template <bool even>
CIMARRON_VECTOR_POPCOUNT void requantize_by_vectors(const std::int64_t* in, int count,
                                                    const Requantizer& requantizer,
                                                    std::uint8_t* codes) {
    const Clamp<even> to(requantizer);
    codes_by_vectors(
        in, count, [&](Eight x) CIMARRON_VECTOR_POPCOUNT { return to.of(x); }, codes);
}
template <bool even>
CIMARRON_VECTOR_POPCOUNT void requantize_by_vectors(const std::int32_t* in, int count,
                                                    std::int32_t a, std::int64_t d,
                                                    const Requantizer& requantizer,
                                                    std::uint8_t* codes) {
    const Clamp<even> to(requantizer);
    codes_by_vectors(
        in, count, [&](Eight x) CIMARRON_VECTOR_POPCOUNT { return to.of(times(a, x) + d); }, codes);
}
template <bool even>
CIMARRON_VECTOR_POPCOUNT void requantize_by_vectors(const std::int64_t* in, int count,
                                                    const Requantizer& requantizer,
                                                    std::int32_t* stream) {
    const Clamp<even> to(requantizer);
    int i = 0;
    for (; i + 16 <= count; i += 16)
        _mm512_storeu_si512(stream + i,
                            _mm512_maskz_inserti64x4(
                                0xff,
                                _mm512_maskz_inserti64x4(
                                    0xff, _mm512_setzero_si512(),
                                    _mm512_maskz_cvtepi64_epi32(0xff, to.of(eight(in + i))), 0),
                                _mm512_maskz_cvtepi64_epi32(0xff, to.of(eight(in + i + 8))), 1));
    for (; i < count; i += 8) {
        const int left = count - i;
        _mm512_mask_cvtepi64_storeu_epi32(stream + i, first_of_eight(left),
                                          to.of(eight_of(in + i, left)));
    }
    _mm256_zeroupper();
}
#endif

// Coefficients of neighbouring channels of a group.
struct AffineChannels {
    const std::int32_t *a, *c;
    const std::int64_t* d;
    const int* up;
    int count;
};
// Windows' sums and values of them, and what they have in common.
struct AffineWindows {
    const std::int64_t* sums;
    std::int64_t* values;
    int stride;
    const GroupTerms* terms;
    int terms_stride;
    int count;
};

#ifdef CIMARRON_VECTOR_POPCOUNT
// Where ADC codes count rows, sums are N themselves. M fits 32 bits.
CIMARRON_VECTOR_POPCOUNT
void affine_of_counts(const AffineChannels& k, const AffineWindows& all) {
    for (int o = 0; o < k.count; o += 8) {
        const int left = k.count - o;
        const Eight a = eight_of(k.a + o, left);
        const Eight c = eight_of(k.c + o, left);
        const Eight d = eight_of(k.d + o, left);
        for (int i = 0; i < all.count; ++i) {
            const GroupTerms& t = all.terms[i * all.terms_stride];
            const Eight n = eight_of(all.sums + i * all.stride + o, left);
            const Eight values =
                a * (n + n - t.offset) + times(static_cast<std::int32_t>(t.m), c) + d;
            _mm512_mask_storeu_epi64(all.values + i * all.stride + o, first_of_eight(left),
                                     reinterpret_cast<__m512i>(values));
        }
    }
    _mm256_zeroupper();
}
#endif

CIMARRON_MULTIVERSION
void affine(const AffineChannels& channels, const AffineWindows& all) {
    const AffineChannels k = channels;
    for (int i = 0; i < all.count; ++i) {
        const GroupTerms t = all.terms[i * all.terms_stride];
        const std::int64_t* sums = all.sums + i * all.stride;
        std::int64_t* values = all.values + i * all.stride;
        for (int o = 0; o < k.count; ++o) {
            const std::int64_t n = (sums[o] * t.lsb - t.taken) >> Readout::kFractionBits;
            values[o] = k.a[o] * (2 * n - t.offset) + k.c[o] * t.m + k.d[o];
        }
    }
}

// The same where some channels are shifted up.
CIMARRON_MULTIVERSION
void affine_shifted_up(const AffineChannels& channels, const AffineWindows& all) {
    const AffineChannels k = channels;
    for (int i = 0; i < all.count; ++i) {
        const GroupTerms t = all.terms[i * all.terms_stride];
        const std::int64_t* sums = all.sums + i * all.stride;
        std::int64_t* values = all.values + i * all.stride;
        for (int o = 0; o < k.count; ++o) {
            const std::int64_t n = (sums[o] * t.lsb - t.taken) >> Readout::kFractionBits;
            values[o] = affine_value({k.a[o], k.c[o], k.d[o], k.up[o]}, 2 * n - t.offset, t.m);
        }
    }
}

[[maybe_unused]] bool counts(const AffineWindows& all) {
    for (int i = 0; i < all.count; ++i)
        if (!all.terms[i * all.terms_stride].counts()) return false;
    return true;
}

}  // namespace

void requantize(const std::int64_t* values, int count, const Requantizer& to, std::uint8_t* codes) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors)
        return to.rounding == Rounding::half_even
                   ? requantize_by_vectors<true>(values, count, to, codes)
                   : requantize_by_vectors<false>(values, count, to, codes);
#endif
    requantize_each(values, count, 1, 0, to, codes);
}

void requantize(const std::int64_t* values, int count, const Requantizer& to,
                std::int32_t* stream) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors)
        return to.rounding == Rounding::half_even
                   ? requantize_by_vectors<true>(values, count, to, stream)
                   : requantize_by_vectors<false>(values, count, to, stream);
#endif
    requantize_each(values, count, 1, 0, to, stream);
}

void requantize(const std::int32_t* x, int count, std::int32_t a, std::int64_t d,
                const Requantizer& to, std::uint8_t* codes) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors)
        return to.rounding == Rounding::half_even
                   ? requantize_by_vectors<true>(x, count, a, d, to, codes)
                   : requantize_by_vectors<false>(x, count, a, d, to, codes);
#endif
    requantize_each(x, count, a, d, to, codes);
}

void requantize(const std::uint8_t* x, int count, std::int32_t a, std::int64_t d,
                const Requantizer& to, std::uint8_t* codes) {
    requantize_each(x, count, a, d, to, codes);
}

AffineTable::AffineTable(const ChannelAffine* k, int channels) {
    for (int o = 0; o < channels; ++o) {
        a_.push_back(k[o].a);
        c_.push_back(k[o].c);
        d_.push_back(k[o].d);
        up_.push_back(static_cast<int>(k[o].up));
        shifts_up_ |= k[o].up != 0;
    }
}

void AffineTable::apply(const std::int64_t* sums, int windows, const GroupTerms* groups,
                        int group_count, int first, int group_channels,
                        std::int64_t* values) const {
    int o = 0;
    for (int end = first; o < channels(); end += group_channels, ++groups) {
        const int count = std::min(end, channels()) - o;
        const auto at = static_cast<std::size_t>(o);
        const AffineWindows all{sums + o, values + o, channels(), groups, group_count, windows};
        auto* pass = shifts_up_ ? affine_shifted_up : affine;
#ifdef CIMARRON_VECTOR_POPCOUNT
        if (kVectors && !shifts_up_ && counts(all)) pass = affine_of_counts;
#endif
        pass({a_.data() + at, c_.data() + at, d_.data() + at, up_.data() + at, count}, all);
        o += count;
    }
}

CIMARRON_MULTIVERSION
void add_partial_sums(const PartialSums* partial_sums, int macros, int windows, int count,
                      std::int64_t* sums, int stride) {
    for (int i = 0; i < windows; ++i, sums += stride) {
        const std::int32_t* first = partial_sums[0].sums + i * partial_sums[0].stride;
        for (int o = 0; o < count; ++o) sums[o] = first[o];
        for (int m = 1; m < macros; ++m) {
            const std::int32_t* more = partial_sums[m].sums + i * partial_sums[m].stride;
            for (int o = 0; o < count; ++o) sums[o] += more[o];
        }
    }
}

CIMARRON_MULTIVERSION
void add_residual(const std::int32_t* stream, int count, std::int64_t r, std::int64_t* values) {
    for (int o = 0; o < count; ++o) values[o] += r * stream[o];
}

std::int64_t sum_codes(const std::uint8_t* codes, int count) {
    std::int64_t sum = 0;
    int i = 0;
#if defined(__SSE2__)
    __m128i halves = _mm_setzero_si128();  // sums of absolute differences to 0, eight codes each
    for (; i + 16 <= count; i += 16)
        halves = _mm_add_epi64(
            halves, _mm_sad_epu8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i)),
                                 _mm_setzero_si128()));
    sum = _mm_cvtsi128_si64(_mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves)));
#endif
    for (; i < count; ++i) sum += codes[i];
    return sum;
}

}  // namespace cimarron
