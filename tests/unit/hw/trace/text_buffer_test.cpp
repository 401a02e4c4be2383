// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/text_buffer.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <bitset>
#include <string>

namespace cimarron {
namespace {

std::string without_leading_zeros(std::uint64_t value) {
    const std::string digits = std::bitset<64>(value).to_string();
    const std::size_t first = digits.find('1');
    return first == std::string::npos ? "0" : digits.substr(first);
}

TEST(BinaryText, IsThatOfBitsetForEveryLength) {
    Rng rng(test::test_seed(5));
    for (int length = 0; length <= 64; ++length) {
        for (int i = 0; i < 50; ++i) {
            std::uint64_t value = length == 0 ? 0 : rng.engine()() >> (64 - length);
            if (length > 0) value |= std::uint64_t{1} << (length - 1);
            char text[TextBuffer::kPiece];
            EXPECT_EQ(std::string(text, write_binary(text, value)), without_leading_zeros(value));
            EXPECT_EQ(std::string(text, write_binary_word(text, value)),
                      std::bitset<64>(value).to_string());
        }
    }
}

TEST(TextBuffer, HasRoomForAPieceUntilItIsFull) {
    TextBuffer buffer;
    std::string expected;
    while (!buffer.full()) {
        const std::string piece(TextBuffer::kPiece - expected.size() % 7,
                                static_cast<char>('a' + expected.size() % 26));
        buffer.stop_at(std::copy(piece.begin(), piece.end(), buffer.room()));
        expected += piece;
    }
    EXPECT_EQ(std::string(buffer.data(), buffer.size()), expected);
    buffer.clear();
    EXPECT_EQ(buffer.size(), 0U);
}

}  // namespace
}  // namespace cimarron
