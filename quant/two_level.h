// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace cimarron {

// w ~ alpha * B + beta with B = +1 where w >= threshold, else -1.
struct TwoLevel {
    double alpha = 0;
    double beta = 0;
    double threshold = 0;
    double squared_error = 0;  // mean over the group
};

// Closed form, two passes, nothing to tune: threshold = mean m, p = share of +1, MAD = mean |w -
// m|,
//   alpha = MAD / (4 p (1 - p)), beta = m + alpha (1 - 2 p): the optimal levels for that sign
//   pattern.
// A constant group gives alpha = 0, beta = m.
TwoLevel two_level_closed_form(const float* weights, std::size_t count);

// The global least-squares optimum over all sign patterns (sorted prefix sums, O(n log n)): for
// quantization after training, and the judge of the closed form.
TwoLevel two_level_optimum(const float* weights, std::size_t count);

std::vector<std::int8_t> signs(const float* weights, std::size_t count, double threshold);

}  // namespace cimarron
