// SPDX-License-Identifier: Apache-2.0
#include "common/file.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace cimarron {

namespace {

using Block = std::array<std::uint32_t, 64>;

constexpr std::array<int, 64> kPrimes = {
    2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,  47,  53,
    59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103, 107, 109, 113, 127, 131,
    137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223,
    227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311};

// The standard defines its constants as the first 32 fraction bits of roots of the primes.
std::uint32_t fraction_bits(long double root) {
    return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
}

std::uint32_t rotate_right(std::uint32_t x, int n) {
    return (x >> n) | (x << (32 - n));
}

Block round_constants() {
    Block k{};
    for (std::size_t i = 0; i < 64; ++i)
        k[i] = fraction_bits(std::cbrt(static_cast<long double>(kPrimes[i])));
    return k;
}

void compress(std::array<std::uint32_t, 8>& hash, const unsigned char* bytes) {
    static const Block k = round_constants();
    Block w{};
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = std::uint32_t{bytes[4 * i]} << 24 | std::uint32_t{bytes[4 * i + 1]} << 16 |
               std::uint32_t{bytes[4 * i + 2]} << 8 | std::uint32_t{bytes[4 * i + 3]};
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t a = w[i - 15];
        const std::uint32_t b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (rotate_right(a, 7) ^ rotate_right(a, 18) ^ (a >> 3)) +
               (rotate_right(b, 17) ^ rotate_right(b, 19) ^ (b >> 10));
    }
    std::array<std::uint32_t, 8> s = hash;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t e =
            rotate_right(s[4], 6) ^ rotate_right(s[4], 11) ^ rotate_right(s[4], 25);
        const std::uint32_t a =
            rotate_right(s[0], 2) ^ rotate_right(s[0], 13) ^ rotate_right(s[0], 22);
        const std::uint32_t t1 = s[7] + e + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
        const std::uint32_t t2 = a + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) hash[i] += s[i];
}

}  // namespace

std::string sha256(std::string_view data) {
    std::array<std::uint32_t, 8> hash{};
    for (std::size_t i = 0; i < 8; ++i)
        hash[i] = fraction_bits(std::sqrt(static_cast<long double>(kPrimes[i])));
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    const std::size_t whole = data.size() / 64 * 64;
    for (std::size_t i = 0; i < whole; i += 64) compress(hash, bytes + i);
    std::string tail(data.substr(whole));
    tail.push_back('\x80');
    while (tail.size() % 64 != 56) tail.push_back('\0');
    const std::uint64_t bits = std::uint64_t{data.size()} * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        tail.push_back(static_cast<char>((bits >> shift) & 0xff));
    for (std::size_t i = 0; i < tail.size(); i += 64)
        compress(hash, reinterpret_cast<const unsigned char*>(tail.data()) + i);
    std::string text;
    for (const std::uint32_t word : hash) text += fmt::format("{:08x}", word);
    return text;
}

}  // namespace cimarron
