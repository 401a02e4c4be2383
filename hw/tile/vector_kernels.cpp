// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/vector_kernels.h"

#include "common/multiversion.h"
#include "hw/macro/readout.h"

#include <algorithm>
#include <cstring>
#ifdef CIMARRON_VECTOR_POPCOUNT
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

template <class In>
inline CIMARRON_INLINE void to_codes(const In* in, int count, std::int64_t a, int shift, int bits,
                                     std::uint8_t* codes) {
    const std::int64_t half = std::int64_t{1} << (shift - 1);
    const std::int64_t top = (std::int64_t{1} << bits) - 1;
    each(in, count, codes, [=](In x) {
        const std::int64_t code = (a * x + half) >> shift;
        return static_cast<std::uint8_t>(code < 0 ? 0 : code > top ? top : code);
    });
}

inline CIMARRON_INLINE void to_stream(const std::int64_t* in, int count, int shift, int bits,
                                      std::int16_t* stream) {
    const std::int64_t rounding = std::int64_t{1} << (shift - 1);
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    each(in, count, stream, [=](std::int64_t x) {
        const std::int64_t value = (x + rounding) >> shift;
        return static_cast<std::int16_t>(value < -half ? -half : value >= half ? half - 1 : value);
    });
}

#ifdef CIMARRON_VECTOR_POPCOUNT
// Eight codes at a time.
struct CodeVectors {
    using Values = std::int64_t __attribute__((vector_size(64)));
    Values half;
    Values top;
    int shift;
    CIMARRON_VECTOR_POPCOUNT __m128i of(const std::int64_t* in) const {
        Values x;
        std::memcpy(&x, in, sizeof(x));
        x = (x + half) >> shift;
        x = x < 0 ? Values{} : x;
        x = x > top ? top : x;
        return _mm512_maskz_cvtepi64_epi8(0xff, reinterpret_cast<__m512i>(x));
    }
};

// Sixteen codes are one store. A compiler makes several of them, and the copy that follows, which
// reads them at once, then waits until all have reached the cache.
CIMARRON_VECTOR_POPCOUNT void codes_by_vectors(const std::int64_t* in, int count, int shift,
                                               int bits, std::uint8_t* codes) {
    const CodeVectors v = {CodeVectors::Values{} + (std::int64_t{1} << (shift - 1)),
                           CodeVectors::Values{} + ((std::int64_t{1} << bits) - 1), shift};
    int i = 0;
    for (; i + 16 <= count; i += 16)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i),
                         _mm_unpacklo_epi64(v.of(in + i), v.of(in + i + 8)));
    to_codes(in + i, count - i, 1, shift, bits, codes + i);
}
CIMARRON_VECTOR_POPCOUNT void codes_by_vectors(const std::int16_t* in, int count, std::int32_t a,
                                               int shift, int bits, std::uint8_t* codes) {
    to_codes(in, count, a, shift, bits, codes);
}
CIMARRON_VECTOR_POPCOUNT void stream_by_vectors(const std::int64_t* in, int count, int shift,
                                                int bits, std::int16_t* stream) {
    to_stream(in, count, shift, bits, stream);
}
#endif

}  // namespace

void requantize(const std::int64_t* values, int count, int shift, int bits, std::uint8_t* codes) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors) return codes_by_vectors(values, count, shift, bits, codes);
#endif
    to_codes(values, count, 1, shift, bits, codes);
}

void requantize_stream(const std::int64_t* values, int count, int shift, int bits,
                       std::int16_t* stream) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors) return stream_by_vectors(values, count, shift, bits, stream);
#endif
    to_stream(values, count, shift, bits, stream);
}

void requantize(const std::int16_t* x, int count, std::int32_t a, int shift, int bits,
                std::uint8_t* codes) {
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors) return codes_by_vectors(x, count, a, shift, bits, codes);
#endif
    to_codes(x, count, a, shift, bits, codes);
}

void requantize(const std::uint8_t* x, int count, std::int32_t a, int shift, int bits,
                std::uint8_t* codes) {
    to_codes(x, count, a, shift, bits, codes);
}

CIMARRON_MULTIVERSION
void affine(const std::int64_t* sums, const GroupTerms* groups, int first, int group_channels,
            const ChannelAffine* k, int count, std::int64_t* values) {
    int o = 0;
    for (int end = first; o < count; end += group_channels) {
        const GroupTerms t = *groups++;
        for (const int last = std::min(end, count); o < last; ++o) {
            const std::int64_t n = (sums[o] * t.lsb - t.taken) >> Readout::kFractionBits;
            values[o] = affine_value(k[o], 2 * n - t.offset, t.m);
        }
    }
}

CIMARRON_MULTIVERSION
void widen(const std::int32_t* partial_sums, int count, std::int64_t* sums) {
    for (int o = 0; o < count; ++o) sums[o] = partial_sums[o];
}

CIMARRON_MULTIVERSION
void add(const std::int32_t* partial_sums, int count, std::int64_t* sums) {
    for (int o = 0; o < count; ++o) sums[o] += partial_sums[o];
}

CIMARRON_MULTIVERSION
std::int64_t sum_codes(const std::uint8_t* codes, int count) {
    std::int32_t sum = 0;
    for (int i = 0; i < count; ++i) sum += codes[i];
    return sum;
}

}  // namespace cimarron
