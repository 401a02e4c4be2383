// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "sim/config/device_config.h"
#include "sim/config/technology_config.h"
#include "sim/validate/read_figure.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

constexpr double kHuge = 1e12;
constexpr int kMany = 1 << 20;

MacroWorkload read_workload(const YamlReader& r) {
    MacroWorkload w;
    w.rows = r.required<int>("rows", {1, kMany});
    w.channels = r.required<int>("channels", {1, kMany});
    w.input_bits = r.required<int>("input_bits", {1, 8});
    w.weight_bits = r.required<int>("weight_bits", {1, 8});
    w.input_ones = r.optional<double>("input_ones", w.input_ones, {0, 1});
    w.weight_ones = r.optional<double>("weight_ones", w.weight_ones, {0, 1});
    w.toggle = r.optional<double>("toggle", w.toggle, {0, 1});
    if (r.has("product"))
        w.product =
            r.required_enum<Product>("product", {{"and", Product::and_}, {"xnor", Product::xnor}});
    return w;
}

DigitalArrayParams read_digital(const YamlReader& r) {
    DigitalArrayParams d;
    d.style = r.required_enum<DigitalStyle>(
        "style", {{"adder_tree", DigitalStyle::adder_tree}, {"ripple", DigitalStyle::ripple}});
    d.rows = r.required<int>("rows", {1, kMany});
    d.columns = r.required<int>("columns", {1, kMany});
    d.cells_per_multiplier = r.optional<int>("cells_per_multiplier", 1, {1, kMany});
    d.input_bits = r.required<int>("input_bits", {1, 8});
    d.weight_bits = r.required<int>("weight_bits", {1, 16});
    d.accumulator_bits = r.required<int>("accumulator_bits", {1, 62});
    d.guard_columns = r.optional<int>("guard_columns", 0, {0, kMany});
    d.registers_per_column = r.optional<int>("registers_per_column", 1, {1, kMany});
    if (d.weights() < 1) r.fail("columns", "hold no weight");
    return d;
}

RollUp read_roll_up(const YamlReader& r) {
    RollUp up;
    up.name = r.required<std::string>("name");
    up.count = r.optional<double>("count", 1, {0, kHuge});
    up.power_mw = r.optional<double>("power_mw", 0, {0, kHuge});
    up.area_mm2 = r.optional<double>("area_mm2", 0, {0, kHuge});
    if (r.has("parts"))
        for (const YamlReader& part : r.required_children("parts"))
            up.parts.push_back(read_roll_up(part));
    return up;
}

NamedCalibration read_calibration(const YamlReader& r) {
    NamedCalibration c;
    c.name = r.required<std::string>("name");
    c.from = r.required_list<std::string>("from");
    for (const std::string& factor : calibration_factors())
        if (r.has(factor)) c.factors[factor] = r.required<double>(factor, {1e-3, 1e3});
    return c;
}

// Assignments that begin with `prefix`, without it; with none, those of neither other file.
std::vector<std::string> assignments(const std::vector<std::string>& all,
                                     const std::string& prefix) {
    std::vector<std::string> mine;
    for (const std::string& one : all) {
        const bool device = one.rfind("device.", 0) == 0;
        const bool technology = one.rfind("technology.", 0) == 0;
        const bool accelerator = one.rfind("accelerator.", 0) == 0;
        if (prefix.empty() ? !device && !technology && !accelerator : one.rfind(prefix, 0) == 0)
            mine.push_back(one.substr(prefix.size()));
    }
    return mine;
}

YamlReader open(const std::filesystem::path& file, const std::vector<std::string>& set) {
    YamlReader reader = YamlReader::load(file);
    for (const std::string& assignment : set) reader.override_value(assignment);
    return reader;
}

struct Case {
    std::string name;
    std::vector<std::string> set;
    std::vector<PublishedFigure> figures;
};

std::vector<Case> read_cases(const YamlReader& reader) {
    std::vector<Case> cases;
    for (const YamlReader& r : reader.required_children("cases")) {
        Case one;
        one.name = r.required<std::string>("name");
        if (r.has("set")) one.set = r.required_list<std::string>("set");
        for (const YamlReader& figure : r.required_children("figures"))
            one.figures.push_back(read_figure(figure));
        cases.push_back(std::move(one));
    }
    return cases;
}

ChipWorkload read_chip(const YamlReader& r, const std::vector<std::string>& set,
                       AcceleratorConfig& config) {
    ChipWorkload chip;
    chip.network = r.required_path("network");
    chip.activation_bits = r.required<int>("activation_bits", {1, 8});
    const std::filesystem::path accelerator = r.required_path("accelerator");
    const std::vector<std::string> changes = assignments(set, "accelerator.");
    config = read_accelerator(open(accelerator, changes));
    chip.key = fmt::format("{} {} {} {}", chip.network.string(), chip.activation_bits,
                           accelerator.string(), fmt::join(changes, " "));
    return chip;
}

void read_hardware(const YamlReader& reader, const Case& one, Experiment& e) {
    if (reader.has("chip")) {
        e.chip = read_chip(reader.required_child("chip"), one.set, e.config);
        return;
    }
    if (reader.has("buffer")) {
        const YamlReader buffer = reader.required_child("buffer");
        e.buffer = SramBufferParams{buffer.required<int>("bytes", {1, 1 << 28}),
                                    buffer.required<int>("port_bits", {1, 1 << 16})};
        return;
    }
    if (reader.has("digital"))
        e.digital = read_digital(reader.required_child("digital"));
    else
        e.config = read_macro(reader);
    e.workload = read_workload(reader.required_child("workload"));
}

Experiment read_experiment(const std::filesystem::path& file, const Case& one) {
    const YamlReader reader = open(file, assignments(one.set, ""));
    Experiment e;
    e.macro = file.stem().string();
    e.name = one.name.empty() ? e.macro : e.macro + ", " + one.name;
    e.title = reader.required<std::string>("title");
    e.source = reader.required<std::string>("source");
    if (reader.has("roll_up")) {
        e.roll_up = read_roll_up(reader.required_child("roll_up"));
    } else {
        e.technology = read_technology(
            open(reader.required_path("technology"), assignments(one.set, "technology.")));
        e.device =
            read_device(open(reader.required_path("device"), assignments(one.set, "device.")));
        read_hardware(reader, one, e);
    }
    if (reader.has("calibrations"))
        for (const YamlReader& r : reader.required_children("calibrations"))
            e.calibrations.push_back(read_calibration(r));
    e.figures = one.figures;
    read_cases(reader);  // so that done() knows them
    reader.done();
    return e;
}

}  // namespace

std::vector<Experiment> load_experiments(const std::filesystem::path& file) {
    std::vector<Experiment> experiments;
    for (const Case& one : read_cases(YamlReader::load(file)))
        experiments.push_back(read_experiment(file, one));
    return experiments;
}

}  // namespace cimarron
