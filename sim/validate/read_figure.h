// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "sim/validate/experiment.h"

#include <string>
#include <vector>

namespace cimarron {

constexpr Names<Figure> kFigures = {
    {"energy_pj", Figure::energy},      {"area_mm2", Figure::area},
    {"latency_ns", Figure::latency},    {"tops", Figure::throughput},
    {"tops_per_w", Figure::efficiency}, {"tops_per_mm2", Figure::density},
    {"power_mw", Figure::power}};

// `3`: within a factor of 3 either way. `25 %`: an error of at most 25 %.
Band read_band(const YamlReader& bands, const std::string& model);

// The keys a calibration may set.
const std::vector<std::string>& calibration_factors();

// One entry of a case's `figures`; check_informs says whether its `informs` is such a key.
template <class Keys>
void describe_figure(Keys& f, PublishedFigure& figure) {
    constexpr Range<double> positive{1e-12, 1e12};
    f.value({"name", "", "in the table", "ADC per conversion"}, figure.name);
    f.choice({"figure", "", "what it is, with its unit", "energy_pj"}, figure.figure, kFigures);
    f.optional_list({"components", "", "that it is the sum of", "[macro.adc]", "all"},
                    figure.components);
    f.optional({"per", "", "ours is divided by it", "256"}, figure.per, positive);
    f.value({"published", "", "in that unit", "1.79"}, figure.published, positive);
    f.value({"source", "", "where it is published", "table I"}, figure.source);
    f.optional({"informs", "", "the calibration factor that this figure is a measurement of",
                "sense_energy", "none"},
               figure.informs);
    f.optional({"in_sample", "", "a constant of the model comes from this very figure", "true"},
               figure.in_sample);
    f.optional({"leakage", "", "is counted in energy and efficiency", "true"}, figure.leakage);
    f.open_child(
        {"bands", "", "how far ours may be from it, by model", ""},
        {"MODEL", "", "a factor either way, or an error: generic, or a calibration's name", "25 %"},
        [&](const YamlReader& bands, const std::string& model) {
            figure.bands[model] = read_band(bands, model);
        });
    f.optional_open_child({"misses", "", "why a band is missed, by model", ""},
                          {"MODEL", "", "the reason", "its supply is not published"},
                          [&](const YamlReader& misses, const std::string& model) {
                              figure.misses[model] = misses.required<std::string>(model);
                          });
}

void check_informs(const YamlReader& figure, const std::string& informs);

}  // namespace cimarron
