// SPDX-License-Identifier: Apache-2.0
#pragma once

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

// Standard normal numbers first .. first + count - 1: the sum of eight random bytes, its missing
// kurtosis put back by the Cornish-Fisher expansion. The share beyond 1, 2 and 3 sigma is right
// within 6 %, that beyond 4 sigma is about half of the normal distribution's; none lies beyond 5.6.
void normals_at(std::uint64_t key, int first, int count, float* out);

}  // namespace cimarron
