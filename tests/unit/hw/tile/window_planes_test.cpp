// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/window_planes.h"
#include "common/rng.h"
#include "tests/support/seed.h"
#include "tests/support/upper_halves.h"

#include <gtest/gtest.h>

#include <numeric>

namespace cimarron {
namespace {

MvmLayer random_layer(Rng& rng) {
    MvmLayer layer;
    Window& w = layer.window;
    w.kernel_h = rng.uniform_int(1, 5);
    w.kernel_w = rng.uniform_int(1, 5);
    w.stride_h = rng.uniform_int(1, 3);
    w.stride_w = rng.uniform_int(1, 3);
    w.pad_top = rng.uniform_int(0, w.kernel_h - 1);
    w.pad_left = rng.uniform_int(0, w.kernel_w - 1);
    layer.input = {rng.uniform_int(1, 20), rng.uniform_int(5, 12), rng.uniform_int(5, 12)};
    if (rng.coin(0.5)) layer.input.channels = 8 * rng.uniform_int(1, 9);
    // Padding below and to the right as above and to the left.
    layer.output = {1, (layer.input.height + 2 * w.pad_top - w.kernel_h) / w.stride_h + 1,
                    (layer.input.width + 2 * w.pad_left - w.kernel_w) / w.stride_w + 1};
    layer.input_bits = rng.uniform_int(1, 8);
    return layer;
}

// Code of a window's row, in the order ky, kx, c.
int code(const MvmLayer& layer, const Codes& map, int window, int row) {
    const int c = row % layer.input.channels;
    const int kx = row / layer.input.channels % layer.window.kernel_w;
    const int ky = row / layer.input.channels / layer.window.kernel_w;
    const int y = window / layer.output.width * layer.window.stride_h - layer.window.pad_top + ky;
    const int x = window % layer.output.width * layer.window.stride_w - layer.window.pad_left + kx;
    if (y < 0 || x < 0 || y >= layer.input.height || x >= layer.input.width) return 0;
    return map[static_cast<std::size_t>((y * layer.input.width + x) * layer.input.channels + c)];
}

TEST(WindowPlanes, AreTheBitsOfEveryWindowsCodes) {
    Rng rng(test::test_seed(12));
    for (int trial = 0; trial < 300; ++trial) {
        const MvmLayer layer = random_layer(rng);
        const int rows = layer.window.kernel_h * layer.window.kernel_w * layer.input.channels;
        std::vector<int> groups;
        for (int left = rows; left > 0; left -= groups.back())
            groups.push_back(rng.uniform_int(1, std::min(left, 150)));
        const int most = rng.uniform_int(1, 40);
        WindowPlanes planes(layer, groups, most);
        for (int image = 0; image < 2; ++image) {
            Codes map(static_cast<std::size_t>(layer.input.size()));
            for (auto& c : map)
                c = static_cast<std::uint8_t>(rng.uniform_int(0, (1 << layer.input_bits) - 1));
            planes.slice(map.data());
            std::vector<int> windows;
            for (int i = rng.uniform_int(1, most); i > 0; --i)
                windows.push_back(rng.uniform_int(0, layer.output.pixels() - 1));
            planes.cut(windows);
            if (test::tells_registers_in_use()) {
                ASSERT_FALSE(test::upper_halves_in_use());
            }
            for (int place = 0; place < static_cast<int>(windows.size()); ++place) {
                std::int64_t sum = 0;
                int row = 0;
                int word = 0;
                for (const int group : groups) {
                    for (int r = 0; r < group; ++r, ++row) {
                        const int expected =
                            code(layer, map, windows[static_cast<std::size_t>(place)], row);
                        int got = 0;
                        for (int b = 0; b < layer.input_bits; ++b)
                            got |= static_cast<int>(
                                       planes.plane_words(
                                           place)[b * planes.plane_stride() +
                                                  (word + r / kWordBits) * WindowPlanes::kLanes] >>
                                           r % kWordBits &
                                       1)
                                   << b;
                        ASSERT_EQ(got, expected) << "trial " << trial << " row " << row;
                        sum += expected;
                    }
                    word += words_for(group);
                }
                ASSERT_EQ(planes.sums()[place], sum) << "trial " << trial;
            }
        }
    }
}

}  // namespace
}  // namespace cimarron
