// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/tensor.h"

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cimarron::foreign {

// A network of another tool in memory: plain structs that every step of the import reads and
// rewrites, whatever version of libonnx filled them.

struct Opaque {};  // a kind that no operator here has: graphs, lists of strings, sparse tensors
using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>,
                               std::vector<double>, Tensor, Opaque>;

struct Node {
    std::string op;
    std::string domain;               // "" is ONNX's own
    std::string name;                 // as in the file; may be empty
    std::vector<std::string> inputs;  // tensors; "" is left out
    std::vector<std::string> outputs;
    std::map<std::string, Attribute> attributes;
};

// What the file says of its input. `dims` are without the batch, -1 where they have no fixed size.
struct Input {
    std::string name;
    ElementType type = ElementType::float32;
    Dims dims;
    std::int64_t batch = 1;
};

struct Graph {
    std::string name;
    Input input;
    std::string output;
    std::vector<Node> nodes;  // in topological order, once they are sorted
    std::map<std::string, Tensor> constants;
    std::map<std::string, Dims> shapes;  // of the tensors that depend on the input; batch is 1
    std::map<std::string, std::string> metadata;
    std::string producer;        // the program that wrote the file
    std::int64_t opset = 0;      // as the file has it
    bool integers_only = false;  // a network of whole numbers (PULP's), whose image is codes too
    int names_given = 0;         // to new tensors
    bool channels_last = false;  // the file's image is [N, H, W, C]; the graph's is [N, C, H, W]
};

// Operators of our own, which the steps reduce the file's to; docs/import.md lists them.
extern const char* const kOwnDomain;
// Metadata of our own files: the image that they came from has its channels last.
extern const char* const kChannelsLastKey;
bool is_standard(const Node& node, const char* op);
bool is_own(const Node& node, const char* op);

// What an Affine that was a BatchNormalization remembers of it, as attributes, and `epsilon`.
constexpr const char* kBatchNormParts[] = {"gamma", "beta", "mean", "variance"};

// "Conv conv1", "com.microsoft::QGemm fc": a name that a user finds in the file again.
std::string label(const Node& node);
[[noreturn]] void fail(const Node& node, const std::string& what);
inline void require(bool holds, const Node& node, const char* what) {
    if (!holds) fail(node, what);
}

// Input i, or "" when it is left out.
const std::string& input_of(const Node& node, std::size_t i);
// Constant input i; nullptr when it is left out or computed.
const Tensor* constant_input(const Graph& graph, const Node& node, std::size_t i);
// The same, which must be there and have values. `what` names it in the message.
const Tensor& required_constant(const Graph& graph, const Node& node, std::size_t i,
                                const char* what);
// Shape of input i, a constant's or a computed tensor's; nullptr when it is not known.
const Dims* input_dims(const Graph& graph, const Node& node, std::size_t i);

// Attributes with their value when they are absent; a wrong type is a UserError.
std::int64_t int_attribute(const Node& node, const char* name, std::int64_t missing);
double float_attribute(const Node& node, const char* name, double missing);
std::string text_attribute(const Node& node, const char* name, const std::string& missing);
// Integers; {} when absent.
std::vector<std::int64_t> ints_attribute(const Node& node, const char* name);

}  // namespace cimarron::foreign
