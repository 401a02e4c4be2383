// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/window_planes.h"

#include "common/multiversion.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#ifdef CIMARRON_VECTOR_POPCOUNT
#include <immintrin.h>
#endif

namespace cimarron {

namespace {

using Places = WindowPlanes::Places;
using Cut = WindowPlanes::Cut;

constexpr int kLanes = WindowPlanes::kLanes;
constexpr int kByteBits = 8;
constexpr int kWordBytes = kWordBits / kByteBits;

int whole_bytes(int bits) {
    return ceil_div(bits, kByteBits);
}

Word load_word(const std::uint8_t* bytes) {
    Word word = 0;
    for (int i = 0; i < kWordBytes; ++i) word |= Word{bytes[i]} << (i * kByteBits);
    return word;
}

void store_word(Word word, std::uint8_t* bytes) {
    for (int i = 0; i < kWordBytes; ++i)
        bytes[i] = static_cast<std::uint8_t>(word >> (i * kByteBits));
}

// One plane of eight windows, [word][lane], and what its ones count in their sums.
void cut_anywhere(const std::uint8_t* plane, const Places& at, const std::vector<Cut>& cuts,
                  int words, int weight, Word* window, std::int64_t* sums) {
    std::fill_n(window, words * kLanes, Word{0});
    for (const Cut& cut : cuts) {
        Word* to = window + cut.word * kLanes;
        for (int i = 0; i < kLanes; ++i) {
            const Word bits =
                load_word(plane + at.byte[i] + cut.byte) >> (at.bit[i] + cut.bit) & cut.mask;
            to[i] |= bits << cut.shift;
            if (cut.spills) to[kLanes + i] |= bits >> (kWordBits - cut.shift);
        }
    }
    for (int i = 0; i < words * kLanes; ++i)
        sums[i % kLanes] += std::int64_t{__builtin_popcountll(window[i])} << weight;
}

#ifdef CIMARRON_VECTOR_POPCOUNT
using Eight = Word __attribute__((vector_size(64)));

CIMARRON_VECTOR_POPCOUNT inline Eight eight(const void* words) {
    return reinterpret_cast<Eight>(_mm512_loadu_si512(words));
}
CIMARRON_VECTOR_POPCOUNT inline void store(Eight x, void* words) {
    _mm512_storeu_si512(words, reinterpret_cast<__m512i>(x));
}

CIMARRON_VECTOR_POPCOUNT
void cut_by_vectors(const std::uint8_t* plane, const Places& at, const std::vector<Cut>& cuts,
                    int words, int weight, Word* window, std::int64_t* sums) {
    const Eight byte = eight(at.byte);
    const Eight bit = eight(at.bit);
    for (int w = 0; w < words; ++w) store(Eight{}, window + w * kLanes);
    for (const Cut& cut : cuts) {
        const auto loaded = reinterpret_cast<Eight>(_mm512_mask_i64gather_epi64(
            _mm512_setzero_si512(), 0xff, reinterpret_cast<__m512i>(byte), plane + cut.byte, 1));
        const Eight bits = loaded >> (bit + static_cast<Word>(cut.bit)) & cut.mask;
        Word* to = window + cut.word * kLanes;
        store(eight(to) | bits << static_cast<Word>(cut.shift), to);
        if (cut.spills)
            store(eight(to + kLanes) | bits >> static_cast<Word>(kWordBits - cut.shift),
                  to + kLanes);
    }
    Eight ones{};
    for (int w = 0; w < words; ++w)
        ones += reinterpret_cast<Eight>(
            _mm512_popcnt_epi64(reinterpret_cast<__m512i>(eight(window + w * kLanes))));
    store(eight(sums) + (ones << static_cast<Word>(weight)), sums);
    _mm256_zeroupper();
}
const bool kVectors = __builtin_cpu_supports("avx512vpopcntdq") != 0;
#endif

int words_of(const std::vector<int>& group_rows) {
    return std::accumulate(group_rows.begin(), group_rows.end(), 0,
                           [](int sum, int rows) { return sum + words_for(rows); });
}

}  // namespace

WindowPlanes::WindowPlanes(const MvmLayer& layer, const std::vector<int>& group_rows,
                           int most_windows)
    : layer_(layer),
      words_(words_of(group_rows)),
      rows_(std::max((layer.output.height - 1) * layer.window.stride_h + layer.window.kernel_h,
                     layer.input.height + layer.window.pad_top)),
      lead_(whole_bytes(layer.window.pad_left * layer.input.channels) * kByteBits) {
    const Window& w = layer.window;
    const int channels = layer.input.channels;
    const int last = ((layer.output.width - 1) * w.stride_w - w.pad_left + w.kernel_w) * channels;
    const int pixels = words_for(layer.input.width * channels) * kWordBits;
    row_bytes_ = whole_bytes(lead_ + std::max(last, pixels)) + kWordBytes;
    map_.resize(static_cast<std::size_t>(layer.input_bits * rows_ * row_bytes_ + kWordBytes));
    const auto blocks = static_cast<std::size_t>(ceil_div(most_windows, kLanes));
    planes_.resize(blocks * static_cast<std::size_t>(layer.input_bits * plane_stride()));
    sums_.resize(blocks * kLanes);
    list_cuts(group_rows);
    for (int b = 0; b < layer.input_bits; ++b)  // slice() writes what is no padding
        std::memset(row(b, -w.pad_top), static_cast<int>(pad_bits(b, 0) & 0xff),
                    static_cast<std::size_t>(rows_ * row_bytes_));
}

// Plane b of the padding, in a word's places from `first` on.
Word WindowPlanes::pad_bits(int b, int first) const {
    if ((layer_.pad_code >> b & 1) == 0 || first >= kWordBits) return 0;
    return ~Word{0} << std::max(first, 0);
}

// Of a window's row of the map as much at once as lies in one row group and in a load from a byte.
void WindowPlanes::list_cuts(const std::vector<int>& group_rows) {
    const int row_bits = layer_.window.kernel_w * layer_.input.channels;
    const int lane_bits = layer_.input.channels % kByteBits == 0 ? 0 : kByteBits - 1;  // of Places
    int from = 0;  // among the window's rows
    int word = 0;
    for (const int rows : group_rows) {
        for (int to = 0; to < rows;) {
            const int ky = from / row_bits;
            const int bit = from % row_bits;
            const int most = kWordBits - lane_bits - bit % kByteBits;
            const int bits = std::min({most, row_bits - bit, rows - to});
            const int shift = to % kWordBits;
            cuts_.push_back({ky * row_bytes_ + bit / kByteBits, bit % kByteBits, low_bits(bits),
                             word + to / kWordBits, shift, shift + bits > kWordBits});
            from += bits;
            to += bits;
        }
        word += words_for(rows);
    }
}

void WindowPlanes::slice(const std::uint8_t* map) {
    const int row_codes = layer_.input.width * layer_.input.channels;
    Word planes[kByteBits];
    for (int y = 0; y < layer_.input.height; ++y)
        for (int c = 0; c < row_codes; c += kWordBits) {
            pack_bit_planes(map + std::int64_t{y} * row_codes + c,
                            std::min(kWordBits, row_codes - c), layer_.input_bits, planes);
            for (int b = 0; b < layer_.input_bits; ++b)
                store_word(planes[b] | pad_bits(b, row_codes - c),
                           row(b, y) + (lead_ + c) / kByteBits);
        }
}

Places WindowPlanes::places(const int* windows, int count) const {
    const Window& w = layer_.window;
    Places at;
    for (int i = 0; i < kLanes; ++i) {
        const int window = windows[std::min(i, count - 1)];
        const int oy = window / layer_.output.width;
        const int ox = window % layer_.output.width;
        const int bit = lead_ + (ox * w.stride_w - w.pad_left) * layer_.input.channels;
        at.byte[i] = oy * w.stride_h * row_bytes_ + bit / kByteBits;
        at.bit[i] = bit % kByteBits;
    }
    return at;
}

void WindowPlanes::cut(const std::vector<int>& windows) {
    auto* cut_plane = cut_anywhere;
#ifdef CIMARRON_VECTOR_POPCOUNT
    if (kVectors) cut_plane = cut_by_vectors;
#endif
    const auto count = static_cast<int>(windows.size());
    std::fill(sums_.begin(), sums_.end(), 0);
    Word* planes = planes_.data();
    for (int first = 0; first < count; first += kLanes) {
        const Places at = places(windows.data() + first, std::min(kLanes, count - first));
        for (int b = 0; b < layer_.input_bits; ++b, planes += plane_stride())
            cut_plane(row(b, -layer_.window.pad_top), at, cuts_, words_, b, planes,
                      sums_.data() + first);
    }
}

}  // namespace cimarron
