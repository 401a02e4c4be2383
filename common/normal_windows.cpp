// SPDX-License-Identifier: Apache-2.0
#include "common/normal_windows.h"

#include "common/rng.h"

#include <boost/math/special_functions/erf.hpp>

#include <array>
#include <cmath>
#include <utility>

namespace cimarron {

namespace {

constexpr int kPlaces = NormalWindows::kPlaces;

// A table, and once more its beginning, for windows at its end.
using Table = std::array<float, kPlaces + NormalWindows::kLength>;

Table shuffled_quantiles(Rng& order) {
    Table table;
    double squares = 0;
    for (int i = 0; i < kPlaces; ++i) {
        const double quantile = boost::math::erf_inv((2 * i + 1.0) / kPlaces - 1);
        squares += quantile * quantile;
        table[static_cast<std::size_t>(i)] = static_cast<float>(quantile);
    }
    // What the middles of the outermost intervals lack of the variance.
    const auto scale = static_cast<float>(std::sqrt(0.5 * kPlaces / squares));
    for (int i = kPlaces - 1; i >= 0; --i) {
        float& last = table[static_cast<std::size_t>(i)];
        std::swap(last, table[static_cast<std::size_t>(order.uniform_int(0, i))]);
        last *= scale;
    }
    for (std::size_t i = kPlaces; i < table.size(); ++i) table[i] = table[i - kPlaces];
    return table;
}

struct Tables {
    Rng order{1};
    Table first = shuffled_quantiles(order);
    Table second = shuffled_quantiles(order);
};

}  // namespace

NormalWindows::NormalWindows(std::uint64_t key) {
    static const Tables tables;
    first_ = tables.first.data() + key % kPlaces;
    second_ = tables.second.data() + (key >> 32) % kPlaces;
}

}  // namespace cimarron
