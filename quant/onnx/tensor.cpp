// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cimarron {

namespace {

using ::onnx::NodeProto;
using ::onnx::TensorProto;

void require_size(const NodeProto& node, const TensorProto& tensor, std::int64_t has,
                  std::int64_t needs) {
    require(
        has == needs, node,
        fmt::format("tensor {} holds {} values, its shape needs {}", tensor.name(), has, needs));
}

template <class Stored, class T>
std::vector<T> from_raw(const NodeProto& node, const TensorProto& tensor) {
    const std::int64_t count = element_count(node, tensor);
    const std::string& raw = tensor.raw_data();
    require(raw.size() == static_cast<std::size_t>(count) * sizeof(Stored), node,
            fmt::format("tensor {} holds {} bytes, its shape needs {}", tensor.name(), raw.size(),
                        static_cast<std::size_t>(count) * sizeof(Stored)));
    std::vector<T> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        char bytes[sizeof(Stored)];
        std::memcpy(bytes, raw.data() + i * sizeof(Stored), sizeof(Stored));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        std::reverse(bytes, bytes + sizeof(Stored));
#endif
        Stored value;
        std::memcpy(&value, bytes, sizeof(Stored));
        values[i] = static_cast<T>(value);
    }
    return values;
}

// raw_data when the tensor has it, else the repeated field of its type.
template <class Stored, class T, class Field>
std::vector<T> read(const NodeProto& node, const TensorProto& tensor, const Field& field) {
    if (tensor.has_raw_data()) return from_raw<Stored, T>(node, tensor);
    require_size(node, tensor, field.size(), element_count(node, tensor));
    std::vector<T> values;
    values.reserve(static_cast<std::size_t>(field.size()));
    for (auto v : field) values.push_back(static_cast<T>(static_cast<Stored>(v)));
    return values;
}

template <class T>
std::vector<T> read_any(const NodeProto& node, const TensorProto& t) {
    require(t.data_location() != TensorProto::EXTERNAL, node,
            fmt::format("tensor {} lies in another file; store it inside", t.name()));
    switch (t.data_type()) {
        case TensorProto::FLOAT:
            return read<float, T>(node, t, t.float_data());
        case TensorProto::DOUBLE:
            return read<double, T>(node, t, t.double_data());
        case TensorProto::INT8:
            return read<std::int8_t, T>(node, t, t.int32_data());
        case TensorProto::UINT8:
            return read<std::uint8_t, T>(node, t, t.int32_data());
        case TensorProto::INT32:
            return read<std::int32_t, T>(node, t, t.int32_data());
        case TensorProto::INT64:
            return read<std::int64_t, T>(node, t, t.int64_data());
        default:
            break;
    }
    fail(node, fmt::format("tensor {} has type {}; float, double, int8, uint8, int32 and int64 "
                           "are supported",
                           t.name(), t.data_type()));
}

}  // namespace

std::int64_t element_count(const NodeProto& node, const TensorProto& tensor) {
    constexpr std::int64_t kMost = 1 << 28;
    std::int64_t count = 1;
    for (std::int64_t dim : tensor.dims()) {
        require(dim >= 0 && dim <= kMost && count * dim <= kMost, node,
                fmt::format("tensor {} has a shape out of range", tensor.name()));
        count *= dim;
    }
    return count;
}

bool is_integer(const TensorProto& t) {
    return t.data_type() == TensorProto::INT8 || t.data_type() == TensorProto::UINT8 ||
           t.data_type() == TensorProto::INT32 || t.data_type() == TensorProto::INT64;
}

std::vector<float> read_floats(const NodeProto& node, const TensorProto& tensor) {
    std::vector<float> values = read_any<float>(node, tensor);
    require(std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }),
            node, fmt::format("tensor {} holds a value that is not finite", tensor.name()));
    return values;
}

std::vector<std::int64_t> read_integers(const NodeProto& node, const TensorProto& tensor) {
    require(is_integer(tensor), node, fmt::format("tensor {} must hold integers", tensor.name()));
    return read_any<std::int64_t>(node, tensor);
}

const TensorProto& constant_input(const OnnxGraph& graph, const NodeProto& node, int i,
                                  const char* what) {
    const TensorProto* tensor = graph.constant(input_name(node, i));
    require(tensor != nullptr, node, fmt::format("{} must be a constant tensor", what));
    return *tensor;
}

float scalar_input(const OnnxGraph& graph, const NodeProto& node, int i, const char* what) {
    const std::vector<float> values = read_floats(node, constant_input(graph, node, i, what));
    require(values.size() == 1, node,
            fmt::format("{} has {} values, one is right", what, values.size()));
    return values[0];
}

std::vector<float> channel_input(const OnnxGraph& graph, const NodeProto& node, int i,
                                 std::int64_t channels, int rank, const char* what) {
    const TensorProto& tensor = constant_input(graph, node, i, what);
    std::vector<float> values = read_floats(node, tensor);
    if (values.size() == 1) {
        values.resize(static_cast<std::size_t>(channels), values[0]);
        return values;
    }
    require(tensor.dims_size() == rank && tensor.dims(0) == channels &&
                values.size() == static_cast<std::size_t>(channels),
            node,
            fmt::format("{} must have one value, or one per output channel ({})", what, channels));
    return values;
}

void require_zero_point(const OnnxGraph& graph, const NodeProto& node, int i) {
    if (input_name(node, i).empty()) return;
    const auto zeros = read_floats(node, constant_input(graph, node, i, "the zero point"));
    require(std::all_of(zeros.begin(), zeros.end(), [](float v) { return v == 0; }), node,
            "only a zero point of 0 is supported");
}

}  // namespace cimarron
