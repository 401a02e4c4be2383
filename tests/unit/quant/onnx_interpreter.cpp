// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/quant/onnx_interpreter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>

namespace cimarron::test {

namespace {

using ::onnx::NodeProto;
using ::onnx::TensorProto;

struct Tensor {
    std::vector<long> dims;
    std::vector<double> values;
    int type = TensorProto::FLOAT;
    long dim(std::size_t i) const { return i < dims.size() ? dims[i] : 1; }
    double at(long i) const { return values[static_cast<std::size_t>(i)]; }
};

template <class T>
void decode(const TensorProto& proto, Tensor& tensor) {
    for (std::size_t i = 0; i < proto.raw_data().size(); i += sizeof(T)) {
        T value;
        std::memcpy(&value, proto.raw_data().data() + i, sizeof(T));
        tensor.values.push_back(static_cast<double>(value));
    }
}

Tensor decode(const TensorProto& proto) {
    Tensor tensor{{proto.dims().begin(), proto.dims().end()}, {}, proto.data_type()};
    if (proto.data_type() == TensorProto::FLOAT) decode<float>(proto, tensor);
    if (proto.data_type() == TensorProto::INT8) decode<std::int8_t>(proto, tensor);
    if (proto.data_type() == TensorProto::UINT8) decode<std::uint8_t>(proto, tensor);
    if (proto.data_type() == TensorProto::INT64) decode<std::int64_t>(proto, tensor);
    return tensor;
}

std::vector<long> ints(const NodeProto& node, const char* name) {
    for (const auto& attribute : node.attribute())
        if (attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
    throw std::logic_error(node.name() + " lacks " + name);
}

double number(const NodeProto& node, const char* name, double missing) {
    for (const auto& attribute : node.attribute())
        if (attribute.name() == name)
            return attribute.type() == ::onnx::AttributeProto::FLOAT
                       ? static_cast<double>(attribute.f())
                       : static_cast<double>(attribute.i());
    return missing;
}

// Numpy broadcasting of b against a, whose shape is the result's.
template <class F>
Tensor broadcast(const Tensor& a, const Tensor& b, F f) {
    Tensor result = a;
    const std::size_t rank = a.dims.size();
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        long rest = static_cast<long>(i);
        long index = 0;
        long stride = 1;
        for (std::size_t k = 0; k < b.dims.size(); ++k) {
            const long size = a.dims[rank - 1 - k];
            const long own = b.dims[b.dims.size() - 1 - k];
            index += own == 1 ? 0 : (rest % size) * stride;
            stride *= own;
            rest /= size;
        }
        result.values[i] = f(a.values[i], b.at(index));
    }
    return result;
}

// Calls f(index of the input value, kernel position), or f(-1, ...) in the padding.
template <class F>
void window(const NodeProto& node, const Tensor& in, long kh, long kw, long c, long y, long x,
            F f) {
    const auto strides = ints(node, "strides");
    const auto pads = ints(node, "pads");
    for (long ky = 0; ky < kh; ++ky)
        for (long kx = 0; kx < kw; ++kx) {
            const long iy = y * strides[0] - pads[0] + ky;
            const long ix = x * strides[1] - pads[1] + kx;
            const bool inside = iy >= 0 && iy < in.dim(2) && ix >= 0 && ix < in.dim(3);
            f(inside ? (c * in.dim(2) + iy) * in.dim(3) + ix : -1, ky * kw + kx);
        }
}

Tensor windowed_shape(const NodeProto& node, const Tensor& in, long channels) {
    const auto k = ints(node, "kernel_shape");
    const auto s = ints(node, "strides");
    const auto p = ints(node, "pads");
    return {{1, channels, (in.dim(2) + p[0] + p[2] - k[0]) / s[0] + 1,
             (in.dim(3) + p[1] + p[3] - k[1]) / s[1] + 1},
            {},
            TensorProto::FLOAT};
}

Tensor convolve(const NodeProto& node, const Tensor& in, const Tensor& w, const Tensor* bias) {
    Tensor out = windowed_shape(node, in, w.dim(0));
    const long kernel = w.dim(2) * w.dim(3);
    const long groups = std::lround(number(node, "group", 1));
    for (long o = 0; o < w.dim(0); ++o)
        for (long y = 0; y < out.dim(2); ++y)
            for (long x = 0; x < out.dim(3); ++x) {
                double sum = bias != nullptr ? bias->at(o) : 0.0;
                const long first = o / (w.dim(0) / groups) * w.dim(1);
                for (long c = 0; c < w.dim(1); ++c)
                    window(node, in, w.dim(2), w.dim(3), first + c, y, x, [&](long i, long k) {
                        if (i >= 0) sum += in.at(i) * w.at((o * w.dim(1) + c) * kernel + k);
                    });
                out.values.push_back(sum);
            }
    return out;
}

Tensor pool(const NodeProto& node, const Tensor& in) {
    Tensor out = windowed_shape(node, in, in.dim(1));
    const auto k = ints(node, "kernel_shape");
    const bool max = node.op_type() == "MaxPool";
    const bool count_padding = number(node, "count_include_pad", 0) != 0;
    for (long c = 0; c < in.dim(1); ++c)
        for (long y = 0; y < out.dim(2); ++y)
            for (long x = 0; x < out.dim(3); ++x) {
                double sum = 0;
                double most = -std::numeric_limits<double>::infinity();
                double count = 0;
                window(node, in, k[0], k[1], c, y, x, [&](long i, long) {
                    count += i >= 0 || count_padding ? 1 : 0;
                    if (i < 0) return;
                    sum += in.at(i);
                    most = std::max(most, in.at(i));
                });
                out.values.push_back(max ? most : sum / count);
            }
    return out;
}

Tensor gemm(const Tensor& in, const Tensor& w, const Tensor* bias) {
    Tensor out{{1, w.dim(0)}, {}, TensorProto::FLOAT};
    for (long o = 0; o < w.dim(0); ++o) {
        double sum = bias != nullptr ? bias->at(o) : 0.0;
        for (long i = 0; i < w.dim(1); ++i) sum += in.at(i) * w.at(o * w.dim(1) + i);
        out.values.push_back(sum);
    }
    return out;
}

Tensor normalize(const Tensor& in, const std::vector<const Tensor*>& inputs, double epsilon) {
    Tensor out = in;
    const auto pixels = static_cast<long>(in.values.size()) / in.dim(1);
    for (std::size_t i = 0; i < in.values.size(); ++i) {
        const long c = static_cast<long>(i) / pixels;
        out.values[i] = (in.values[i] - inputs[3]->at(c)) / std::sqrt(inputs[4]->at(c) + epsilon) *
                            inputs[1]->at(c) +
                        inputs[2]->at(c);
    }
    return out;
}

// Scale along axis 0 (weights) or one scale.
Tensor dequantize(const Tensor& in, const Tensor& scale) {
    Tensor out = in;
    const std::size_t count = in.values.size() / scale.values.size();
    for (std::size_t i = 0; i < in.values.size(); ++i) out.values[i] *= scale.values[i / count];
    out.type = TensorProto::FLOAT;
    return out;
}

// Zeros around a [1, C, H, W] tensor.
Tensor pad(const Tensor& in, const Tensor& pads) {
    const auto before = [&](long axis) { return std::lround(pads.at(axis)); };
    Tensor out{in.dims, {}, in.type};
    for (long axis = 0; axis < 4; ++axis)
        out.dims[static_cast<std::size_t>(axis)] += before(axis) + before(axis + 4);
    for (long c = -before(1); c < out.dim(1) - before(1); ++c)
        for (long y = -before(2); y < out.dim(2) - before(2); ++y)
            for (long x = -before(3); x < out.dim(3) - before(3); ++x) {
                const bool inside =
                    c >= 0 && c < in.dim(1) && y >= 0 && y < in.dim(2) && x >= 0 && x < in.dim(3);
                out.values.push_back(inside ? in.at((c * in.dim(2) + y) * in.dim(3) + x) : 0.0);
            }
    return out;
}

Tensor execute(const NodeProto& node, const std::vector<const Tensor*>& in) {
    const std::string& op = node.op_type();
    const Tensor* third = in.size() > 2 ? in[2] : nullptr;
    Tensor out = *in[0];
    if (op == "Conv") return convolve(node, *in[0], *in[1], third);
    if (op == "Gemm") return gemm(*in[0], *in[1], third);
    if (op == "MaxPool" || op == "AveragePool") return pool(node, *in[0]);
    if (op == "DequantizeLinear") return dequantize(*in[0], *in[1]);
    if (op == "Mul") return broadcast(*in[0], *in[1], [](double a, double b) { return a * b; });
    if (op == "Div") return broadcast(*in[0], *in[1], [](double a, double b) { return a / b; });
    if (op == "Pad") return pad(*in[0], *in[1]);
    if (op == "Add") return broadcast(*in[0], *in[1], [](double a, double b) { return a + b; });
    if (op == "BatchNormalization") return normalize(*in[0], in, number(node, "epsilon", 1e-5));
    if (op == "QuantizeLinear")
        for (double& v : out.values)
            v = std::clamp(std::nearbyint(v / in[1]->at(0)) + in[2]->at(0), 0.0, 255.0);
    else if (op == "Clip")
        for (double& v : out.values) v = std::clamp(v, in[1]->at(0), in[2]->at(0));
    else if (op == "Round")
        for (double& v : out.values) v = std::nearbyint(v);
    else if (op == "Flatten")
        out.dims = {1, static_cast<long>(out.values.size())};
    else if (op != "Cast")
        throw std::logic_error("operator " + op);
    return out;
}

}  // namespace

std::vector<double> interpret(const ::onnx::GraphProto& graph, const std::vector<double>& image) {
    std::map<std::string, Tensor> values;
    for (const TensorProto& tensor : graph.initializer()) values[tensor.name()] = decode(tensor);
    Tensor input{{1}, image, TensorProto::FLOAT};
    const auto& shape = graph.input(0).type().tensor_type().shape();
    for (int i = 1; i < shape.dim_size(); ++i) input.dims.push_back(shape.dim(i).dim_value());
    values[graph.input(0).name()] = input;
    for (const NodeProto& node : graph.node()) {
        std::vector<const Tensor*> inputs;
        for (const std::string& name : node.input()) inputs.push_back(&values.at(name));
        Tensor out = execute(node, inputs);
        values[node.output(0)] = std::move(out);
    }
    return values.at(graph.output(0).name()).values;
}

}  // namespace cimarron::test
