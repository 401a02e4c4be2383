// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cimarron {

// Strict text to value. Returns an empty string on success, otherwise what is wrong ("must be
// ..."). Integers are plain decimal (no 010, 0x10, 1e3, 4.0), doubles finite decimals, booleans
// true or false. T: int, std::int64_t, std::uint64_t, double, bool, std::string.
template <class T>
std::string parse_scalar(const std::string& text, T& value);

// The candidate with the smallest edit distance to `word` (swapped neighbours count as one edit),
// or an empty string when none is close enough to be a slip of the fingers.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace cimarron
