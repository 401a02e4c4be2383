// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/load/functions.h"

#include "common/error.h"

#include <fmt/format.h>
#include <google/protobuf/unknown_field_set.h>

#include <map>

namespace cimarron::foreign {

namespace {

using ::onnx::AttributeProto;
using ::onnx::FunctionProto;
using ::onnx::NodeProto;

constexpr int kDeepest = 32;
constexpr std::size_t kMostNodes = 20000;

// Fields that came after the oldest libonnx this builds with; whichever version parsed the message,
// they are a known field or an unknown one.
constexpr int kNodeOverload = 8;
constexpr int kFunctionOverload = 13;
constexpr int kFunctionDefaults = 11;

std::vector<std::string> texts(const ::google::protobuf::Message& message, int number) {
    std::vector<std::string> result;
    const auto& reflection = *message.GetReflection();
    const auto* field = message.GetDescriptor()->FindFieldByNumber(number);
    if (field == nullptr) {
        const auto& unknown = reflection.GetUnknownFields(message);
        for (int i = 0; i < unknown.field_count(); ++i)
            if (unknown.field(i).number() == number &&
                unknown.field(i).type() == ::google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
                result.push_back(unknown.field(i).length_delimited());
    } else if (!field->is_repeated()) {
        result.push_back(reflection.GetString(message, field));
    } else {
        for (int i = 0; i < reflection.FieldSize(message, field); ++i)
            result.push_back(reflection.GetRepeatedMessage(message, field, i).SerializeAsString());
    }
    return result;
}

std::string overload_of(const ::google::protobuf::Message& message, int number) {
    const auto found = texts(message, number);
    return found.empty() ? "" : found.front();
}

using Key = std::tuple<std::string, std::string, std::string>;  // domain, name, overload

bool is_quantizer_domain(const std::string& domain) {
    return domain.rfind("qonnx.", 0) == 0 || domain.rfind("finn.", 0) == 0 ||
           domain == "onnx.brevitas";
}

class Inliner {
public:
    explicit Inliner(const ::onnx::ModelProto& model) {
        for (const FunctionProto& function : model.functions())
            functions_[{function.domain(), function.name(),
                        overload_of(function, kFunctionOverload)}] = &function;
    }

    void add(const NodeProto& node, int depth) {
        const auto found =
            functions_.find({node.domain(), node.op_type(), overload_of(node, kNodeOverload)});
        if (found != functions_.end() && !is_quantizer_domain(node.domain()))
            return expand(*found->second, node, depth);
        if (nodes_.size() >= kMostNodes)
            throw UserError(fmt::format("has more than {} nodes", kMostNodes));
        nodes_.push_back(node);
    }

    std::vector<NodeProto> take() { return std::move(nodes_); }

private:
    void expand(const FunctionProto& function, const NodeProto& call, int depth) {
        if (depth >= kDeepest || ++calls_ > static_cast<int>(kMostNodes))
            throw UserError(
                fmt::format("function {} calls itself, or functions nest deeper than {}",
                            function.name().substr(0, 80), kDeepest));
        const std::string prefix = fmt::format(
            "{}/", !call.name().empty() || call.output_size() == 0 ? call.name() : call.output(0));
        std::map<std::string, std::string> names{{"", ""}};
        for (int i = 0; i < function.input_size(); ++i)
            names[function.input(i)] = i < call.input_size() ? call.input(i) : "";
        for (int i = 0; i < function.output_size(); ++i)
            names[function.output(i)] = i < call.output_size() && !call.output(i).empty()
                                            ? call.output(i)
                                            : prefix + function.output(i);
        const auto attributes = attributes_of(function, call);
        for (const NodeProto& inner : function.node()) {
            NodeProto node = inner;
            node.set_name(prefix + inner.name());
            const auto rename = [&](std::string& tensor) {
                const auto known = names.find(tensor);
                tensor = known != names.end() ? known->second : prefix + tensor;
            };
            for (std::string& tensor : *node.mutable_input()) rename(tensor);
            for (std::string& tensor : *node.mutable_output()) rename(tensor);
            bind(node, attributes);
            add(node, depth + 1);
        }
    }

    static std::map<std::string, AttributeProto> attributes_of(const FunctionProto& function,
                                                               const NodeProto& call) {
        std::map<std::string, AttributeProto> attributes;
        for (const std::string& bytes : texts(function, kFunctionDefaults)) {
            AttributeProto attribute;
            if (attribute.ParseFromString(bytes)) attributes[attribute.name()] = attribute;
        }
        for (const AttributeProto& attribute : call.attribute())
            attributes[attribute.name()] = attribute;
        return attributes;
    }

    // Attributes that refer to the call's: its value, or none.
    static void bind(NodeProto& node, const std::map<std::string, AttributeProto>& given) {
        const auto attributes = node.attribute();
        node.clear_attribute();
        for (const AttributeProto& attribute : attributes) {
            if (attribute.ref_attr_name().empty()) {
                *node.add_attribute() = attribute;
                continue;
            }
            const auto found = given.find(attribute.ref_attr_name());
            if (found == given.end()) continue;
            AttributeProto& bound = *node.add_attribute();
            bound = found->second;
            bound.set_name(attribute.name());
        }
    }

    std::map<Key, const FunctionProto*> functions_;
    std::vector<NodeProto> nodes_;
    int calls_ = 0;
};

}  // namespace

std::vector<NodeProto> inlined_nodes(const ::onnx::ModelProto& model) {
    Inliner inliner(model);
    for (const NodeProto& node : model.graph().node()) inliner.add(node, 0);
    return inliner.take();
}

}  // namespace cimarron::foreign
