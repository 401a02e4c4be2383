// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cimarron {

// Closed interval a number must lie in.
template <class T>
struct Range {
    T low = std::numeric_limits<T>::lowest();
    T high = std::numeric_limits<T>::max();
};

// Strict view of one YAML mapping. Every key must be read: done() reports the first unread one, of
// this mapping and of the children taken from it, with its line and the nearest known key; call it
// after the children were read. All errors are UserError, one line:
//   file:line: path.to.key: what is wrong, and what would be right
// Types: int, std::int64_t, std::uint64_t, double, bool, std::string.
class YamlReader {
public:
    // The file's top level must be a mapping; a duplicate key anywhere is an error.
    static YamlReader load(const std::filesystem::path& file);
    static YamlReader parse(const std::string& text, const std::string& name);

    bool has(const std::string& key) const;

    template <class T>
    T required(const std::string& key, Range<T> range) const;
    template <class T>
    T required(const std::string& key) const;
    template <class T>
    T optional(const std::string& key, T fallback, Range<T> range) const;
    template <class T>
    T optional(const std::string& key, T fallback) const;

    // One of the given names.
    template <class E>
    E required_enum(const std::string& key,
                    std::initializer_list<std::pair<const char*, E>> names) const;
    template <class E>
    E optional_enum(const std::string& key, E fallback,
                    std::initializer_list<std::pair<const char*, E>> names) const;

    // A list of scalars; a single scalar is a list of one.
    template <class T>
    std::vector<T> required_list(const std::string& key, Range<T> range = {}) const;

    YamlReader required_child(const std::string& key) const;  // a nested mapping
    YamlReader optional_child(const std::string& key) const;  // empty mapping when absent
    std::vector<YamlReader> required_children(const std::string& key) const;  // list of mappings

    // A path, relative to the folder of this file (or absolute); one given by --set is relative to
    // the current folder. Existence is not checked.
    std::filesystem::path required_path(const std::string& key) const;

    std::vector<std::string> keys() const;  // in file order; reading them this way marks nothing
    void done() const;

    // Throws UserError located at the key (or at the mapping itself when key is empty).
    [[noreturn]] void fail(const std::string& key, const std::string& message) const;

    // The mapping as read, after overrides: for the effective configuration in results.
    const YAML::Node& node() const;
    std::filesystem::path file() const;

    // `KEY=VALUE` with KEY = a.b.c, as given by --set: replaces or adds the scalar before reading;
    // a VALUE in [brackets] is a list. `part` is what the user wrote in front of KEY to name this
    // file ("accelerator."), for errors.
    void override_value(const std::string& assignment, const std::string& part = "");

private:
    struct State;
    explicit YamlReader(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::size_t required_name(const std::string& key, const std::vector<std::string>& names) const;
    std::shared_ptr<State> state_;
};

template <class E>
E YamlReader::required_enum(const std::string& key,
                            std::initializer_list<std::pair<const char*, E>> names) const {
    std::vector<std::string> texts;
    for (const auto& name : names) texts.emplace_back(name.first);
    return (names.begin() + required_name(key, texts))->second;
}

template <class E>
E YamlReader::optional_enum(const std::string& key, E fallback,
                            std::initializer_list<std::pair<const char*, E>> names) const {
    return has(key) ? required_enum<E>(key, names) : fallback;
}

}  // namespace cimarron
