// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// Fills a struct from a file by its description. The three visitors have the same calls; what a
// call means for the file is said here.
class KeyReader {
public:
    explicit KeyReader(const YamlReader& reader) : reader_(reader) {}

    // A required number, boolean or text; a path.
    template <class T>
    void value(const Key& key, T& value, Range<T> range = {}) {
        value = reader_.required<T>(key.name, range);
    }
    void value(const Key& key, std::filesystem::path& value) {
        value = reader_.required_path(key.name);
    }
    // May be absent: the struct keeps what it holds.
    template <class T>
    void optional(const Key& key, T& value, Range<T> range = {}) {
        if (reader_.has(key.name)) this->value(key, value, range);
    }
    template <class T>
    void optional(const Key& key, std::optional<T>& value, Range<T> range = {}) {
        if (reader_.has(key.name)) this->value(key, value.emplace(), range);
    }
    void optional(const Key& key, std::filesystem::path& value) {
        if (reader_.has(key.name)) this->value(key, value);
    }
    // One of the names.
    template <class E>
    void choice(const Key& key, E& value, Names<E> names) {
        value = reader_.required_enum<E>(key.name, names);
    }
    template <class E>
    void optional_choice(const Key& key, E& value, Names<E> names) {
        if (reader_.has(key.name)) choice(key, value, names);
    }
    // An integer, or `auto`.
    void automatic(const Key& key, int& value, bool& is_auto, Range<int> range) {
        is_auto = reader_.has(key.name) && reader_.node()[key.name].IsScalar() &&
                  reader_.node()[key.name].Scalar() == "auto";
        if (is_auto)
            reader_.required<std::string>(key.name);
        else
            this->value(key, value, range);
    }
    // A list of scalars, or one.
    template <class T>
    void list(const Key& key, std::vector<T>& values, Range<T> range = {}) {
        values = reader_.required_list<T>(key.name, range);
    }
    template <class T>
    void optional_list(const Key& key, std::vector<T>& values, Range<T> range = {}) {
        if (reader_.has(key.name)) list(key, values, range);
    }
    // A list of exactly N numbers.
    template <std::size_t N>
    void numbers(const Key& key, std::array<double, N>& values) {
        const std::vector<double> list = reader_.required_list<double>(key.name);
        if (list.size() != N)
            reader_.fail(key.name, fmt::format("has {} numbers, must have {}", list.size(), N));
        std::copy(list.begin(), list.end(), values.begin());
    }
    // A mapping with keys of its own, which body(keys) describes.
    template <class F>
    void child(const Key& key, F body) {
        KeyReader keys(reader_.required_child(key.name));
        body(keys);
    }
    // One whose absence says no more than that its keys are absent: they are all optional.
    template <class F>
    void optional_child(const Key& key, F body) {
        KeyReader keys(reader_.optional_child(key.name));
        body(keys);
    }
    // One whose presence says something: body(keys, value).
    template <class T, class F>
    void optional_child(const Key& key, std::optional<T>& value, F body) {
        if (!reader_.has(key.name)) return;
        KeyReader keys(reader_.required_child(key.name));
        body(keys, value.emplace());
    }
    // A list of mappings: body(keys, item).
    template <class T, class F>
    void children(const Key& key, std::vector<T>& items, F body) {
        for (const YamlReader& child : reader_.required_children(key.name)) {
            KeyReader keys(child);
            body(keys, items.emplace_back());
        }
    }
    template <class T, class F>
    void optional_children(const Key& key, std::vector<T>& items, F body) {
        if (reader_.has(key.name)) children(key, items, body);
    }
    // Items that have the keys of the mapping they stand in.
    template <class T, class F>
    void nested(const Key& key, std::vector<T>& items, F body) {
        optional_children(key, items, body);
    }
    // A mapping whose keys the file chooses: read(mapping, key) reads one. What they are called in
    // the description, and what they hold: `named`.
    template <class F>
    void open_child(const Key& key, const Key& named, F read) {
        static_cast<void>(named);
        const YamlReader mapping = reader_.required_child(key.name);
        for (const std::string& name : mapping.keys()) read(mapping, name);
    }
    template <class F>
    void optional_open_child(const Key& key, const Key& named, F read) {
        if (reader_.has(key.name)) open_child(key, named, read);
    }
    // Keys that are there only where `key`, read before, is one of `values` (in words, for the
    // description); `holds` says whether it is.
    template <class F>
    void only(const char* key, const char* values, bool holds, F body) {
        static_cast<void>(key);
        static_cast<void>(values);
        if (holds) body();
    }

    const YamlReader& reader() const { return reader_; }

private:
    YamlReader reader_;
};

}  // namespace cimarron
