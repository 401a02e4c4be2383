// SPDX-License-Identifier: Apache-2.0
#include "sim/dpi/model.h"

#include "common/error.h"
#include "sim/run/counters.h"

#include <fmt/format.h>

#include <sstream>

namespace cimarron::dpi {

namespace {

std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string word; in >> word;) all.push_back(word);
    return all;
}

// The scalar at a.b.c, empty when there is none.
std::string scalar_at(const YAML::Node& tree, const std::string& path) {
    YAML::Node node = YAML::Clone(tree);
    std::istringstream in(path);
    for (std::string key; std::getline(in, key, '.');) {
        if (!node.IsMap() || !node[key]) return "";
        node.reset(node[key]);
    }
    return node.IsScalar() ? node.Scalar() : "";
}

}  // namespace

void require(const char* what, int value, int low, int high) {
    if (value < low || value > high)
        throw UserError(fmt::format("{} {} is outside {}..{}", what, value, low, high));
}

Model::Model(const std::string& run_file, const std::string& settings)
    : config_(load_run(run_file, words(settings))), params_(config_.params()) {}

std::int64_t Model::parameter(const std::string& name) const {
    if (const std::int64_t own = own_parameter(name); own >= 0) return own;
    const std::string text = scalar_at(to_yaml(AcceleratorConfig{params_, {}}), name);
    if (text == "true" || text == "false") return text == "true" ? 1 : 0;
    try {
        return std::stoll(text);
    } catch (const std::logic_error&) {
        throw UserError(fmt::format("parameter {}: no such number", name));
    }
}

std::int64_t Model::activity(const std::string& counter) const {
    for (const Counter& c : counters(done()))
        if (counter == fmt::format("{}.{}", c.component, c.name)) return c.value;
    throw UserError(fmt::format("activity {}: no such counter", counter));
}

}  // namespace cimarron::dpi
