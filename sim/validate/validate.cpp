// SPDX-License-Identifier: Apache-2.0
#include "sim/validate/validate.h"

#include "hw/cost/uncertainty.h"
#include "hw/technology/constants.h"
#include "sim/report/table.h"
#include "sim/validate/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// The experiment's technology with the calibration's factors, 1 where it names none.
Technology calibrated(const Experiment& e, const NamedCalibration& calibration) {
    Technology technology = e.technology;
    visit_calibration(technology.calibration, [&](const ConstantKey& key, Constant& constant) {
        const auto given = calibration.factors.find(key.name);
        constant.value = given == calibration.factors.end() ? 1 : given->second;
        constant.low_factor = constant.high_factor = 1;
    });
    return technology;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::count(names.begin(), names.end(), name) > 0;
}

ValidationRow row_of(const Experiment& e, const PublishedFigure& figure,
                     const NamedCalibration& model, const Ranged& ours) {
    ValidationRow row;
    row.macro = e.name;
    row.quantity = figure.name;
    row.unit = unit_of(figure.figure);
    row.model = model.name;
    row.published = figure.published;
    row.ours = ours.value;
    row.low = ours.low;
    row.high = ours.high;
    row.informs = figure.informs;
    row.in_sample = figure.in_sample || contains(model.from, e.macro);
    const auto band = figure.bands.find(model.name);
    if (band != figure.bands.end()) row.band = band->second;
    const auto miss = figure.misses.find(model.name);
    if (miss != figure.misses.end()) row.miss = miss->second;
    return row;
}

std::string number(double value) {
    return fmt::format("{:.4g}", value);
}

std::string band_text(const ValidationRow& row) {
    if (!row.band) return "-";
    return fmt::format("{:+.0f} to {:+.0f}", 100 * (row.band->low - 1), 100 * (row.band->high - 1));
}

}  // namespace

bool ValidationRow::within() const {
    constexpr double kRounding = 1e-9;
    const double ratio = ours / published;
    return !band || (ratio >= band->low * (1 - kRounding) && ratio <= band->high * (1 + kRounding));
}

std::vector<ValidationRow> validate(const Experiment& e) {
    std::vector<NamedCalibration> models = {{"generic", {}, {}}};
    models.insert(models.end(), e.calibrations.begin(), e.calibrations.end());
    const AcceleratorActivity activity = experiment_activity(e);
    const Figures figures = [&](const Technology& technology, const Device& device) {
        return model_figures(e, activity, technology, device);
    };
    std::vector<ValidationRow> rows;
    for (const NamedCalibration& model : models) {
        const std::vector<Ranged> ours = propagate(calibrated(e, model), e.device, figures);
        for (std::size_t i = 0; i < ours.size(); ++i)
            rows.push_back(row_of(e, e.figures[i], model, ours[i]));
    }
    return rows;
}

Json to_json(const std::vector<ValidationRow>& rows) {
    Json list = Json::array();
    for (const ValidationRow& row : rows) {
        Json one = {{"macro", row.macro},
                    {"quantity", row.quantity},
                    {"unit", row.unit},
                    {"model", row.model},
                    {"published", row.published},
                    {"ours", row.ours},
                    {"low", row.low},
                    {"high", row.high},
                    {"error", row.error()},
                    {"in_sample", row.in_sample}};
        one["band"] = row.band ? Json{row.band->low - 1, row.band->high - 1} : Json();
        one["within"] = row.band ? Json(row.within()) : Json();
        if (!row.miss.empty()) one["miss"] = row.miss;
        list.push_back(std::move(one));
    }
    return list;
}

std::string to_text(const std::vector<ValidationRow>& rows) {
    Table table{{"macro", "quantity", "unit", "model", "published", "ours", "low", "high",
                 "error %", "band %", "within", "in sample"},
                {}};
    std::string misses;
    for (const ValidationRow& row : rows) {
        table.rows.push_back({row.macro, row.quantity, row.unit, row.model, number(row.published),
                              number(row.ours), number(row.low), number(row.high),
                              fmt::format("{:.1f}", 100 * row.error()), band_text(row),
                              !row.band      ? "-"
                              : row.within() ? "yes"
                                             : "NO",
                              row.in_sample ? "yes" : "no"});
        if (!row.miss.empty())
            misses +=
                fmt::format("  {}, {}, {}: {}\n", row.macro, row.quantity, row.model, row.miss);
    }
    return to_text(table) + (misses.empty() ? "" : "\nOutside their band:\n" + misses);
}

}  // namespace cimarron
