// SPDX-License-Identifier: Apache-2.0
#include "trainer/clipping.h"

#include "common/rng.h"
#include "tests/support/seed.h"

#include <torch/nn/functional/conv.h>
#include <torch/utils.h>

#include <limits>

namespace cimarron {
namespace {

class ClippingTest : public ::testing::Test {
protected:
    ClippingTest() { torch::manual_seed(seed_); }

    // 3 x 2 kernels whose rows stand in row groups of random sizes.
    LayerColumns random_columns(int conv_groups, int weight_bits) {
        LayerColumns columns;
        columns.window.kernel_h = 3;
        columns.window.kernel_w = 2;
        columns.window.stride_h = rng_.uniform_int(1, 2);
        columns.window.pad_top = columns.window.pad_left = rng_.uniform_int(0, 1);
        columns.conv_groups = conv_groups;
        columns.slice_bits = rng_.uniform_int(1, 3);
        const int rows = 3 * 2 * kChannels / conv_groups;
        for (int at = 0; at < rows;) {
            const int size = std::min(rows - at, rng_.uniform_int(1, rows));
            columns.row_groups.push_back({at, size});
            at += size;
        }
        columns.cells =
            torch::randint(0, 2, {4, weight_bits, kChannels / conv_groups, 3, 2}).to(torch::kFloat);
        columns.base = torch::randn({4, 1, 1, 1});
        return columns;
    }

    static constexpr int kChannels = 4;
    const std::uint64_t seed_ = test::test_seed(41);
    Rng rng_{seed_};
};

// One output value, conversion after conversion.
double share_of(const LayerColumns& columns, const torch::Tensor& codes, int bits,
                double clipping_count,
                const std::vector<int>& at) {  // n, o, row group, y, x
    const auto cells = columns.cells.accessor<float, 5>();
    const auto code = codes.accessor<float, 4>();
    const auto channels = static_cast<int>(cells.size(2));
    const int first = at[1] / (static_cast<int>(cells.size(0)) / columns.conv_groups) * channels;
    const RowGroup& group = columns.row_groups[static_cast<std::size_t>(at[2])];
    double clipped = 0;
    double total = 0;
    for (int j = 0; j < bits; j += columns.slice_bits) {
        for (int k = 0; k < cells.size(1); ++k) {
            int count = 0;
            for (int row = group.first; row < group.first + group.rows; ++row) {
                const int c = row % channels;
                const int kx = row / channels % 2;
                const int ky = row / channels / 2;
                const int y = at[3] * columns.window.stride_h + ky - columns.window.pad_top;
                const int x = at[4] * columns.window.stride_w + kx - columns.window.pad_left;
                if (y < 0 || x < 0 || y >= codes.size(2) || x >= codes.size(3)) continue;
                const int slice = (static_cast<int>(code[at[0]][first + c][y][x]) >> j) &
                                  ((1 << columns.slice_bits) - 1);
                count += slice * static_cast<int>(cells[at[1]][k][c][ky][kx]);
            }
            const double significance = std::exp2(j + k);
            total += significance;
            clipped += count >= clipping_count ? significance : 0;
        }
    }
    return clipped / total;
}

TEST_F(ClippingTest, TheShareIsThatOfEveryConversion) {
    int compared = 0;
    for (int n = 0; n < 20; ++n) {
        const int bits = rng_.uniform_int(1, 8);
        const LayerColumns columns = random_columns(rng_.uniform_int(1, 2), rng_.uniform_int(1, 8));
        const torch::Tensor codes =
            torch::randint(0, 1 << bits, {2, kChannels, 5, 6}).to(torch::kFloat);
        const double clipping_count = rng_.uniform_int(2, 7) / 2.0;
        const torch::Tensor share = clipped_share(columns, codes, bits, clipping_count);
        if (!share.defined()) continue;
        ++compared;
        EXPECT_EQ(share.size(2), static_cast<std::int64_t>(columns.row_groups.size()));
        for (int i = 0; i < 60; ++i) {
            std::vector<int> at;
            torch::Tensor value = share;
            for (int d = 0; d < 5; ++d) {
                at.push_back(rng_.uniform_int(0, static_cast<int>(share.size(d)) - 1));
                value = value[at.back()];
            }
            EXPECT_NEAR(value.item<double>(), share_of(columns, codes, bits, clipping_count, at),
                        1e-6);
        }
    }
    EXPECT_GT(compared, 10);
}

TEST_F(ClippingTest, NothingIsLostWhereNoCountIsTooLarge) {
    const LayerColumns columns = random_columns(1, 2);
    const torch::Tensor codes = torch::randint(0, 16, {2, kChannels, 5, 6}).to(torch::kFloat);
    EXPECT_FALSE(clipped_share(columns, codes, 4, 1000).defined());
    EXPECT_FALSE(
        clipped_share(columns, codes, 4, std::numeric_limits<double>::infinity()).defined());
    EXPECT_TRUE(clipped_share(columns, codes, 4, 0.5).defined());
}

// Where all conversions of all row groups clip, what is left of a product is base M.
TEST_F(ClippingTest, ClippedThroughoutAProductIsItsBase) {
    for (const int conv_groups : {1, 2}) {
        const LayerColumns columns = random_columns(conv_groups, 1);
        const Window& w = columns.window;
        const auto conv = [&](const torch::Tensor& x, const torch::Tensor& weights) {
            return torch::conv2d(x, weights, {}, {w.stride_h, w.stride_w}, {w.pad_top, w.pad_left},
                                 1, conv_groups);
        };
        const torch::Tensor x = torch::rand({2, kChannels, 5, 6});
        const torch::Tensor weights = torch::randn_like(columns.cells.select(1, 0));
        const torch::Tensor y = conv(x, weights);
        const auto groups = static_cast<std::int64_t>(columns.row_groups.size());
        const torch::Tensor all = torch::ones({y.size(0), 4, groups, y.size(2), y.size(3)});
        EXPECT_TRUE(torch::allclose(y - clipped_products(columns, all, x, weights),
                                    conv(x, columns.base.expand_as(weights)), 1e-4, 1e-5));
    }
}

}  // namespace
}  // namespace cimarron
