// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/pooling.h"
#include "common/rng.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace cimarron {
namespace {

PoolLayer random_pool(Rng& rng) {
    PoolLayer p;
    p.kind = rng.coin(0.5) ? PoolLayer::Kind::max : PoolLayer::Kind::average;
    p.input = {rng.uniform_int(1, 5), rng.uniform_int(1, 9), rng.uniform_int(1, 9)};
    Window& w = p.window;
    w.stride_h = rng.uniform_int(1, 3);
    w.stride_w = rng.uniform_int(1, 3);
    w.pad_top = rng.uniform_int(0, 2);
    w.pad_left = rng.uniform_int(0, 2);
    w.pad_bottom = rng.uniform_int(0, 2);
    w.pad_right = rng.uniform_int(0, 2);
    w.kernel_h = rng.uniform_int(1, p.input.height + w.pad_top + w.pad_bottom);
    w.kernel_w = rng.uniform_int(1, p.input.width + w.pad_left + w.pad_right);
    p.output = {p.input.channels, w.out_height(p.input.height), w.out_width(p.input.width)};
    p.bits = rng.uniform_int(1, 8);
    p.output_bits = p.kind == PoolLayer::Kind::max ? p.bits : rng.uniform_int(1, 8);
    p.a = rng.uniform_int(1, 1000);
    p.d = rng.uniform_int(-1000, 1000);
    p.shift = rng.uniform_int(1, 14);
    return p;
}

std::uint8_t pooled(const PoolLayer& p, const Codes& map, int oy, int ox, int c) {
    int best = 0;
    int sum = 0;
    for (int ky = 0; ky < p.window.kernel_h; ++ky)
        for (int kx = 0; kx < p.window.kernel_w; ++kx) {
            const int y = oy * p.window.stride_h - p.window.pad_top + ky;
            const int x = ox * p.window.stride_w - p.window.pad_left + kx;
            if (y < 0 || x < 0 || y >= p.input.height || x >= p.input.width) continue;
            const int code = map[(y * p.input.width + x) * p.input.channels + c];
            best = std::max(best, code);
            sum += code;
        }
    return p.kind == PoolLayer::Kind::max
               ? static_cast<std::uint8_t>(best)
               : requantize(std::int64_t{p.a} * sum + p.d, p.shift, p.output_bits);
}

// Each output leaves exactly once, as soon as its last input has arrived, with the right code.
TEST(Pooling, StreamsEveryOutputOnceAndRight) {
    Rng rng(test::test_seed(4));
    for (int trial = 0; trial < 300; ++trial) {
        const PoolLayer layer = random_pool(rng);
        Codes map;
        for (int i = 0; i < layer.input.size(); ++i)
            map.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, (1 << layer.bits) - 1)));
        Pooling pooling(layer, layer.input.channels);
        PostProcessingActivity activity;
        std::vector<int> departed(static_cast<std::size_t>(layer.output.pixels()));
        Codes codes(static_cast<std::size_t>(layer.input.channels));
        for (int pixel = 0; pixel < layer.input.pixels(); ++pixel) {
            pooling.push(pixel, map.data() + pixel * layer.input.channels);
            for (const int out : pooling.completed_by(pixel)) {
                ++departed[out];
                pooling.pool(out, codes.data(), activity);
                for (int c = 0; c < layer.input.channels; ++c)
                    ASSERT_EQ(codes[c], pooled(layer, map, out / layer.output.width,
                                               out % layer.output.width, c))
                        << "trial " << trial;
            }
        }
        EXPECT_EQ(departed, std::vector<int>(departed.size(), 1));
    }
}

}  // namespace
}  // namespace cimarron
