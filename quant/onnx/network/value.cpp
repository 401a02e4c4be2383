// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/network/value.h"

#include <algorithm>
#include <cmath>

namespace cimarron::foreign {

Numbers combined(const Numbers& a, const Numbers& b, double (*f)(double, double)) {
    Numbers result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = f(number_at(a, i), number_at(b, i));
    return result;
}

double number_at(const Numbers& numbers, std::size_t channel) {
    return numbers[numbers.size() == 1 ? 0 : channel];
}

bool is_all(const Numbers& numbers, double value) {
    return std::all_of(numbers.begin(), numbers.end(), [value](double v) { return v == value; });
}

namespace {

double times(double a, double b) {
    // A bound at infinity stays there, whatever scales it.
    return b == 0 && std::isinf(a) ? a : a * b;
}
double plus_(double a, double b) {
    return a + b;
}

}  // namespace

void Value::scale(const Numbers& by, const Numbers& plus) {
    gain = combined(gain, by, times);
    offset = combined(combined(offset, by, times), plus, plus_);
    if (!has_clip()) return;
    const Numbers from = combined(combined(low, by, times), plus, plus_);
    const Numbers to = combined(combined(high, by, times), plus, plus_);
    low = combined(from, to, [](double a, double b) { return std::min(a, b); });
    high = combined(from, to, [](double a, double b) { return std::max(a, b); });
}

void Value::clip(double from, double to) {
    for (Numbers* bound : {&low, &high})
        for (double& v : *bound) v = std::clamp(v, from, to);
}

}  // namespace cimarron::foreign
