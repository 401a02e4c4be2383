// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cimarron {

// Writes a struct as the file that it would be read from, by its description. An optional key is
// left out where it has its type's first value (false, 0, empty, the first of an enum), which has
// to be what its absence means.
class KeyWriter {
public:
    template <class T>
    void value(const Key& key, const T& value, Range<T> = {}) {
        node_[key.name] = text(value);
    }
    void value(const Key& key, const std::filesystem::path& value) {
        node_[key.name] = value.string();
    }
    template <class T>
    void optional(const Key& key, const T& value, Range<T> = {}) {
        if (value != T{}) this->value(key, value);
    }
    void optional(const Key& key, const std::filesystem::path& value) {
        if (!value.empty()) this->value(key, value);
    }
    template <class E>
    void choice(const Key& key, E value, Names<E> names) {
        for (const auto& [word, known] : names)
            if (known == value) node_[key.name] = word;
    }
    template <class E>
    void optional_choice(const Key& key, E value, Names<E> names) {
        if (value != E{}) choice(key, value, names);
    }
    void automatic(const Key& key, int value, bool is_auto, Range<int>) {
        node_[key.name] = is_auto ? std::string("auto") : text(value);
    }
    template <class T>
    void optional_list(const Key& key, const std::vector<T>& values, Range<T> = {}) {
        for (const T& value : values) node_[key.name].push_back(text(value));
    }
    template <class F>
    void child(const Key& key, F body) {
        KeyWriter keys;
        body(keys);
        node_[key.name] = keys.node_;
    }
    template <class F>
    void only(const char*, const char*, bool holds, F body) {
        if (holds) body();
    }

    // For what is described by other means: a constant.
    void node(const Key& key, const YAML::Node& value) { node_[key.name] = value; }
    const YAML::Node& node() const { return node_; }

private:
    template <class T>
    static std::string text(const T& value) {
        return fmt::format("{}", value);
    }

    YAML::Node node_{YAML::NodeType::Map};
};

}  // namespace cimarron
