// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/constant_math.h"

#include "quant/onnx/simplify/elementwise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace cimarron::foreign {

namespace {

Tensor clip(const Node& node, const Inputs& in) {
    const Tensor& x = input(node, in, 0);
    const auto bound = [&](std::size_t i, double missing) {
        if (i >= in.size() || in[i] == nullptr) return missing;
        if (in[i]->size() != 1) fail(node, "has several bounds");
        return in[i]->values[0];
    };
    const double low = bound(1, -HUGE_VAL);
    const double high = bound(2, HUGE_VAL);
    if (low > high) fail(node, "its bounds are reversed");
    const auto f = [&](double v) { return std::clamp(v, low, high); };
    Tensor result = unary(x, f);
    // Clipped codes are codes, where the values are the codes.
    const bool whole = !x.lattice && !is_floating(x.type);
    const bool plain = whole || (x.lattice && x.lattice->step == std::vector<double>{1} &&
                                 x.lattice->base == std::vector<double>{0});
    if (!plain || low != std::floor(low) || high != std::floor(high)) return result;
    result = with_integer_lattice(std::move(result));
    auto lattice = std::make_shared<Lattice>(*result.lattice);
    while (lattice->bits > 1 && low >= -std::exp2(lattice->bits - 2) &&
           high <= std::exp2(lattice->bits - 2) - 1)
        --lattice->bits;
    result.lattice = std::move(lattice);
    return result;
}

Tensor where(const Node& node, const Tensor& condition, const Tensor& x, const Tensor& y) {
    const Dims dims = broadcast_dims(node, condition.dims, broadcast_dims(node, x.dims, y.dims));
    if (!condition.has_values() || !x.has_values() || !y.has_values())
        return without_values(x.type, dims, "a part of them has none");
    const Tensor c = broadcast(condition, dims);
    const Tensor a = broadcast(x, dims);
    const Tensor b = broadcast(y, dims);
    Tensor result = make_tensor(x.type, dims, std::vector<double>(c.size()));
    for (std::size_t i = 0; i < c.size(); ++i)
        result.values[i] = c.values[i] != 0 ? a.values[i] : b.values[i];
    return result;
}

Tensor range(const Node& node, const Tensor& start, const Tensor& limit, const Tensor& delta) {
    if (start.size() != 1 || limit.size() != 1 || delta.size() != 1 || delta.values[0] == 0)
        fail(node, "its bounds are no single numbers");
    const double count = std::ceil((limit.values[0] - start.values[0]) / delta.values[0]);
    if (!(count < 1e6)) fail(node, "makes too many values");
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(start.values[0] + i * delta.values[0]);
    return make_tensor(start.type, {static_cast<std::int64_t>(values.size())}, std::move(values));
}

const std::map<std::string, double (*)(double)> kUnary = {
    {"Neg", [](double v) { return -v; }},
    {"Abs", [](double v) { return std::abs(v); }},
    {"Sqrt", [](double v) { return std::sqrt(v); }},
    {"Reciprocal", [](double v) { return 1 / v; }},
    {"Exp", [](double v) { return std::exp(v); }},
    {"Log", [](double v) { return std::log(v); }},
    {"Relu", [](double v) { return std::max(v, 0.0); }},
    {"Tanh", [](double v) { return std::tanh(v); }},
    {"Sigmoid", [](double v) { return 1 / (1 + std::exp(-v)); }},
    {"Not", [](double v) { return double(v == 0); }},
};

// Whose results are whole numbers.
const std::map<std::string, double (*)(double)> kRounding = {
    {"Round", [](double v) { return std::nearbyint(v); }},
    {"Floor", [](double v) { return std::floor(v); }},
    {"Ceil", [](double v) { return std::ceil(v); }},
    {"Sign", [](double v) { return double(v > 0) - double(v < 0); }},
};

const std::map<std::string, double (*)(double, double)> kBinary = {
    {"Add", [](double a, double b) { return a + b; }},
    {"Sub", [](double a, double b) { return a - b; }},
    {"Mul", [](double a, double b) { return a * b; }},
    {"Div", [](double a, double b) { return a / b; }},
    {"Pow", [](double a, double b) { return std::pow(a, b); }},
    {"Mod", [](double a, double b) { return a - b * std::floor(a / b); }},
    {"Min", [](double a, double b) { return std::min(a, b); }},
    {"Max", [](double a, double b) { return std::max(a, b); }},
    {"Equal", [](double a, double b) { return double(a == b); }},
    {"Greater", [](double a, double b) { return double(a > b); }},
    {"GreaterOrEqual", [](double a, double b) { return double(a >= b); }},
    {"Less", [](double a, double b) { return double(a < b); }},
    {"LessOrEqual", [](double a, double b) { return double(a <= b); }},
    {"And", [](double a, double b) { return double(a != 0 && b != 0); }},
    {"Or", [](double a, double b) { return double(a != 0 || b != 0); }},
};

// Mul, Div, Add, Sub keep a constant quantized.
Tensor arithmetic(const Node& node, const Tensor& x, const Tensor& y) {
    const bool whole = !is_floating(x.type) && !is_floating(y.type);
    if (whole && node.op == "Div")
        return binary(node, x, y, [](double a, double b) { return std::trunc(a / b); });
    const bool x_lattice = x.lattice != nullptr;
    if (node.op == "Mul" && (x_lattice || y.lattice))
        return x_lattice ? scaled(node, x, y) : scaled(node, y, x);
    if (node.op == "Div" && x_lattice)
        return scaled(node, x, unary(y, [](double v) { return 1 / v; }));
    if (node.op == "Add" && (x_lattice || y.lattice))
        return x_lattice ? shifted(node, x, y) : shifted(node, y, x);
    if (node.op == "Sub" && x_lattice)
        return shifted(node, x, unary(y, [](double v) { return -v; }));
    return binary(node, x, y, kBinary.at(node.op));
}

}  // namespace

const Tensor& input(const Node& node, const Inputs& in, std::size_t i) {
    if (i >= in.size() || in[i] == nullptr) fail(node, fmt::format("input {} is missing", i));
    return *in[i];
}

Tensor with_integer_lattice(Tensor tensor) {
    if (tensor.has_values() && !tensor.lattice) {
        auto lattice = std::make_shared<Lattice>();
        lattice->codes = tensor.values;
        if (tensor.type == ElementType::int8) lattice->bits = 8;
        tensor.lattice = std::move(lattice);
    }
    return tensor;
}

std::optional<Tensor> evaluate_math(const Node& node, const Inputs& in) {
    if (const auto f = kUnary.find(node.op); f != kUnary.end())
        return unary(input(node, in, 0), f->second);
    if (const auto f = kRounding.find(node.op); f != kRounding.end())
        return with_integer_lattice(unary(input(node, in, 0), f->second));
    if (kBinary.count(node.op) != 0) {
        Tensor result = input(node, in, 0);
        for (std::size_t i = 1; i < in.size(); ++i)
            result = arithmetic(node, result, input(node, in, i));
        return result;
    }
    if (node.op == "Sum") {
        Node add = node;
        add.op = "Add";
        return evaluate_math(add, in);
    }
    if (node.op == "Clip") return clip(node, in);
    if (node.op == "Where")
        return where(node, input(node, in, 0), input(node, in, 1), input(node, in, 2));
    if (node.op == "Range")
        return range(node, input(node, in, 0), input(node, in, 1), input(node, in, 2));
    return std::nullopt;
}

}  // namespace cimarron::foreign
