// SPDX-License-Identifier: Apache-2.0
#include "sim/report/read_results.h"

#include "common/error.h"
#include "common/yaml/document.h"

#include <fmt/format.h>

#include <vector>

namespace cimarron {

namespace {

constexpr const char* kNumbers[] = {"activation_bits",
                                    "images",
                                    "timed_images",
                                    "top1",
                                    "macs",
                                    "cycles",
                                    "latency_s",
                                    "energy_j",
                                    "dynamic_energy_j",
                                    "leakage_energy_j",
                                    "area_mm2",
                                    "tops",
                                    "tops_per_w"};

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
    throw UserError(fmt::format("{}: {}", file.string(), what));
}

// Each item of the list has a text of that key, and these keys.
void check_list(const Json& tree, const char* list, const char* text,
                const std::vector<const char*>& keys, const std::filesystem::path& file) {
    if (!tree.contains(list) || !tree[list].is_array())
        fail(file, fmt::format("is not a result of cimarron: has no list {}", list));
    for (const Json& item : tree[list]) {
        if (!item.is_object() || !item.contains(text) || !item[text].is_string())
            fail(file, fmt::format("is not a result of cimarron: {} without {}", list, text));
        for (const char* key : keys)
            if (!item.contains(key))
                fail(file, fmt::format("is not a result of cimarron: no {} in {}", key, list));
    }
}

void check_tree(const Json& tree, const std::filesystem::path& file) {
    if (!tree.is_object()) fail(file, "is not a result of cimarron");
    for (const char* key : {"network", "device"})
        if (!tree.contains(key) || !tree[key].is_string())
            fail(file, fmt::format("is not a result of cimarron: has no {}", key));
    for (const char* key : kNumbers)
        if (!tree.contains(key) || !tree[key].is_number())
            fail(file, fmt::format("is not a result of cimarron: has no number {}", key));
    check_list(tree, "critical_path", "where", {"cause", "cycles"}, file);
    check_list(tree, "layers", "name",
               {"macs", "weight_bits", "macros", "utilisation", "cycles", "macro_cycles"}, file);
    check_list(tree, "components", "name",
               {"instances", "area_mm2", "dynamic_energy_j", "leakage_energy_j"}, file);
    check_list(tree, "checks", "name", {"passed", "detail"}, file);
    for (const char* key : {"config", "manifest"})
        if (!tree.contains(key) || !tree[key].is_object())
            fail(file, fmt::format("is not a result of cimarron: has no {}", key));
}

}  // namespace

Json read_results(const std::filesystem::path& file) {
    Json results = Json::parse(read_text_file(file), nullptr, false);
    if (results.is_discarded()) fail(file, "is not valid JSON");
    if (results.is_object()) results = Json::array({std::move(results)});
    if (!results.is_array()) fail(file, "is not a result of cimarron");
    for (const Json& tree : results) check_tree(tree, file);
    return results;
}

}  // namespace cimarron
