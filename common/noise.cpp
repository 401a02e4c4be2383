// SPDX-License-Identifier: Apache-2.0
#include "common/noise.h"

#include "common/multiversion.h"

namespace cimarron {

namespace {

// A bijection of 32 bits with little bias, in operations that vectorize (public domain:
// "lowbias32", C. Wellons).
inline std::uint32_t scramble(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7feb352du;
    x = (x ^ (x >> 15)) * 0x846ca68bu;
    return x ^ (x >> 16);
}

inline std::uint32_t pair_sums(std::uint32_t x) {
    return (x & 0x00ff00ffu) + ((x >> 8) & 0x00ff00ffu);
}

constexpr float kMean = 1020;                    // of eight bytes
constexpr float kInverseSigma = 1 / 209.02153F;  // sqrt(8 (256^2 - 1) / 12)
constexpr float kCurvature = 0.15F / 24;         // excess kurtosis of the sum: -1.2 / 8

}  // namespace

CIMARRON_MULTIVERSION
void normals_at(std::uint64_t key, int first, int count, float* out) {
    const auto low = static_cast<std::uint32_t>(key);
    const auto high = static_cast<std::uint32_t>(key >> 32);
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::uint32_t>(first + i);
        const std::uint32_t a = scramble(low + index * 0x9e3779b9u);
        const std::uint32_t b = scramble(high ^ (index * 0x85ebca6bu + 0x27d4eb2fu));
        const std::uint32_t pairs = pair_sums(a) + pair_sums(b);
        const auto sum = static_cast<std::int32_t>((pairs & 0xffffu) + (pairs >> 16));
        const float z = (static_cast<float>(sum) - kMean) * kInverseSigma;
        out[i] = z + kCurvature * (z * z - 3) * z;
    }
}

}  // namespace cimarron
