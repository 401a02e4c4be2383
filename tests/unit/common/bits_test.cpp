// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"

#include "common/rng.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace cimarron {
namespace {

std::vector<Word> random_words(Rng& rng, int count) {
    std::vector<Word> words(static_cast<std::size_t>(count));
    for (Word& word : words) word = rng.engine()();
    return words;
}

int naive_popcount(Word word) {
    int sum = 0;
    for (int bit = 0; bit < kWordBits; ++bit) sum += get_bit(&word, bit) ? 1 : 0;
    return sum;
}

TEST(Bits, packed_planes_hold_every_bit_of_every_code) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    Rng rng(seed);
    for (int round = 0; round < 500; ++round) {
        const int count = rng.uniform_int(1, 300);
        const int bits = rng.uniform_int(1, 8);
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(count));
        for (auto& code : codes)
            code = static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1));
        const int words = words_for(count);
        std::vector<Word> planes(static_cast<std::size_t>(words * bits + 1), ~Word{0});
        pack_bit_planes(codes.data(), count, bits, planes.data());
        for (int b = 0; b < bits; ++b)
            for (int i = 0; i < words * kWordBits; ++i) {
                const bool expected =
                    i < count && ((codes[static_cast<std::size_t>(i)] >> b) & 1) != 0;
                ASSERT_EQ(get_bit(planes.data() + b * words, i), expected)
                    << "count " << count << " bits " << bits << " bit " << b << " index " << i;
            }
        ASSERT_EQ(planes.back(), ~Word{0}) << "wrote beyond the planes";
    }
}

TEST(Bits, column_popcounts_equal_the_naive_count) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    Rng rng(seed);
    for (int round = 0; round < 300; ++round) {
        const int words = rng.uniform_int(1, 9);
        const int columns = rng.uniform_int(1, 70);
        const int stride = columns + rng.uniform_int(0, 9);
        const auto lines = random_words(rng, words);
        const auto cells = random_words(rng, words * stride);
        std::vector<std::int32_t> counts(static_cast<std::size_t>(columns), -1);
        column_popcounts(lines.data(), cells.data(), words, stride, columns, counts.data());
        for (int c = 0; c < columns; ++c) {
            int expected = 0;
            for (int w = 0; w < words; ++w)
                expected += naive_popcount(lines[static_cast<std::size_t>(w)] &
                                           cells[static_cast<std::size_t>(w * stride + c)]);
            ASSERT_EQ(counts[static_cast<std::size_t>(c)], expected) << words << " words";
        }
    }
}

TEST(Bits, total_popcount_counts_bits_set_one_by_one) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    Rng rng(seed);
    std::vector<Word> words(7, 0);
    std::int64_t expected = 0;
    for (int i = 0; i < 7 * kWordBits; ++i)
        if (rng.coin(0.4)) {
            set_bit(words.data(), i);
            ++expected;
        }
    EXPECT_EQ(total_popcount(words.data(), 7), expected);
    EXPECT_EQ(total_popcount(words.data(), 0), 0);
}

TEST(Bits, widths) {
    for (int v = 0; v < 1000; ++v) {
        const int bits = bits_for(static_cast<std::uint64_t>(v));
        EXPECT_LT(v, 1 << bits);
        EXPECT_TRUE(bits == 1 || v >= 1 << (bits - 1)) << v;
    }
    EXPECT_EQ(bits_for(~std::uint64_t{0}), 64);
    EXPECT_EQ(words_for(64), 1);
    EXPECT_EQ(words_for(65), 2);
    EXPECT_EQ(ceil_div(9, 8), 2);
}

}  // namespace
}  // namespace cimarron
