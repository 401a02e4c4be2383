// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/scalar.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace cimarron {

namespace {

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// -?digits without a leading zero, as YAML 1.2 and every reader understand it.
bool has_leading_zero(const std::string& text) {
    const std::size_t first = !text.empty() && text[0] == '-' ? 1 : 0;
    return text.size() > first + 1 && text[first] == '0' && is_digit(text[first + 1]);
}

template <class T>
std::string parse_integer(const std::string& text, T& value) {
    if (has_leading_zero(text)) return "must be an integer without leading zeros";
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc::result_out_of_range && stop == end) return "is too large";
    if (error != std::errc() || stop != end) {
        const bool negative = text.size() > 1 && text[0] == '-' && is_digit(text[1]);
        if (negative && std::is_unsigned_v<T>) return "must be an integer of at least 0";
        return "must be an integer (decimal digits only)";
    }
    return {};
}

int edit_distance(const std::string& a, const std::string& b) {
    const std::size_t width = b.size() + 1;
    std::vector<int> d((a.size() + 1) * width);
    for (std::size_t i = 0; i <= a.size(); ++i) d[i * width] = static_cast<int>(i);
    for (std::size_t j = 0; j <= b.size(); ++j) d[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int change = a[i - 1] == b[j - 1] ? 0 : 1;
            int best = std::min({d[(i - 1) * width + j] + 1, d[i * width + j - 1] + 1,
                                 d[(i - 1) * width + j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = std::min(best, d[(i - 2) * width + j - 2] + 1);
            d[i * width + j] = best;
        }
    }
    return d.back();
}

}  // namespace

template <>
std::string parse_scalar(const std::string& text, int& value) {
    return parse_integer(text, value);
}

template <>
std::string parse_scalar(const std::string& text, std::int64_t& value) {
    return parse_integer(text, value);
}

template <>
std::string parse_scalar(const std::string& text, std::uint64_t& value) {
    return parse_integer(text, value);
}

template <>
std::string parse_scalar(const std::string& text, double& value) {
    const std::size_t first = !text.empty() && text[0] == '-' ? 1 : 0;
    const char* const wrong = "must be a number (such as 4, 0.25 or 1.5e-15)";
    if (text.size() <= first || !is_digit(text[first]) || has_leading_zero(text)) return wrong;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc::result_out_of_range) return "is beyond what a number can hold";
    if (error != std::errc() || stop != end || !std::isfinite(value)) return wrong;
    return {};
}

template <>
std::string parse_scalar(const std::string& text, bool& value) {
    value = text == "true";
    return value || text == "false" ? std::string{} : "must be true or false";
}

template <>
std::string parse_scalar(const std::string& text, std::string& value) {
    value = text;
    return {};
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
    std::string best;
    int best_distance = std::max(2, static_cast<int>(word.size()) / 3) + 1;
    for (const std::string& candidate : candidates) {
        const int distance = edit_distance(word, candidate);
        if (distance < best_distance && distance < static_cast<int>(candidate.size())) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace cimarron
