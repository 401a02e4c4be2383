// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/yaml_reader.h"

#include "common/error.h"
#include "common/yaml/document.h"
#include "common/yaml/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

namespace cimarron {

struct YamlReader::State {
    std::shared_ptr<YamlDocument> document;
    YAML::Node node;   // a mapping, or undefined for an absent optional child
    std::string path;  // "a.b[2]", empty for the top level
    int line = 1;      // of the key that holds this mapping
    std::vector<std::string> asked;
    std::set<std::string> read;
    std::map<std::string, std::vector<std::shared_ptr<State>>> children;

    std::string path_of(const std::string& key) const {
        return path.empty() || key.empty() ? path + key : path + "." + key;
    }

    // The value of `key` and its line; an undefined node when absent.
    std::pair<YAML::Node, int> find(const std::string& key) const {
        if (node.IsDefined())
            for (const auto& entry : node)
                if (entry.first.Scalar() == key) return {entry.second, entry.first.Mark().line + 1};
        return {YAML::Node(YAML::NodeType::Undefined), line};
    }

    YAML::Node get(const std::string& key) {
        asked.push_back(key);
        read.insert(key);
        return find(key).first;
    }

    std::shared_ptr<State> child(const YAML::Node& value, const std::string& child_path,
                                 int child_line) const {
        auto state = std::make_shared<State>();
        state->document = document;
        state->node.reset(value);
        state->path = child_path;
        state->line = child_line;
        return state;
    }

    std::vector<std::string> unread() const {
        std::vector<std::string> result;
        if (node.IsDefined())
            for (const auto& entry : node)
                if (read.count(entry.first.Scalar()) == 0) result.push_back(entry.first.Scalar());
        return result;
    }
};

namespace {

template <class T>
std::string range_text(const Range<T>& range) {
    const Range<T> all;
    if (range.high == all.high) return fmt::format("at least {}", range.low);
    if (range.low == all.low) return fmt::format("at most {}", range.high);
    return fmt::format("in {}..{}", range.low, range.high);
}

// Empty when fine, else what is wrong.
template <class T>
std::string convert(const YAML::Node& node, const Range<T>& range, T& value) {
    if (node.IsNull()) return "has no value";
    if (!node.IsScalar()) return "must be a single value";
    constexpr bool is_text = std::is_same_v<T, std::string>;
    if (!is_text && node.Tag() == "!") return "must be written without quotes";
    const std::string wrong = parse_scalar(node.Scalar(), value);
    if (!wrong.empty()) return fmt::format("is '{}', {}", node.Scalar(), wrong);
    if constexpr (!is_text && !std::is_same_v<T, bool>) {
        if (value < range.low || value > range.high)
            return fmt::format("is {}, must be {}", node.Scalar(), range_text(range));
    }
    return {};
}

}  // namespace

YamlReader YamlReader::load(const std::filesystem::path& file) {
    return parse(read_text_file(file), file.string());
}

YamlReader YamlReader::parse(const std::string& text, const std::string& name) {
    auto state = std::make_shared<State>();
    state->document = std::make_shared<YamlDocument>();
    state->document->file = name;
    state->node = parse_yaml_mapping(text, name);
    return YamlReader(std::move(state));
}

bool YamlReader::has(const std::string& key) const {
    state_->asked.push_back(key);
    return state_->find(key).first.IsDefined();
}

template <class T>
T YamlReader::required(const std::string& key, Range<T> range) const {
    const YAML::Node node = state_->get(key);
    if (!node.IsDefined()) {
        const std::string similar = nearest(key, state_->unread());
        fail(key, similar.empty() ? std::string("is missing")
                                  : fmt::format("is missing (there is '{}')", similar));
    }
    T value{};
    const std::string wrong = convert(node, range, value);
    if (!wrong.empty()) fail(key, wrong);
    return value;
}

template <class T>
T YamlReader::required(const std::string& key) const {
    return required<T>(key, Range<T>{});
}

template <class T>
T YamlReader::optional(const std::string& key, T fallback, Range<T> range) const {
    return has(key) ? required<T>(key, range) : fallback;
}

template <class T>
T YamlReader::optional(const std::string& key, T fallback) const {
    return optional<T>(key, std::move(fallback), Range<T>{});
}

template <class T>
std::vector<T> YamlReader::required_list(const std::string& key, Range<T> range) const {
    const YAML::Node node = state_->find(key).first;
    if (!node.IsDefined() || !node.IsSequence()) return {required<T>(key, range)};
    state_->get(key);
    if (node.size() == 0) fail(key, "is an empty list, needs at least one value");
    std::vector<T> values;
    for (const YAML::Node& item : node) {
        T value{};
        const std::string wrong = convert(item, range, value);
        if (!wrong.empty()) fail(key, fmt::format("item {} {}", values.size() + 1, wrong));
        values.push_back(std::move(value));
    }
    return values;
}

std::size_t YamlReader::required_name(const std::string& key,
                                      const std::vector<std::string>& names) const {
    const auto text = required<std::string>(key);
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        fail(key, fmt::format("is '{}', must be one of {}", text, fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
}

YamlReader YamlReader::required_child(const std::string& key) const {
    if (!has(key)) required<std::string>(key);  // reports it missing
    const auto [value, line] = state_->find(key);
    if (!value.IsMap()) fail(key, "must be a mapping (key: value lines)");
    return optional_child(key);
}

YamlReader YamlReader::optional_child(const std::string& key) const {
    state_->get(key);
    const auto [value, line] = state_->find(key);
    if (value.IsDefined() && !value.IsMap()) fail(key, "must be a mapping (key: value lines)");
    auto& known = state_->children[key];
    if (known.empty()) known.push_back(state_->child(value, state_->path_of(key), line));
    return YamlReader(known.front());
}

std::vector<YamlReader> YamlReader::required_children(const std::string& key) const {
    if (!has(key)) required<std::string>(key);
    const YAML::Node list = state_->get(key);
    if (!list.IsSequence()) fail(key, "must be a list of mappings");
    auto& known = state_->children[key];
    std::vector<YamlReader> readers;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!list[i].IsMap()) fail(key, fmt::format("item {} must be a mapping", i + 1));
        const std::string path = fmt::format("{}[{}]", state_->path_of(key), i);
        if (known.size() <= i)
            known.push_back(state_->child(list[i], path, list[i].Mark().line + 1));
        readers.push_back(YamlReader(known[i]));
    }
    return readers;
}

std::filesystem::path YamlReader::required_path(const std::string& key) const {
    const std::filesystem::path path = required<std::string>(key);
    if (path.empty()) fail(key, "is empty, must be a path");
    if (path.is_absolute() || state_->document->overridden.count(state_->path_of(key)) != 0)
        return path;
    return (file().parent_path() / path).lexically_normal();
}

std::vector<std::string> YamlReader::keys() const {
    std::vector<std::string> result;
    for (const auto& entry : node()) result.push_back(entry.first.Scalar());
    return result;
}

void YamlReader::done() const {
    for (const std::string& key : state_->unread()) {
        const std::string similar = nearest(key, state_->asked);
        if (!similar.empty()) fail(key, fmt::format("unknown key, did you mean '{}'?", similar));
        const std::set<std::string> known(state_->asked.begin(), state_->asked.end());
        fail(key, fmt::format("unknown key, must be one of {}", fmt::join(known, ", ")));
    }
    for (const auto& [key, states] : state_->children)
        for (const auto& state : states) YamlReader(state).done();
}

void YamlReader::fail(const std::string& key, const std::string& message) const {
    const std::string path = state_->path_of(key);
    const int line = key.empty() ? state_->line : state_->find(key).second;
    if (line <= 0 || state_->document->overridden.count(path) != 0)  // not from the file
        throw UserError(fmt::format("--set {}{}: {}", state_->document->part, path, message));
    throw UserError(fmt::format("{}:{}: {}{}{}", file().string(), line, path,
                                path.empty() ? "" : ": ", message));
}

const YAML::Node& YamlReader::node() const {
    if (!state_->node.IsDefined()) state_->node = YAML::Node(YAML::NodeType::Map);
    return state_->node;
}

std::filesystem::path YamlReader::file() const {
    return state_->document->file;
}

void YamlReader::override_value(const std::string& assignment, const std::string& part) {
    const std::string path = set_yaml_value(state_->node, assignment);
    state_->document->part = part;
    state_->document->overridden.insert(state_->path_of(path));
}

#define CIMARRON_INSTANTIATE(T)                                                \
    template T YamlReader::required<T>(const std::string&, Range<T>) const;    \
    template T YamlReader::required<T>(const std::string&) const;              \
    template T YamlReader::optional<T>(const std::string&, T, Range<T>) const; \
    template T YamlReader::optional<T>(const std::string&, T) const;           \
    template std::vector<T> YamlReader::required_list<T>(const std::string&, Range<T>) const

CIMARRON_INSTANTIATE(int);
CIMARRON_INSTANTIATE(std::int64_t);
CIMARRON_INSTANTIATE(std::uint64_t);
CIMARRON_INSTANTIATE(double);
CIMARRON_INSTANTIATE(bool);
CIMARRON_INSTANTIATE(std::string);

}  // namespace cimarron
