// SPDX-License-Identifier: Apache-2.0
#include "tests/support/example_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

YAML::Node child(const YAML::Node& mapping, std::string part) {
    const bool is_list = part.size() > 2 && part.compare(part.size() - 2, 2, "[]") == 0;
    if (is_list) part.resize(part.size() - 2);
    for (const auto& entry : mapping)
        if (entry.first.Scalar() == part) return is_list ? entry.second[0] : entry.second;
    return YAML::Node(YAML::NodeType::Undefined);
}

std::string value_at(const YAML::Node& root, const std::string& path) {
    const YAML::Node mapping = mapping_of(root, path);
    const YAML::Node node = mapping.IsDefined() ? child(mapping, last_part(path))
                                                : YAML::Node(YAML::NodeType::Undefined);
    return node.IsDefined() ? node.IsScalar() ? node.Scalar() : "given" : "";
}

bool holds(const YAML::Node& root, const KeyCondition& condition) {
    const std::string value = value_at(root, condition.key);
    const std::string& values = condition.values;
    if (values == "given") return !value.empty();
    if (values == "absent") return value.empty();
    if (values == "above 0") return value != "0";
    if (values == "false") return value != "true";
    if (values.rfind("not ", 0) == 0) return value != values.substr(4);
    return (", " + values + ",").find(" " + value + ",") != std::string::npos;
}

bool has_keys(const std::vector<KeyEntry>& entries, const KeyEntry& mapping) {
    const std::string begin = mapping.path + (mapping.is_list ? "[]." : ".");
    return std::any_of(entries.begin(), entries.end(),
                       [&](const KeyEntry& entry) { return entry.path.rfind(begin, 0) == 0; });
}

YAML::Node value_of(const KeyEntry& entry, const std::string& text) {
    if (entry.type == "mapping") {
        const YAML::Node mapping(YAML::NodeType::Map);
        if (!entry.is_list) return mapping;
        YAML::Node list(YAML::NodeType::Sequence);
        list.push_back(mapping);
        return list;
    }
    if (entry.type == "constant") {
        YAML::Node constant(YAML::NodeType::Map);
        constant["value"] = text;
        constant["unit"] = entry.unit;
        constant["source"] = "an example";
        constant["grade"] = "assumed";
        return constant;
    }
    return text.front() == '[' ? YAML::Load(text) : YAML::Node(text);
}

}  // namespace

std::string last_part(const std::string& path) {
    const std::size_t dot = path.rfind('.');
    return dot == std::string::npos ? path : path.substr(dot + 1);
}

YAML::Node mapping_of(const YAML::Node& root, const std::string& path) {
    YAML::Node node;
    node.reset(root);
    std::size_t start = 0;
    for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', start)) {
        const YAML::Node next = child(node, path.substr(start, dot - start));
        if (!next.IsDefined()) return next;
        node.reset(next);
        start = dot + 1;
    }
    return node;
}

YAML::Node example_file(const std::vector<KeyEntry>& entries, const Variant& variant,
                        std::set<std::string>& present) {
    YAML::Node root(YAML::NodeType::Map);
    int constants = 0;
    for (const KeyEntry& entry : entries) {
        const bool left_out = variant.without.count(entry.path) > 0 ||
                              (entry.type == "mapping" && !has_keys(entries, entry));
        if (left_out || !std::all_of(entry.where.begin(), entry.where.end(),
                                     [&](const KeyCondition& c) { return holds(root, c); }))
            continue;
        YAML::Node mapping = mapping_of(root, entry.path);
        if (!mapping.IsDefined()) continue;
        const auto given = variant.values.find(entry.path);
        // Constants rise, so that an off_resistance is above the on_resistance before it.
        const std::string example =
            entry.type == "constant" ? std::to_string(++constants) : entry.example;
        mapping[last_part(entry.path)] =
            value_of(entry, given == variant.values.end() ? example : given->second);
        present.insert(entry.path);
    }
    return root;
}

std::vector<Variant> variants(const std::vector<KeyEntry>& entries) {
    std::vector<Variant> all = {{}};
    Variant fewer;
    for (const KeyEntry& entry : entries) {
        for (const std::string& choice : entry.choices) all.push_back({{{entry.path, choice}}, {}});
        if (entry.is_automatic) all.push_back({{{entry.path, entry.low}}, {}});
        for (const KeyCondition& condition : entry.where) {
            if (condition.values == "above 0") all.push_back({{{condition.key, "0"}}, {}});
            if (condition.values.rfind("not ", 0) == 0)
                all.push_back({{{condition.key, condition.values.substr(4)}}, {}});
        }
        if (entry.required) continue;
        all.push_back({{}, {entry.path}});
        fewer.without.insert(entry.path);
        all.push_back(fewer);
    }
    return all;
}

}  // namespace cimarron
