// SPDX-License-Identifier: Apache-2.0
#include "sim/config/constant_config.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

constexpr Names<Grade> kGrades = {{"measured", Grade::measured},
                                  {"published", Grade::published},
                                  {"fitted", Grade::fitted},
                                  {"assumed", Grade::assumed}};

// A constant as the file has it.
struct Stated {
    Constant constant;
    std::vector<double> range;
};

template <class Keys>
void describe(Keys& f, Stated& stated) {
    f.value({"value", "", "a finite number", "1.5"}, stated.constant.value);
    f.value({"unit", "", "the one that the formulas expect: a check of the value", "fF"},
            stated.constant.unit);
    f.value({"source", "", "where the value comes from", "\"paper, table\""},
            stated.constant.source);
    f.choice({"grade", "", "how well it is known", "published"}, stated.constant.grade, kGrades);
    f.optional_list({"range", "", "[low, high], what the value may be instead", "[1, 2]",
                     "the grade's factor either way; exact for units 1 and nm"},
                    stated.range);
}

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

void set_range(const YamlReader& reader, const std::vector<double>& range, Constant& constant) {
    if (!reader.has("range")) {
        const double factor = exact_by_default(constant) ? 1 : range_factor(constant.grade);
        constant.low_factor = 1 / factor;
        constant.high_factor = factor;
        return;
    }
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

Constant read_constant(const YamlReader& reader, const ConstantKey& key) {
    Stated stated;
    KeyReader keys(reader);
    describe(keys, stated);
    Constant& constant = stated.constant;
    constant.name = key.name;
    check_value(reader, constant.value, key.least);
    if (constant.unit != key.unit)
        reader.fail("unit", fmt::format("is '{}', must be '{}'", constant.unit, key.unit));
    if (is_blank(constant.source))
        reader.fail("source", "is empty, must say where the value comes from");
    set_range(reader, stated.range, constant);
    return constant;
}

Key key_of(const ConstantKey& key) {
    return {key.name, key.unit, key.meaning, ""};
}

}  // namespace

void constant(KeyReader& keys, const ConstantKey& key, Constant& value) {
    keys.child(key_of(key), [&](KeyReader& inner) { value = read_constant(inner.reader(), key); });
}

void constant(KeyWriter& keys, const ConstantKey& key, const Constant& value) {
    YAML::Node node(YAML::NodeType::Map);
    node["value"] = fmt::format("{}", value.value);
    node["unit"] = value.unit;
    node["source"] = value.source;
    node["grade"] = to_string(value.grade);
    node["range"].push_back(fmt::format("{}", value.low()));
    node["range"].push_back(fmt::format("{}", value.high()));
    keys.node(key_of(key), node);
}

void constant(KeyLister& keys, const ConstantKey& key, Constant&) {
    KeyEntry& entry = keys.add(key_of(key), "constant");
    if (key.least == kPositive)
        entry.low = "above 0";
    else if (key.least != kAny)
        entry.low = fmt::format("{}", key.least);
}

std::vector<KeyEntry> constant_keys() {
    Stated stated;
    return list_keys([&](KeyLister& keys) { describe(keys, stated); });
}

std::string to_string(Grade grade) {
    for (const auto& [name, value] : kGrades)
        if (value == grade) return name;
    return {};
}

}  // namespace cimarron
