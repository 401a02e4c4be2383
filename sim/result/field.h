// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"
#include "sim/result/result_key.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cimarron {

// A key with where its value comes from. Its path counts from where its group of fields stands.
template <class Source>
struct Field {
    Field(ResultKey k, std::function<Json(const Source&)> v, std::vector<ResultKey> i = {},
          bool (*p)(const Source&) = nullptr)
        : key(std::move(k)), value(std::move(v)), items(std::move(i)), present(p) {}

    ResultKey key;
    std::function<Json(const Source&)> value;
    std::vector<ResultKey> items;    // of a list, or of a tree with open names: the keys below
    bool (*present)(const Source&);  // nullptr: always
};

template <class Source>
using Fields = std::vector<Field<Source>>;

// Puts a value where its path says; trees on the way are made.
inline void put(Json& tree, const std::string& path, Json value) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos)
        tree[path] = std::move(value);
    else
        put(tree[path.substr(0, dot)], path.substr(dot + 1), std::move(value));
}

template <class Source>
Json tree_of(const Fields<Source>& fields, const Source& source) {
    Json tree = Json::object();
    for (const Field<Source>& field : fields)
        if (field.present == nullptr || field.present(source))
            put(tree, field.key.path, field.value(source));
    return tree;
}

template <class Source>
std::vector<ResultKey> keys_of(const Fields<Source>& fields) {
    std::vector<ResultKey> keys;
    for (const Field<Source>& field : fields) {
        keys.push_back(field.key);
        keys.back().always = field.present == nullptr;
        for (ResultKey item : field.items) {
            const bool open = field.key.type == ResultType::tree;
            item.path = field.key.path + (open ? "." : "[].") + item.path;
            keys.push_back(std::move(item));
        }
    }
    return keys;
}

}  // namespace cimarron
