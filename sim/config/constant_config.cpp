// SPDX-License-Identifier: Apache-2.0
#include "sim/config/constant_config.h"

#include "hw/technology/constants.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

constexpr std::initializer_list<std::pair<const char*, Grade>> kGrades = {
    {"measured", Grade::measured},
    {"published", Grade::published},
    {"fitted", Grade::fitted},
    {"assumed", Grade::assumed}};

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\n") == std::string::npos;
}

void check_value(const YamlReader& reader, double value, double least) {
    if (!std::isfinite(value)) reader.fail("value", "must be a finite number");
    if (value >= least) return;
    reader.fail("value", least == kPositive
                             ? fmt::format("is {}, must be above 0", value)
                             : fmt::format("is {}, must be at least {}", value, least));
}

// Exponents, bit counts and the node itself are exact unless the file says otherwise: the error of
// a fit is carried by its scale.
bool exact_by_default(const Constant& constant) {
    return constant.unit == "1" || constant.unit == "nm";
}

void read_range(const YamlReader& reader, Constant& constant) {
    if (!reader.has("range")) {
        const double factor = exact_by_default(constant) ? 1 : range_factor(constant.grade);
        constant.low_factor = 1 / factor;
        constant.high_factor = factor;
        return;
    }
    const std::vector<double> range = reader.required_list<double>("range");
    if (range.size() != 2) reader.fail("range", "must be two numbers, [low, high]");
    if (!(range[0] <= constant.value && constant.value <= range[1]))
        reader.fail("range", fmt::format("is [{}, {}], must hold the value {}", range[0], range[1],
                                         constant.value));
    if (constant.value == 0) return;
    constant.low_factor = range[0] / constant.value;
    constant.high_factor = range[1] / constant.value;
    if (std::fmin(constant.low_factor, constant.high_factor) <= 0)
        reader.fail("range", "must not include 0: ranges are multiples of the value");
}

}  // namespace

Constant read_constant(const YamlReader& parent, const std::string& key, const std::string& unit,
                       double least) {
    const YamlReader reader = parent.required_child(key);
    Constant constant;
    constant.name = key;
    constant.value = reader.required<double>("value");
    check_value(reader, constant.value, least);
    constant.unit = reader.required<std::string>("unit");
    if (constant.unit != unit)
        reader.fail("unit", fmt::format("is '{}', must be '{}'", constant.unit, unit));
    constant.source = reader.required<std::string>("source");
    if (is_blank(constant.source))
        reader.fail("source", "is empty, must say where the value comes from");
    constant.grade = reader.required_enum<Grade>("grade", kGrades);
    read_range(reader, constant);
    return constant;
}

YAML::Node to_yaml(const Constant& constant) {
    YAML::Node node(YAML::NodeType::Map);
    node["value"] = fmt::format("{}", constant.value);
    node["unit"] = constant.unit;
    node["source"] = constant.source;
    node["grade"] = to_string(constant.grade);
    node["range"].push_back(fmt::format("{}", constant.low()));
    node["range"].push_back(fmt::format("{}", constant.high()));
    return node;
}

std::string to_string(Grade grade) {
    for (const auto& [name, value] : kGrades)
        if (value == grade) return name;
    return {};
}

}  // namespace cimarron
