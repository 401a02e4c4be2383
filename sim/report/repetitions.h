// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/report/table.h"

#include <string>

namespace cimarron {

// Results that differ in nothing but their seed are repetitions: Monte Carlo over chips.

// One result for each group of repetitions, in order of first appearance, its numbers their means.
// A group of two or more also has `repetitions`: its `seeds`, and for `top1`, `clipped` (share of
// ADC conversions) and `energy_j` the `mean`, sample `deviation`, `min`, `max` and `histogram` (of
// equal bins from `min` to `max`, `counts` in each, ceil(sqrt(n)) of them).
Json merge_repetitions(const Json& results);
bool has_repetitions(const Json& merged);

// Of merged results: those with repetitions, without what is not about the spread.
Json statistics(const Json& merged);
std::string statistics_csv(const Json& merged);  // one line each
Table statistics_table(const Json& merged);

}  // namespace cimarron
