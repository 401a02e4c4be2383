// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/key_entry.h"
#include "common/yaml/yaml_reader.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// Lists the keys that a description names: every one, whatever the struct holds, in the order of
// the description. Run it on a struct as it is made, whose values are the optional keys' defaults.
class KeyLister {
public:
    template <class T>
    void value(const Key& key, T&, Range<T> range = {}) {
        add(key, type_of(T{}), range);
    }
    void value(const Key& key, std::filesystem::path&) { add(key, "path"); }
    template <class T>
    void optional(const Key& key, T& value, Range<T> range = {}) {
        absent(add(key, type_of(T{}), range), key, fmt::format("{}", value));
    }
    template <class T>
    void optional(const Key& key, std::optional<T>&, Range<T> range = {}) {
        absent(add(key, type_of(T{}), range), key, "");
    }
    void optional(const Key& key, std::filesystem::path&) { absent(add(key, "path"), key, ""); }
    template <class E>
    void choice(const Key& key, E&, Names<E> names) {
        KeyEntry& entry = add(key, "choice");
        for (const auto& name : names) entry.choices.emplace_back(name.first);
    }
    template <class E>
    void optional_choice(const Key& key, E& value, Names<E> names) {
        choice(key, value, names);
        for (const auto& [word, known] : names)
            if (known == value) absent(entries_.back(), key, word);
    }
    void automatic(const Key& key, int&, bool&, Range<int> range) {
        add(key, "integer", range).is_automatic = true;
    }
    template <class T>
    void list(const Key& key, std::vector<T>&, Range<T> range = {}) {
        add(key, type_of(T{}), range).is_list = true;
    }
    template <class T>
    void optional_list(const Key& key, std::vector<T>& values, Range<T> range = {}) {
        list(key, values, range);
        absent(entries_.back(), key, "");
    }
    template <std::size_t N>
    void numbers(const Key& key, std::array<double, N>&) {
        add(key, "number").is_list = true;
    }
    template <class F>
    void child(const Key& key, F body) {
        add(key, "mapping");
        inside(path_of(key), [&] { body(*this); });
    }
    template <class F>
    void optional_child(const Key& key, F body) {
        absent(add(key, "mapping"), key, "");
        inside(path_of(key), [&] { body(*this); });
    }
    template <class T, class F>
    void optional_child(const Key& key, std::optional<T>&, F body) {
        T value{};
        optional_child(key, [&](KeyLister& keys) { body(keys, value); });
    }
    template <class T, class F>
    void children(const Key& key, std::vector<T>&, F body) {
        add(key, "mapping").is_list = true;
        T item{};
        inside(path_of(key) + "[]", [&] { body(*this, item); });
    }
    template <class T, class F>
    void optional_children(const Key& key, std::vector<T>& items, F body) {
        const std::size_t own = entries_.size();
        children(key, items, body);
        absent(entries_[own], key, "");
    }
    template <class T, class F>
    void nested(const Key& key, std::vector<T>&, F) {
        KeyEntry& entry = add(key, "mapping");
        entry.is_list = true;
        absent(entry, key, "");
    }
    template <class F>
    void open_child(const Key& key, const Key& named, F) {
        add(key, "mapping");
        inside(path_of(key), [&] { absent(add(named, "text"), named, ""); });
    }
    template <class F>
    void optional_open_child(const Key& key, const Key& named, F read) {
        const std::size_t own = entries_.size();
        open_child(key, named, read);
        absent(entries_[own], key, "");
    }
    template <class F>
    void only(const char* key, const char* values, bool holds, F body) {
        const std::string path = find(key);
        if (path.empty()) {  // no key of this file: decided by the struct
            if (holds) body();
            return;
        }
        conditions_.push_back({path, values});
        body();
        conditions_.pop_back();
    }

    // For what is described by other means: a constant.
    KeyEntry& add(const Key& key, const char* type);
    std::vector<KeyEntry> take() { return std::move(entries_); }

private:
    template <class T>
    KeyEntry& add(const Key& key, const char* type, const Range<T>& range) {
        KeyEntry& entry = add(key, type);
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
            const Range<T> all;
            if (range.low != all.low || std::is_unsigned_v<T>)
                entry.low = fmt::format("{}", range.low);
            if (range.high != all.high) entry.high = fmt::format("{}", range.high);
        }
        if (*key.most != '\0') entry.high = key.most;
        return entry;
    }
    template <class F>
    void inside(const std::string& path, F body) {
        const std::string outside = prefix_;
        prefix_ = path + ".";
        body();
        prefix_ = outside;
    }
    // The path of the key beside those being described, or outside of their mapping; empty: none.
    std::string find(const std::string& key) const;
    std::string path_of(const Key& key) const { return prefix_ + key.name; }
    static void absent(KeyEntry& entry, const Key& key, const std::string& fallback) {
        entry.required = false;
        entry.otherwise = *key.otherwise == '\0' ? fallback : key.otherwise;
    }
    static const char* type_of(bool) { return "boolean"; }
    static const char* type_of(double) { return "number"; }
    static const char* type_of(const std::string&) { return "text"; }
    template <class T>
    static const char* type_of(T) {
        return "integer";
    }

    std::string prefix_;
    std::vector<KeyCondition> conditions_;
    std::vector<KeyEntry> entries_;
};

// The entries of a description: list_keys([](auto& keys) { describe(keys, value); }).
template <class F>
std::vector<KeyEntry> list_keys(F describe_all) {
    KeyLister keys;
    describe_all(keys);
    return keys.take();
}

}  // namespace cimarron
