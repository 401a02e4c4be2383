// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/document.h"

#include "common/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

namespace cimarron {

namespace {

constexpr int kDeepest = 64;  // also what ends an alias that contains itself

[[noreturn]] void fail(const std::string& name, const YAML::Mark& mark,
                       const std::string& message) {
    throw UserError(fmt::format("{}:{}: {}", name, mark.line + 1, message));
}

void check_keys(const YAML::Node& node, const std::string& name, int depth) {
    if (depth > kDeepest) fail(name, node.Mark(), "is nested too deeply");
    if (node.IsSequence())
        for (const YAML::Node& item : node) check_keys(item, name, depth + 1);
    if (!node.IsMap()) return;
    std::map<std::string, int> lines;
    for (const auto& entry : node) {
        if (!entry.first.IsScalar()) fail(name, entry.first.Mark(), "a key must be a plain word");
        const std::string& key = entry.first.Scalar();
        if (key == "<<") fail(name, entry.first.Mark(), "<<: merge keys are not supported");
        const auto [first, is_new] = lines.emplace(key, entry.first.Mark().line + 1);
        if (!is_new)
            fail(name, entry.first.Mark(),
                 fmt::format("{}: duplicate key, first given in line {}", key, first->second));
        check_keys(entry.second, name, depth + 1);
    }
}

}  // namespace

std::string read_text_file(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        throw UserError(fmt::format("{}: is a folder, must be a file", file.string()));
    std::ifstream in(file, std::ios::binary);
    if (!in) throw UserError(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (in.bad()) throw UserError(fmt::format("{}: cannot be read", file.string()));
    return text;
}

YAML::Node parse_yaml_mapping(const std::string& text, const std::string& name) {
    std::vector<YAML::Node> documents;
    try {
        documents = YAML::LoadAll(text);
    } catch (const YAML::Exception& error) {
        fail(name, error.mark, fmt::format("not valid YAML: {}", error.msg));
    }
    if (documents.size() > 1) fail(name, documents[1].Mark(), "holds more than one document");
    if (documents.empty() || !documents[0].IsMap())
        throw UserError(fmt::format("{}:1: must be a mapping (key: value lines)", name));
    check_keys(documents[0], name, 0);
    return documents[0];
}

std::string set_yaml_value(YAML::Node& root, const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
        throw UserError(fmt::format("--set {}: must be KEY=VALUE", assignment));
    const std::string path = assignment.substr(0, equals);
    const std::string value = assignment.substr(equals + 1);
    YAML::Node node;
    node.reset(root);
    std::size_t start = 0;
    while (true) {
        const std::size_t dot = path.find('.', start);
        const std::string key = path.substr(start, dot - start);
        if (key.empty() || !(node.IsMap() || node.IsNull()))
            throw UserError(fmt::format("--set {}: no such key can be set in this file", path));
        if (dot == std::string::npos) {
            const bool list = !value.empty() && value.front() == '[';
            try {
                node[key] = list ? YAML::Load(value) : YAML::Node(value);
            } catch (const YAML::Exception& error) {
                throw UserError(fmt::format("--set {}: not a list: {}", path, error.msg));
            }
            return path;
        }
        YAML::Node next = node[key];
        if (!next.IsDefined()) next = YAML::Node(YAML::NodeType::Map);
        node.reset(next);
        start = dot + 1;
    }
}

}  // namespace cimarron
