// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cimarron::foreign {

using Dims = std::vector<std::int64_t>;

// The numbers of ONNX's TensorProto::DataType, those that libonnx does not know included.
enum class ElementType : int {
    undefined = 0,
    float32 = 1,
    uint8 = 2,
    int8 = 3,
    uint16 = 4,
    int16 = 5,
    int32 = 6,
    int64 = 7,
    text = 8,
    boolean = 9,
    float16 = 10,
    float64 = 11,
    uint32 = 12,
    uint64 = 13,
    bfloat16 = 16,
    uint4 = 21,
    int4 = 22,
    uint2 = 25,
    int2 = 26,
};

bool is_known(ElementType type);
bool is_floating(ElementType type);
const char* name_of(ElementType type);  // "?" when it is not known

// Lowest and highest value of an integer type; a UserError names any other.
struct IntegerRange {
    double low = 0;
    double high = 0;
};
IntegerRange range_of(ElementType type);

// Why a constant's values are what they are: value = step * code + base. Steps and bases are one
// for all elements or one for each.
struct Lattice {
    std::vector<double> codes;
    std::vector<double> step{1};
    std::vector<double> base{0};
    int bits = 0;  // that the file keeps a code in; 0: not known

    double step_at(std::size_t i) const { return step[step.size() == 1 ? 0 : i]; }
    double base_at(std::size_t i) const { return base[base.size() == 1 ? 0 : i]; }
    double value_at(std::size_t i) const { return step_at(i) * codes[i] + base_at(i); }
};

// A constant: its values as real numbers (exact for all types but 64-bit integers above 2^53), in
// the order of the file.
struct Tensor {
    ElementType type = ElementType::float32;
    Dims dims;
    std::vector<double> values;
    std::shared_ptr<const Lattice> lattice;  // nullptr: not quantized
    std::string missing;                     // why there are no values, only a shape; "": there are

    bool has_values() const { return missing.empty(); }
    std::size_t size() const { return values.size(); }
};

// Product of the dimensions; a UserError when one is negative or there are more than 2^28.
std::int64_t element_count(const Dims& dims);
std::string text(const Dims& dims);  // "[1, 3, 32, 32]"

Tensor make_tensor(ElementType type, Dims dims, std::vector<double> values);
Tensor integers(const std::vector<std::int64_t>& values);  // 1-D, int64
Tensor scalar(double value);
// A tensor of that shape whose values nobody has.
Tensor without_values(ElementType type, Dims dims, const std::string& why);

}  // namespace cimarron::foreign
