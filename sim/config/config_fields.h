// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cimarron {

// A configuration lists its keys once, in a `describe(fields, config)` template; these two run it
// to read a file and to write one. An `automatic` integer may be `auto` in the file.

class FieldReader {
public:
    explicit FieldReader(const YamlReader& reader) : reader_(reader) {}

    template <class T>
    void number(const std::string& key, T& value, T low, T high) {
        value = reader_.required<T>(key, Range<T>{low, high});
    }
    void automatic(const std::string& key, int& value, bool& is_auto, int low, int high) {
        is_auto = reader_.has(key) && reader_.node()[key].IsScalar() &&
                  reader_.node()[key].Scalar() == "auto";
        if (is_auto)
            reader_.required<std::string>(key);
        else
            value = reader_.required<int>(key, {low, high});
    }
    void boolean(const std::string& key, bool& value) { value = reader_.required<bool>(key); }
    // May be absent, then false.
    void optional_boolean(const std::string& key, bool& value) {
        value = reader_.optional<bool>(key, false);
    }
    template <class E>
    void name(const std::string& key, E& value,
              std::initializer_list<std::pair<const char*, E>> names) {
        value = reader_.required_enum<E>(key, names);
    }
    // May be absent, for what `value` is then.
    template <class E>
    void optional_name(const std::string& key, E& value,
                       std::initializer_list<std::pair<const char*, E>> names) {
        value = reader_.optional_enum<E>(key, value, names);
    }
    // A list that may be absent.
    void names(const std::string& key, std::vector<std::string>& values) {
        if (reader_.has(key)) values = reader_.required_list<std::string>(key);
    }
    template <class F>
    void child(const std::string& key, F describe_child) {
        FieldReader fields(reader_.required_child(key));
        describe_child(fields);
    }

private:
    YamlReader reader_;
};

class FieldWriter {
public:
    template <class T>
    void number(const std::string& key, const T& value, T, T) {
        node_[key] = fmt::format("{}", value);
    }
    void automatic(const std::string& key, int value, bool is_auto, int, int) {
        node_[key] = is_auto ? std::string("auto") : fmt::format("{}", value);
    }
    void boolean(const std::string& key, bool value) { node_[key] = value ? "true" : "false"; }
    void optional_boolean(const std::string& key, bool value) {
        if (value) boolean(key, value);
    }
    template <class E>
    void name(const std::string& key, E value,
              std::initializer_list<std::pair<const char*, E>> names) {
        for (const auto& [text, known] : names)
            if (known == value) node_[key] = text;
    }
    template <class E>
    void optional_name(const std::string& key, E value,
                       std::initializer_list<std::pair<const char*, E>> names) {
        if (value != E{}) name(key, value, names);
    }
    void names(const std::string& key, const std::vector<std::string>& values) {
        for (const std::string& value : values) node_[key].push_back(value);
    }
    template <class F>
    void child(const std::string& key, F describe_child) {
        FieldWriter fields;
        describe_child(fields);
        node_[key] = fields.node_;
    }
    const YAML::Node& node() const { return node_; }

private:
    YAML::Node node_{YAML::NodeType::Map};
};

}  // namespace cimarron
