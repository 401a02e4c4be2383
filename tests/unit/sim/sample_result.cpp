// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/sample_result.h"

#include "sim/result/result_key.h"

namespace cimarron::test {

namespace {

Json sample(ResultType type) {
    switch (type) {
        case ResultType::name:
        case ResultType::text:
            return "word";
        case ResultType::flag:
            return true;
        case ResultType::integer:
            return 3;
        case ResultType::number:
            return 1.5;
        case ResultType::range:
            return Json::array({1.0, 2.0});
        case ResultType::integers:
            return Json::array({3});
        case ResultType::list:
            return Json::array({Json::object()});
        case ResultType::tree:
            break;
    }
    return Json::object();
}

// layers[].cycles -> /layers/0/cycles
Json::json_pointer first(std::string path) {
    for (std::size_t at = path.find("[]"); at != std::string::npos; at = path.find("[]"))
        path.replace(at, 2, ".0");
    for (char& c : path)
        if (c == '.') c = '/';
    return Json::json_pointer("/" + path);
}

}  // namespace

Json sample_result() {
    Json result = Json::object();
    for (const ResultKey& key : result_keys())
        if (key.always) result[first(key.path)] = sample(key.type);
    result["schema"] = kResultSchema;
    return result;
}

Json without(Json result, const std::string& path) {
    const Json::json_pointer place = first(path);
    result.at(place.parent_pointer()).erase(place.back());
    return result;
}

}  // namespace cimarron::test
