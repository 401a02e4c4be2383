// SPDX-License-Identifier: Apache-2.0
#include "sim/result/read_results.h"

#include "common/error.h"
#include "common/yaml/document.h"
#include "sim/result/result_key.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
    throw UserError(fmt::format("{}: {}", file.string(), what));
}

bool is_range(const Json& value) {
    return value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
}

bool has_type(const Json& value, ResultType type) {
    switch (type) {
        case ResultType::name:
        case ResultType::text:
            return value.is_string();
        case ResultType::flag:
            return value.is_boolean();
        case ResultType::integer:
            return value.is_number_integer();
        case ResultType::number:
            return value.is_number();
        case ResultType::range:
            return is_range(value);
        case ResultType::integers:
            return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& one) {
                       return one.is_number_integer();
                   });
        case ResultType::list:
            return value.is_array();
        case ResultType::tree:
            break;
    }
    return value.is_object();
}

// rest: the key's path from this node on.
void check(const Json& node, const std::string& rest, const ResultKey& key,
           const std::filesystem::path& file) {
    const std::size_t dot = rest.find('.');
    std::string part = rest.substr(0, dot);
    const bool items = part.size() > 2 && part.compare(part.size() - 2, 2, "[]") == 0;
    if (items) part.resize(part.size() - 2);
    const bool open = part == "*";
    if (!open && !(node.is_object() && node.contains(part))) {
        if (key.always) fail(file, fmt::format("is not a result of cimarron: has no {}", key.path));
        return;
    }
    const Json& there = open ? node : node.at(part);
    if (dot != std::string::npos) {
        if (!items) return check(there, rest.substr(dot + 1), key, file);
        for (const Json& item : there) check(item, rest.substr(dot + 1), key, file);
        return;
    }
    const auto check_type = [&](const Json& value) {
        if (!has_type(value, key.type))
            fail(file, fmt::format("is not a result of cimarron: {} is {}, must be of type {}",
                                   key.path, value.dump().substr(0, 40), name_of(key.type)));
    };
    if (!open) return check_type(there);
    for (const Json& value : there) check_type(value);
}

void check_schema(const Json& tree, const std::filesystem::path& file) {
    if (!tree.is_object() || !tree.contains("network") || !tree.contains("config"))
        fail(file, "is not a result of cimarron");
    if (tree.contains("schema") && tree["schema"] != kResultSchema)
        fail(file, fmt::format("has schema {}, this program reads {}; run it again",
                               tree["schema"].dump(), kResultSchema));
}

}  // namespace

Json read_result_trees(const std::filesystem::path& file) {
    Json results = Json::parse(read_text_file(file), nullptr, false);
    if (results.is_discarded()) fail(file, "is not valid JSON");
    if (results.is_object()) results = Json::array({std::move(results)});
    if (!results.is_array()) fail(file, "is not a result of cimarron");
    for (const Json& tree : results) check_schema(tree, file);
    return results;
}

Json read_results(const std::filesystem::path& file) {
    Json results = read_result_trees(file);
    for (const Json& tree : results)
        for (const ResultKey& key : result_keys())
            if (key.path != "schema") check(tree, key.path, key, file);
    return results;
}

}  // namespace cimarron
