// SPDX-License-Identifier: Apache-2.0
#include "sim/result/finding.h"

#include <map>

namespace cimarron {

namespace {

std::vector<ResultKey> all_keys() {
    std::vector<ResultKey> keys;
    for (const Fields<Finding>& group :
         {figure_fields(), layer_fields(), component_fields(), account_fields()})
        for (ResultKey& key : keys_of(group)) keys.push_back(std::move(key));
    return keys;
}

// layers[].cycles -> layers[]; programming.energy_j -> programming; layers -> nothing.
std::string above(const std::string& place) {
    const std::size_t end = place.find_last_of(".[");
    if (end == std::string::npos) return {};
    return place.substr(0, end);
}

}  // namespace

const std::vector<ResultKey>& result_keys() {
    static const std::vector<ResultKey> keys = all_keys();
    return keys;
}

const ResultKey* result_key(const std::string& place) {
    static const auto index = [] {
        std::map<std::string, const ResultKey*> all;
        for (const ResultKey& key : result_keys()) all.emplace(key.path, &key);
        return all;
    }();
    for (std::string at = place; !at.empty(); at = above(at)) {
        if (const auto found = index.find(at); found != index.end()) return found->second;
        if (const auto any = index.find(above(at) + ".*"); any != index.end()) return any->second;
    }
    return nullptr;
}

std::string item_name(const std::string& list) {
    const std::string items = list + "[].";
    for (const ResultKey& key : result_keys())
        if (key.type == ResultType::name && key.path.rfind(items, 0) == 0)
            return key.path.substr(items.size());
    return {};
}

const char* name_of(ResultType type) {
    switch (type) {
        case ResultType::name:
        case ResultType::text:
            return "text";
        case ResultType::flag:
            return "true, false";
        case ResultType::integer:
            return "integer";
        case ResultType::number:
            return "number";
        case ResultType::range:
            return "[low, high]";
        case ResultType::integers:
            return "integers";
        case ResultType::list:
            return "list";
        case ResultType::tree:
            break;
    }
    return "tree";
}

}  // namespace cimarron
