// SPDX-License-Identifier: Apache-2.0
#include "sim/config/non_idealities_config.h"

#include "hw/cost/array_cost.h"
#include "hw/technology/constants.h"
#include "sim/config/config_fields.h"
#include "sim/config/constant_config.h"

#include <cmath>

namespace cimarron {

namespace {

constexpr double kPercent = 0.01;
constexpr int kLinesPerColumn = 2;  // bit line and source line, led out at the same end

template <class Fields, class Config>
void describe_switches(Fields& f, Config& config) {
    f.boolean("on_off_ratio", config.on_off_ratio);
    f.boolean("variation", config.variation);
    f.boolean("read_noise", config.read_noise);
    f.boolean("stuck_cells", config.stuck_cells);
    f.boolean("ir_drop", config.ir_drop);
    f.boolean("drift", config.drift);
    f.boolean("adc_errors", config.adc_errors);
    f.boolean("compensation", config.compensation);
}

template <class Config, class F>
void visit_constants(Config& config, F&& f) {
    f("retention", "s", kPositive, config.retention);
    f("adc_offset", "LSB", kNotNegative, config.adc_offset);
    f("adc_gain", "%", kNotNegative, config.adc_gain);
    f("adc_bow", "LSB", kNotNegative, config.adc_bow);
    f("adc_noise", "LSB", kNotNegative, config.adc_noise);
}

// Of both lines of a column between two rows, times G_on - G_off.
double wire_resistance(const Technology& technology, const Device& device) {
    const double step = 1 / device.on_resistance.value - 1 / device.off_resistance.value;
    return kLinesPerColumn * technology.wire.resistance.value * cell_pitch_um(technology, device) *
           step;
}

// Drift starts from what was programmed: none before drift_start.
double log_time(const Constant& retention, const Constant& start) {
    return std::max(0.0, std::log(retention.value / start.value));
}

void resolve_resistive(const NonIdealitiesConfig& config, const Technology& technology,
                       const Device& device, CellNonIdealities& cell) {
    const CellVariation& v = device.variation;
    if (config.on_off_ratio)
        cell.off_conductance = 1 / (device.off_resistance.value / device.on_resistance.value - 1);
    if (config.variation) cell.sigma_off = kPercent * v.off_sigma.value;
    if (config.drift) {
        cell.drift_on = v.drift_on.value;
        cell.drift_off = v.drift_off.value;
        cell.drift_sigma = kPercent * v.drift_sigma.value;
        cell.drift_log_time = log_time(config.retention, v.drift_start);
    }
    if (config.ir_drop) cell.wire_resistance = wire_resistance(technology, device);
}

}  // namespace

NonIdealitiesConfig read_non_idealities(const YamlReader& reader) {
    NonIdealitiesConfig config;
    FieldReader fields(reader);
    describe_switches(fields, config);
    visit_constants(config,
                    [&](const char* key, const char* unit, double least, Constant& constant) {
                        constant = read_constant(reader, key, unit, least);
                    });
    reader.done();
    return config;
}

YAML::Node to_yaml(const NonIdealitiesConfig& config) {
    FieldWriter fields;
    describe_switches(fields, config);
    YAML::Node node = fields.node();
    visit_constants(config, [&](const char* key, const char*, double, const Constant& constant) {
        node[key] = to_yaml(constant);
    });
    return node;
}

NonIdealities resolve(const NonIdealitiesConfig& config, const Technology& technology,
                      const Device& device, std::uint64_t seed) {
    NonIdealities effects;
    const CellVariation& v = device.variation;
    if (config.variation) effects.cell.sigma_on = kPercent * v.on_sigma.value;
    if (config.read_noise) effects.cell.read_sigma = kPercent * v.read_sigma.value;
    if (config.stuck_cells) {
        effects.cell.stuck_at_0 = kPercent * v.stuck_at_0.value;
        effects.cell.stuck_at_1 = kPercent * v.stuck_at_1.value;
    }
    if (device.resistive()) resolve_resistive(config, technology, device, effects.cell);
    if (config.adc_errors)
        effects.adc = {config.adc_offset.value, kPercent * config.adc_gain.value,
                       config.adc_bow.value, config.adc_noise.value};
    effects.compensated = config.compensation;
    effects.seed = seed;
    return effects;
}

}  // namespace cimarron
