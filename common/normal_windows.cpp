// SPDX-License-Identifier: Apache-2.0
#include "common/normal_windows.h"

#include "common/multiversion.h"
#include "common/noise.h"
#include "common/rng.h"

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
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

const Tables& tables() {
    static const Tables all;
    return all;
}

CIMARRON_MULTIVERSION
void derive_keys(std::uint64_t key, std::uint64_t first, std::uint64_t step, std::size_t count,
                 std::uint64_t* keys) {
    for (std::size_t i = 0; i < count; ++i) keys[i] = derive_key(key, first + i * step);
}

}  // namespace

NormalWindows::NormalWindows(std::uint64_t key)
    : NormalWindows(tables().first.data() + key % kPlaces,
                    tables().second.data() + (key >> 32) % kPlaces) {}

void NormalWindows::fill(std::uint64_t key, std::int64_t first, std::int64_t step,
                         std::vector<NormalWindows>& windows) {
    constexpr std::size_t kAtOnce = 64;
    const float* const of_first = tables().first.data();
    const float* const of_second = tables().second.data();
    std::uint64_t keys[kAtOnce];
    for (std::size_t done = 0; done < windows.size(); done += kAtOnce) {
        const std::size_t count = std::min(kAtOnce, windows.size() - done);
        derive_keys(key,
                    static_cast<std::uint64_t>(first) + done * static_cast<std::uint64_t>(step),
                    static_cast<std::uint64_t>(step), count, keys);
        for (std::size_t i = 0; i < count; ++i)
            windows[done + i] = {of_first + keys[i] % kPlaces,
                                 of_second + (keys[i] >> 32) % kPlaces};
    }
}

}  // namespace cimarron
