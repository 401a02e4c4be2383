// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"

#include "common/yaml/scalar.h"

#include <cstdint>

namespace cimarron {

namespace {

Json scalar_to_json(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return text;  // quoted
    if (std::int64_t value = 0; parse_scalar(text, value).empty()) return value;
    if (std::uint64_t value = 0; parse_scalar(text, value).empty()) return value;
    if (double value = 0; parse_scalar(text, value).empty()) return value;
    if (bool value = false; parse_scalar(text, value).empty()) return value;
    return text;
}

// Words even where they look like a number: the unit "1", the name 22.
bool is_text(const std::string& key) {
    return key == "name" || key == "unit" || key == "source" || key == "grade";
}

bool only_scalars(const YAML::Node& map) {
    for (const auto& entry : map)
        if (!entry.second.IsScalar() || entry.second.Scalar().size() > 40) return false;
    return true;
}

void emit(YAML::Emitter& out, const YAML::Node& node, int depth) {
    if (node.IsMap()) {
        out << (depth > 0 && only_scalars(node) ? YAML::Flow : YAML::Block) << YAML::BeginMap;
        for (const auto& entry : node) {
            out << YAML::Key << entry.first.Scalar() << YAML::Value;
            emit(out, entry.second, depth + 1);
        }
        out << YAML::EndMap;
    } else if (node.IsSequence()) {
        out << YAML::Flow << YAML::BeginSeq;
        for (const YAML::Node& item : node) emit(out, item, depth + 1);
        out << YAML::EndSeq;
    } else {
        out << node;
    }
}

}  // namespace

Json to_json(const YAML::Node& node) {
    if (node.IsMap()) {
        Json object = Json::object();
        for (const auto& entry : node) {
            const std::string& key = entry.first.Scalar();
            const bool text = is_text(key) && entry.second.IsScalar();
            object[key] = text ? Json(entry.second.Scalar()) : to_json(entry.second);
        }
        return object;
    }
    if (node.IsSequence()) {
        Json array = Json::array();
        for (const YAML::Node& item : node) array.push_back(to_json(item));
        return array;
    }
    return node.IsScalar() ? scalar_to_json(node) : Json(nullptr);
}

std::string to_text(const YAML::Node& node) {
    YAML::Emitter out;
    emit(out, node, 0);
    return std::string(out.c_str()) + "\n";
}

}  // namespace cimarron
