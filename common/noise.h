// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace cimarron {

// Random numbers by counter: number i under a key is a function of both, so it is the same in
// whatever order and by however many workers it is drawn.

// Key of a stream within another one (finalizer of SplitMix64).
constexpr std::uint64_t derive_key(std::uint64_t key, std::uint64_t stream) {
    std::uint64_t z = key + (stream + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// Uniform in [0, 1).
inline double uniform_at(std::uint64_t key, std::uint64_t index) {
    return static_cast<double>(derive_key(key, index) >> 11) * 0x1p-53;
}

// Numbers of one stream in 32-bit operations, which loops over them vectorize.
class NoiseLanes {
public:
    explicit NoiseLanes(std::uint64_t key)
        : low_(static_cast<std::uint32_t>(key)), high_(static_cast<std::uint32_t>(key >> 32)) {}

    // A bijection of 32 bits with little bias (public domain: "lowbias32", C. Wellons), into which
    // the key's second half is mixed midway.
    std::uint32_t bits(std::uint32_t index) const {
        std::uint32_t x = low_ + index;
        x = ((x ^ (x >> 16)) * 0x7feb352du) ^ high_;
        x = (x ^ (x >> 15)) * 0x846ca68bu;
        return x ^ (x >> 16);
    }

private:
    std::uint32_t low_, high_;
};

// Normal numbers of a given sigma: the sum of four random bytes, bent by a polynomial
// whose coefficients were fitted to the quantiles of the normal distribution and scaled to its
// variance. Fourth and sixth moments are within 0.001 of 3 and 15, the share beyond 1, 2 and 3
// sigma is right within 1 %, that beyond 4 sigma is 10 % too large; none lies beyond 5.02.
class NormalLanes {
public:
    explicit NormalLanes(std::uint64_t key, float sigma = 1)
        : lanes_(key),
          first_(sigma * 0.9533423F * kUnit),
          third_(sigma * 0.02371353F * kUnit * kUnit * kUnit),
          fifth_(sigma * -0.004044662F * kUnit * kUnit * kUnit * kUnit * kUnit),
          seventh_(sigma * 0.0004696222F * kUnit * kUnit * kUnit * kUnit * kUnit * kUnit * kUnit) {}

    float at(std::uint32_t index) const {
        const std::uint32_t x = lanes_.bits(index);
        const std::uint32_t pairs = (x & 0x00ff00ffu) + ((x >> 8) & 0x00ff00ffu);
        const auto sum = static_cast<std::int32_t>((pairs * 0x10001u) >> 16);
        const auto z = static_cast<float>(sum - 510);
        const float z2 = z * z;
        const float bend =
            std::fma(z2, std::fma(z2, std::fma(z2, seventh_, fifth_), third_), first_);
        return z * bend;
    }

private:
    static constexpr float kUnit = 1 / 147.80031F;  // sigma of the sum

    NoiseLanes lanes_;
    float first_, third_, fifth_, seventh_;
};

// Standard normal numbers first .. first + count - 1 of a stream.
void normals_at(std::uint64_t key, int first, int count, float* out);

}  // namespace cimarron
