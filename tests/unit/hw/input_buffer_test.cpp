// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/input_buffer.h"
#include "common/bits.h"
#include "common/rng.h"
#include "hw/tile/stage_timing.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <vector>

namespace cimarron {
namespace {

MvmLayer random_layer(Rng& rng) {
    MvmLayer l;
    l.input = {rng.uniform_int(1, 6), rng.uniform_int(1, 9), rng.uniform_int(1, 9)};
    Window& w = l.window;
    w.pad_top = rng.uniform_int(0, 3);
    w.pad_left = rng.uniform_int(0, 3);
    w.pad_bottom = rng.uniform_int(0, 3);
    w.pad_right = rng.uniform_int(0, 3);
    w.kernel_h = rng.uniform_int(1, l.input.height + w.pad_top + w.pad_bottom);
    w.kernel_w = rng.uniform_int(1, l.input.width + w.pad_left + w.pad_right);
    w.stride_h = rng.uniform_int(1, 4);
    w.stride_w = rng.uniform_int(1, 4);
    l.output = {1, w.out_height(l.input.height), w.out_width(l.input.width)};
    l.input_bits = rng.uniform_int(1, 8);
    return l;
}

TEST(InputBuffer, GathersWindowsAndCountsOnlyNewPixels) {
    Rng rng(test::test_seed(5));
    for (int trial = 0; trial < 300; ++trial) {
        const MvmLayer layer = random_layer(rng);
        const Shape& in = layer.input;
        SramBufferParams params{1 << 16, rng.uniform_int(1, 64)};
        InputBuffer buffer(params, layer, {0, 1});
        Codes map;
        for (int i = 0; i < in.size(); ++i)
            map.push_back(static_cast<std::uint8_t>(rng.uniform_int(1, 255)));
        for (int pixel = 0; pixel < in.pixels(); ++pixel) {
            EXPECT_FALSE(buffer.complete());
            buffer.write(pixel, 1, 0, in.channels, map.data() + pixel * in.channels);
        }
        EXPECT_TRUE(buffer.complete());
        std::vector<std::uint8_t> vector(static_cast<std::size_t>(layer.rows()));
        std::int64_t reads = 0;
        for (int window = 0; window < layer.output.pixels(); ++window) {
            const int oy = window / layer.output.width;
            const int ox = window % layer.output.width;
            const int cycles = buffer.fetch(window, vector.data());
            int accesses = 0;
            std::size_t i = 0;
            for (int ky = 0; ky < layer.window.kernel_h; ++ky) {
                int new_codes = 0;
                for (int kx = 0; kx < layer.window.kernel_w; ++kx)
                    for (int c = 0; c < in.channels; ++c, ++i) {
                        const int y = oy * layer.window.stride_h - layer.window.pad_top + ky;
                        const int x = ox * layer.window.stride_w - layer.window.pad_left + kx;
                        const bool inside = y >= 0 && x >= 0 && y < in.height && x < in.width;
                        ASSERT_EQ(vector[i],
                                  inside ? map[(y * in.width + x) * in.channels + c] : 0);
                        const bool seen =
                            ox > 0 && kx + layer.window.stride_w < layer.window.kernel_w;
                        new_codes += inside && !seen;
                    }
                accesses += ceil_div(new_codes * layer.input_bits, params.port_bits);
            }
            ASSERT_EQ(cycles, std::max(1, accesses)) << "trial " << trial << " window " << window;
            reads += accesses;
        }
        EXPECT_EQ(buffer.activity().reads, reads);
    }
}

}  // namespace
}  // namespace cimarron
