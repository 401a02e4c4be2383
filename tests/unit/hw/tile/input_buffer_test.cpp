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
        TileParams tile;
        tile.input_buffer = {1 << 16, rng.uniform_int(1, 64)};
        const SramBufferParams& params = tile.input_buffer;
        InputBuffer buffer(tile, layer, {0, 1}, {layer, {}});
        Codes map;
        for (int i = 0; i < in.size(); ++i)
            map.push_back(static_cast<std::uint8_t>(rng.uniform_int(1, 255)));
        for (int pixel = 0; pixel < in.pixels(); ++pixel) {
            EXPECT_FALSE(buffer.complete(0));
            buffer.write(0, {pixel, 1, 0, in.channels, map.data() + pixel * in.channels});
        }
        EXPECT_TRUE(buffer.complete(0));
        std::vector<std::uint8_t> vector(static_cast<std::size_t>(layer.rows()));
        std::int64_t reads = 0;
        for (int window = 0; window < layer.output.pixels(); ++window) {
            const int oy = window / layer.output.width;
            const int ox = window % layer.output.width;
            const int cycles = buffer.fetch(0, window, vector.data());
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

// As a line buffer: rows are taken while there is room, each window becomes ready with its last
// row, its codes are right, and a row's place is free once no later window needs it.
TEST(InputBuffer, PassesImagesThroughFewRows) {
    const std::uint64_t seed = test::test_seed(6);
    Rng rng(seed);
    for (int trial = 0; trial < 200; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const MvmLayer layer = random_layer(rng);
        const Shape& in = layer.input;
        const int row_bits = in.width * in.channels * layer.input_bits;
        const int rows = rng.uniform_int(std::min(layer.window.kernel_h, in.height), in.height + 3);
        TileParams tile;
        tile.dataflow = Dataflow::pipelined;
        tile.input_buffer = {ceil_div(rows * row_bits, 8), 16};
        InputBuffer buffer(tile, layer, {0, 1}, {layer, {}});
        const int capacity = input_rows(tile, layer, in.channels, {layer, {}});
        ASSERT_GE(capacity, std::min(rows, in.height));
        const int images = 4;
        const auto code = [&](int image, int i) {
            return static_cast<std::uint8_t>((image * 31 + i * 7) % 251);
        };
        int sent = 0;  // rows, of all images
        std::vector<std::uint8_t> vector(static_cast<std::size_t>(layer.rows()));
        for (int image = 0; image < images; ++image)
            for (int window = 0; window < layer.output.pixels(); ++window) {
                while (sent < images * in.height && !buffer.ready(image, window)) {
                    const int from = sent / in.height;
                    const int y = sent % in.height;
                    ASSERT_TRUE(buffer.has_room(from, y * in.width));
                    for (int x = 0; x < in.width; ++x) {
                        Codes pixel;
                        for (int c = 0; c < in.channels; ++c)
                            pixel.push_back(code(from, (y * in.width + x) * in.channels + c));
                        buffer.write(from, {y * in.width + x, 1, 0, in.channels, pixel.data()});
                    }
                    ++sent;
                }
                ASSERT_TRUE(buffer.ready(image, window));
                buffer.fetch(image, window, vector.data());
                std::size_t i = 0;
                const Window& w = layer.window;
                for (int ky = 0; ky < w.kernel_h; ++ky)
                    for (int kx = 0; kx < w.kernel_w; ++kx)
                        for (int c = 0; c < in.channels; ++c, ++i) {
                            const int y = window / layer.output.width * w.stride_h - w.pad_top + ky;
                            const int x =
                                window % layer.output.width * w.stride_w - w.pad_left + kx;
                            const bool inside = y >= 0 && x >= 0 && y < in.height && x < in.width;
                            ASSERT_EQ(
                                vector[i],
                                inside ? code(image, (y * in.width + x) * in.channels + c) : 0);
                        }
                buffer.release(image, window);
                const int ahead = sent / in.height;  // greedy sender, as far as there is room
                if (sent < images * in.height &&
                    buffer.has_room(ahead, sent % in.height * in.width) && rng.coin(0.5)) {
                    for (int x = 0; x < in.width; ++x) {
                        Codes pixel;
                        for (int c = 0; c < in.channels; ++c)
                            pixel.push_back(
                                code(ahead, (sent % in.height * in.width + x) * in.channels + c));
                        buffer.write(ahead, {sent % in.height * in.width + x, 1, 0, in.channels,
                                             pixel.data()});
                    }
                    ++sent;
                }
                ASSERT_LE(sent - (image * in.height), capacity + in.height);
            }
    }
}

}  // namespace
}  // namespace cimarron
