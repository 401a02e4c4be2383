// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace cimarron {

// Text on its way to a file: a fixed stretch of memory that its owner empties whenever it is
// full(). A writer takes room() and says where it stopped, so that a piece costs neither a call nor
// a copy.
class TextBuffer {
public:
    static constexpr std::size_t kFull = std::size_t{1} << 16;
    static constexpr std::size_t kPiece = 256;  // the most that may be written at once

    bool full() const { return used_ >= kFull; }
    std::size_t size() const { return used_; }
    const char* data() const { return text_.get(); }
    void clear() { used_ = 0; }

    char* room() { return text_.get() + used_; }  // kPiece characters, unless full()
    void stop_at(const char* end) { used_ = static_cast<std::size_t>(end - text_.get()); }

private:
    const std::unique_ptr<char[]> text_ = std::make_unique<char[]>(kFull + kPiece);
    std::size_t used_ = 0;
};

namespace binary_text {

constexpr std::size_t kDigits = 8;

// The binary digits of every byte, one after the other; the last is followed by a byte's room.
constexpr auto kBytes = [] {
    std::array<char, 257 * kDigits> table{};
    for (std::size_t i = 0; i < 256 * kDigits; ++i) {
        const std::size_t bit = kDigits - 1 - i % kDigits;
        table[i] = (i / kDigits >> bit & 1) != 0 ? '1' : '0';
    }
    return table;
}();

inline char* write_byte(char* out, std::uint64_t byte) {
    std::memcpy(out, &kBytes[byte * kDigits], kDigits);
    return out + kDigits;
}

}  // namespace binary_text

// All 64 binary digits of a value; returns their end.
inline char* write_binary_word(char* out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
        out = binary_text::write_byte(out, value >> shift & 0xff);
    return out;
}

// Its digits without leading zeros, at least one. Room for 64 digits is needed.
inline char* write_binary(char* out, std::uint64_t value) {
    const int digits = value == 0 ? 1 : 64 - __builtin_clzll(value);
    int shift = (digits - 1) / 8 * 8;
    const auto leading = static_cast<std::size_t>(shift + 8 - digits);
    // What this copies of the next byte's digits is overwritten.
    std::memcpy(out, &binary_text::kBytes[(value >> shift) * 8 + leading], 8);
    out += 8 - leading;
    while ((shift -= 8) >= 0) out = binary_text::write_byte(out, value >> shift & 0xff);
    return out;
}

}  // namespace cimarron
