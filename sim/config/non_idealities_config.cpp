// SPDX-License-Identifier: Apache-2.0
#include "sim/config/non_idealities_config.h"

#include "hw/cost/array_cost.h"
#include "sim/config/constant_config.h"

#include <cmath>

namespace cimarron {

namespace {

constexpr double kPercent = 0.01;
constexpr int kLinesPerColumn = 2;  // bit line and source line, led out at the same end

template <class Keys, class Config>
void describe_switches(Keys& f, Config& config) {
    f.value({"on_off_ratio", "", "cells at 0 conduct too: off_resistance", "false"},
            config.on_off_ratio);
    f.value({"variation", "", "cells differ: on_sigma, off_sigma", "false"}, config.variation);
    f.value({"read_noise", "", "reads differ: read_sigma", "false"}, config.read_noise);
    f.value({"stuck_cells", "", "some cells keep one value: stuck_at_0, stuck_at_1", "false"},
            config.stuck_cells);
    f.value({"ir_drop", "", "wires have resistance: wire.resistance", "false"}, config.ir_drop);
    f.value({"drift", "", "conductances fall with time: drift_on, drift_off, drift_sigma", "false"},
            config.drift);
    f.value({"adc_errors", "", "offset, gain, bow and noise of the ADCs", "false"},
            config.adc_errors);
    f.value({"compensation", "",
             "the digital coefficients take away the mean current of cells at 0 and the mean drift",
             "true"},
            config.compensation);
}

// configs/non_idealities/*.yaml.
template <class Keys, class Config>
void describe(Keys& f, Config& config) {
    describe_switches(f, config);
    constant(f, {"", "retention", "s", kPositive, "from programming to reading, for drift"},
             config.retention);
    constant(f, {"", "adc_offset", "LSB", kNotNegative, "standard deviation over the ADCs"},
             config.adc_offset);
    constant(f, {"", "adc_gain", "%", kNotNegative, "standard deviation over the ADCs"},
             config.adc_gain);
    constant(f,
             {"", "adc_bow", "LSB", kNotNegative,
              "integral nonlinearity at mid-scale, standard deviation over the ADCs"},
             config.adc_bow);
    constant(f, {"", "adc_noise", "LSB", kNotNegative, "standard deviation over conversions"},
             config.adc_noise);
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
    KeyReader keys(reader);
    describe(keys, config);
    reader.done();
    return config;
}

YAML::Node to_yaml(const NonIdealitiesConfig& config) {
    KeyWriter keys;
    describe(keys, config);
    return keys.node();
}

std::vector<KeyEntry> non_idealities_keys() {
    NonIdealitiesConfig config;
    return list_keys([&](KeyLister& keys) { describe(keys, config); });
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
