// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/load/read_tensor.h"

#include "common/error.h"
#include "quant/onnx/load/external_data.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace cimarron::foreign {

namespace {

using ::onnx::TensorProto;

double from_half(std::uint32_t bits) {
    const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
    const int exponent = static_cast<int>((bits >> 10) & 0x1FU);
    const double fraction = static_cast<double>(bits & 0x3FFU);
    if (exponent == 31) return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(fraction + 1024, exponent - 25);
}

double from_bfloat(std::uint32_t bits) {
    const std::uint32_t wide = bits << 16;
    float value = 0;
    std::memcpy(&value, &wide, sizeof value);
    return static_cast<double>(value);
}

// Elements of less than a byte, the first in the low bits.
int bits_in_byte(ElementType type) {
    switch (type) {
        case ElementType::int4:
        case ElementType::uint4:
            return 4;
        case ElementType::int2:
        case ElementType::uint2:
            return 2;
        default:
            return 0;
    }
}

double from_bits(unsigned bits, ElementType type) {
    const IntegerRange range = range_of(type);
    const auto value = static_cast<double>(bits);
    return value > range.high ? value - (range.high - range.low + 1) : value;
}

// Element i of a packed array whose byte j is byte(j).
template <class Byte>
std::vector<double> unpack(ElementType type, std::int64_t count, const Byte& byte) {
    const int bits = bits_in_byte(type);
    const int per_byte = 8 / bits;
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        const unsigned word = byte(i / per_byte) >> (bits * static_cast<int>(i % per_byte));
        values.push_back(from_bits(word & ((1U << bits) - 1), type));
    }
    return values;
}

template <class T>
std::vector<double> unpack_words(const std::string& bytes, double (*convert)(T)) {
    std::vector<double> values(bytes.size() / sizeof(T));
    for (std::size_t i = 0; i < values.size(); ++i) {
        T word;
        std::memcpy(&word, bytes.data() + i * sizeof(T), sizeof(T));
        values[i] = convert(word);
    }
    return values;
}

template <class T>
std::vector<double> unpack_words(const std::string& bytes) {
    return unpack_words<T>(bytes, [](T word) { return static_cast<double>(word); });
}

double half(std::uint16_t bits) {
    return from_half(bits);
}
double bfloat(std::uint16_t bits) {
    return from_bfloat(bits);
}

std::vector<double> from_raw(ElementType type, std::int64_t count, const std::string& bytes) {
    switch (type) {
        case ElementType::float32:
            return unpack_words<float>(bytes);
        case ElementType::float64:
            return unpack_words<double>(bytes);
        case ElementType::float16:
            return unpack_words<std::uint16_t>(bytes, half);
        case ElementType::bfloat16:
            return unpack_words<std::uint16_t>(bytes, bfloat);
        case ElementType::boolean:
        case ElementType::uint8:
            return unpack_words<std::uint8_t>(bytes);
        case ElementType::int8:
            return unpack_words<std::int8_t>(bytes);
        case ElementType::uint16:
            return unpack_words<std::uint16_t>(bytes);
        case ElementType::int16:
            return unpack_words<std::int16_t>(bytes);
        case ElementType::uint32:
            return unpack_words<std::uint32_t>(bytes);
        case ElementType::int32:
            return unpack_words<std::int32_t>(bytes);
        case ElementType::uint64:
            return unpack_words<std::uint64_t>(bytes);
        case ElementType::int64:
            return unpack_words<std::int64_t>(bytes);
        default:
            break;
    }
    const std::size_t needed =
        (static_cast<std::size_t>(count) * static_cast<std::size_t>(bits_in_byte(type)) + 7) / 8;
    if (bytes.size() != needed) return {};
    return unpack(type, count, [&](std::int64_t i) {
        return static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
    });
}

template <class Field>
std::vector<double> converted(const Field& field) {
    return std::vector<double>(field.begin(), field.end());
}

std::vector<double> from_fields(ElementType type, std::int64_t count, const TensorProto& proto) {
    if (type == ElementType::float32) return converted(proto.float_data());
    if (type == ElementType::float64) return converted(proto.double_data());
    if (type == ElementType::int64) return converted(proto.int64_data());
    if (type == ElementType::uint64 || type == ElementType::uint32)
        return converted(proto.uint64_data());
    if (const int bits = bits_in_byte(type); bits != 0) {
        if (proto.int32_data_size() != (count * bits + 7) / 8) return {};
        return unpack(type, count, [&](std::int64_t i) {
            return static_cast<unsigned>(proto.int32_data(static_cast<int>(i))) & 0xFFU;
        });
    }
    std::vector<double> values = converted(proto.int32_data());
    if (type == ElementType::float16 || type == ElementType::bfloat16)
        for (double& value : values) {
            const auto bits =
                static_cast<std::uint32_t>(static_cast<std::int32_t>(value)) & 0xFFFFU;
            value = type == ElementType::float16 ? from_half(bits) : from_bfloat(bits);
        }
    return values;
}

bool has_data(const TensorProto& proto) {
    return !proto.raw_data().empty() || proto.float_data_size() > 0 ||
           proto.int32_data_size() > 0 || proto.int64_data_size() > 0 ||
           proto.double_data_size() > 0 || proto.uint64_data_size() > 0;
}

Tensor read(const TensorProto& proto, const std::filesystem::path& folder) {
    const auto type = static_cast<ElementType>(proto.data_type());
    Tensor tensor;
    tensor.type = type;
    tensor.dims.assign(proto.dims().begin(), proto.dims().end());
    const std::int64_t count = element_count(tensor.dims);
    if (type == ElementType::text) return without_values(type, tensor.dims, "it holds text");
    if (!is_known(type))
        throw UserError(
            fmt::format("has the element type {}, which is not supported (float, double, "
                        "float16 and integers are)",
                        proto.data_type()));
    if (proto.data_location() == TensorProto::EXTERNAL) {
        const ExternalData data = read_external(proto, folder);
        if (!data.bytes)
            return without_values(type, tensor.dims,
                                  fmt::format("they lie in {}, which is not there", data.location));
        tensor.values = from_raw(type, count, *data.bytes);
    } else if (!has_data(proto) && count > 0) {
        return without_values(type, tensor.dims, "the file has their shape only");
    } else {
        tensor.values = proto.raw_data().empty() ? from_fields(type, count, proto)
                                                 : from_raw(type, count, proto.raw_data());
    }
    if (tensor.values.size() != static_cast<std::size_t>(count))
        throw UserError(fmt::format("holds {} values, its shape {} needs {}", tensor.values.size(),
                                    text(tensor.dims), count));
    return tensor;
}

}  // namespace

Tensor read_tensor(const TensorProto& proto, const std::filesystem::path& folder) {
    try {
        return read(proto, folder);
    } catch (const UserError& error) {
        throw UserError(fmt::format("tensor {}: {}", proto.name().substr(0, 80), error.what()));
    }
}

}  // namespace cimarron::foreign
