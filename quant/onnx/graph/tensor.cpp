// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/graph/tensor.h"

#include "common/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace cimarron::foreign {

namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 28;

struct TypeInfo {
    ElementType type;
    const char* name;
    int bits;  // of an integer; negative: signed; 0: no integer
};

constexpr TypeInfo kTypes[] = {
    {ElementType::float32, "float", 0},  {ElementType::uint8, "uint8", 8},
    {ElementType::int8, "int8", -8},     {ElementType::uint16, "uint16", 16},
    {ElementType::int16, "int16", -16},  {ElementType::int32, "int32", -32},
    {ElementType::int64, "int64", -64},  {ElementType::text, "string", 0},
    {ElementType::boolean, "bool", 1},   {ElementType::float16, "float16", 0},
    {ElementType::float64, "double", 0}, {ElementType::uint32, "uint32", 32},
    {ElementType::uint64, "uint64", 64}, {ElementType::bfloat16, "bfloat16", 0},
    {ElementType::uint4, "uint4", 4},    {ElementType::int4, "int4", -4},
    {ElementType::uint2, "uint2", 2},    {ElementType::int2, "int2", -2},
};

const TypeInfo* info(ElementType type) {
    for (const TypeInfo& candidate : kTypes)
        if (candidate.type == type) return &candidate;
    return nullptr;
}

}  // namespace

bool is_known(ElementType type) {
    return info(type) != nullptr;
}

bool is_floating(ElementType type) {
    return type == ElementType::float32 || type == ElementType::float64 ||
           type == ElementType::float16 || type == ElementType::bfloat16;
}

const char* name_of(ElementType type) {
    const TypeInfo* found = info(type);
    return found == nullptr ? "?" : found->name;
}

IntegerRange range_of(ElementType type) {
    const TypeInfo* found = info(type);
    if (found == nullptr || found->bits == 0)
        throw UserError(fmt::format("{} is no integer type", name_of(type)));
    if (found->bits > 0) return {0, std::ldexp(1.0, found->bits) - 1};
    return {-std::ldexp(1.0, -found->bits - 1), std::ldexp(1.0, -found->bits - 1) - 1};
}

std::int64_t element_count(const Dims& dims) {
    std::int64_t count = 1;
    for (std::int64_t dim : dims) {
        if (dim < 0 || dim > kMostElements)
            throw UserError(fmt::format("has the shape {}, which is out of range", text(dims)));
        if (dim != 0 && count > kMostElements / dim)
            throw UserError(fmt::format("has the shape {}, more than 2^28 values", text(dims)));
        count *= dim;
    }
    return count;
}

std::string text(const Dims& dims) {
    return fmt::format("[{}]", fmt::join(dims, ", "));
}

Tensor make_tensor(ElementType type, Dims dims, std::vector<double> values) {
    Tensor tensor;
    tensor.type = type;
    tensor.dims = std::move(dims);
    tensor.values = std::move(values);
    return tensor;
}

Tensor integers(const std::vector<std::int64_t>& values) {
    return make_tensor(ElementType::int64, {static_cast<std::int64_t>(values.size())},
                       std::vector<double>(values.begin(), values.end()));
}

Tensor scalar(double value) {
    return make_tensor(ElementType::float32, {}, {value});
}

Tensor without_values(ElementType type, Dims dims, const std::string& why) {
    Tensor tensor = make_tensor(type, std::move(dims), {});
    tensor.missing = why;
    return tensor;
}

}  // namespace cimarron::foreign
