// SPDX-License-Identifier: Apache-2.0
#include "sim/validate/model.h"

#include "common/bits.h"
#include "common/error.h"
#include "common/rng.h"
#include "hw/cost/chip_cost.h"
#include "hw/cost/digital_array_cost.h"
#include "hw/cost/sram_buffer_cost.h"
#include "hw/macro/macro_datapath.h"
#include "hw/macro/macro_timing.h"
#include "quant/geometry.h"
#include "sim/validate/chip_model.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

constexpr std::uint64_t kSeed = 1;

struct Priced {
    std::vector<ComponentResult> components;
    Seconds latency;
};

std::vector<std::uint8_t> random_codes(std::size_t count, int bits, double ones, Rng& rng) {
    std::vector<std::uint8_t> codes(count);
    for (std::uint8_t& code : codes)
        for (int b = 0; b < bits; ++b)
            code = static_cast<std::uint8_t>(code | (rng.coin(ones) ? 1 << b : 0));
    return codes;
}

MacroPlacement placement(const MacroWorkload& w) {
    return {0, w.rows, 0, w.channels, w.channels * w.weight_bits};
}

// One MVM through the datapath; programmed once, not with every MVM.
MacroActivity one_mvm(const MacroWorkload& w, const MacroParams& params, const Codes& weights,
                      const Codes& codes) {
    MacroDatapath macro(params, placement(w), w.weight_bits);
    macro.program(weights.data());
    macro.load(codes.data(), w.input_bits);
    macro.run();
    MacroActivity activity = macro.activity();
    activity.array.cell_writes = 0;
    return activity;
}

void complement(Codes& codes, int bits) {
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(code ^ ((1 << bits) - 1));
}

Priced price_analog(const Experiment& e, const MacroActivity& activity,
                    const Technology& technology, const Device& device) {
    const MacroParams params = resolve_macro(e.config, technology, device);
    const MacroWorkload& w = e.workload;
    const Seconds period = picoseconds(static_cast<double>(e.config.params.clock_period_ps));
    const std::int64_t cycles =
        mvm_timing(params, w.rows, w.channels * w.weight_bits, w.input_bits).total;
    const Seconds latency = period * static_cast<double>(cycles);
    return {price_macro(macro_cost(params, period, technology, device), activity, latency),
            latency};
}

Priced price_digital(const Experiment& e, const Technology& technology, const Device& device) {
    const int cycles = ceil_div(e.workload.input_bits, e.digital->input_bits);
    const Seconds latency = digital_cycle_time(*e.digital, technology) * cycles;
    Priced priced{{}, latency};
    for (const ComponentCost& cost : digital_array_cost(*e.digital, technology, device)) {
        ComponentResult result{cost.name, 1, cost.area, {}, cost.leakage * latency, {}};
        result.dynamic = cost.events.front().per_event * cycles * e.workload.toggle;
        priced.components.push_back(std::move(result));
    }
    return priced;
}

// The components are its accesses, `read` and `write`; each has the area of the whole.
Priced price_buffer(const Experiment& e, const Technology& technology) {
    const ComponentCost cost = sram_buffer_cost("buffer", *e.buffer, technology);
    Priced priced{{}, access_time(*e.buffer, technology)};
    for (const EventCost& event : cost.events)
        priced.components.push_back({event.name, 1, cost.area, event.per_event, {}, {}});
    return priced;
}

Priced price_hardware(const Experiment& e, const AcceleratorActivity& activity,
                      const Technology& technology, const Device& device) {
    if (e.chip) return {chip_components(e, activity, technology, device), {}};
    if (e.buffer) return price_buffer(e, technology);
    if (e.digital) return price_digital(e, technology, device);
    return price_analog(e, activity.macro, technology, device);
}

double sum(const RollUp& up, double RollUp::*figure) {
    double all = up.*figure;
    for (const RollUp& part : up.parts) all += sum(part, figure);
    return up.count * all;
}

const RollUp* part_named(const RollUp& up, const std::string& name) {
    if (up.name == name) return &up;
    for (const RollUp& part : up.parts)
        if (const RollUp* found = part_named(part, name)) return found;
    return nullptr;
}

double rolled_up(const Experiment& e, const PublishedFigure& figure) {
    double all = 0;
    for (const std::string& name : figure.components) {
        const RollUp* part = part_named(*e.roll_up, name);
        if (part == nullptr)
            throw UserError(fmt::format("{}: {}: no part '{}'", e.name, figure.name, name));
        all += sum(*part, figure.figure == Figure::area ? &RollUp::area_mm2 : &RollUp::power_mw);
    }
    return all / figure.per;
}

struct Total {
    Energy energy;
    Area area;
};

Total total(const Experiment& e, const PublishedFigure& figure, const Priced& priced) {
    Total all;
    std::size_t found = 0;
    const auto& names = figure.components;
    for (const ComponentResult& c : priced.components) {
        if (!names.empty() && std::count(names.begin(), names.end(), c.name) == 0) continue;
        all.energy += figure.leakage ? c.energy() : c.dynamic;
        all.area += c.area;
        ++found;
    }
    if (!names.empty() && found != names.size())
        throw UserError(
            fmt::format("{}: {}: components name one that the macro has not", e.name, figure.name));
    return all;
}

double value_of(const Experiment& e, const PublishedFigure& figure, const Priced& priced) {
    if (e.chip && figure.figure != Figure::energy && figure.figure != Figure::area)
        throw UserError(
            fmt::format("{}: {}: a chip has energy_pj and area_mm2 only", e.name, figure.name));
    const double operations = 2.0 * e.workload.rows * e.workload.channels;
    const Total all = total(e, figure, priced);
    switch (figure.figure) {
        case Figure::energy:
            return all.energy / picojoules(1);
        case Figure::area:
            return in_square_millimetres(all.area);
        case Figure::latency:
            return priced.latency / nanoseconds(1);
        case Figure::throughput:
            return operations / priced.latency.value() * 1e-12;
        case Figure::efficiency:
            return operations / all.energy.value() * 1e-12;
        case Figure::density:
            return operations / priced.latency.value() * 1e-12 / in_square_millimetres(all.area);
        case Figure::power:
            break;
    }
    return all.energy.value() / priced.latency.value() * 1e3;
}

}  // namespace

MacroActivity mvm_activity(const Experiment& experiment, const MacroParams& params) {
    if (!experiment.is_macro()) return {};
    const MacroWorkload& w = experiment.workload;
    if (w.rows > params.array.rows || w.channels * w.weight_bits > params.array.columns)
        throw UserError(fmt::format("{}: workload: {} rows x {} columns do not fit {} x {}",
                                    experiment.name, w.rows, w.channels * w.weight_bits,
                                    params.array.rows, params.array.columns));
    Rng rng(kSeed);
    const auto rows = static_cast<std::size_t>(w.rows);
    const auto cells = rows * static_cast<std::size_t>(w.channels);
    Codes weights = random_codes(cells, w.weight_bits, w.weight_ones, rng);
    Codes codes = random_codes(rows, w.input_bits, w.input_ones, rng);
    MacroActivity activity = one_mvm(w, params, weights, codes);
    if (w.product == Product::xnor) {
        complement(weights, w.weight_bits);
        complement(codes, w.input_bits);
        const MacroActivity other = one_mvm(w, params, weights, codes);
        activity.array.active_cells += other.array.active_cells;
        activity.array.on_cells += other.array.on_cells;
        activity.word_line_driver.active_lines += other.word_line_driver.active_lines;
    }
    return activity;
}

AcceleratorActivity experiment_activity(const Experiment& e) {
    if (e.chip) return chip_activity(e);
    AcceleratorActivity activity;
    if (e.is_macro())
        activity.macro = mvm_activity(e, resolve_macro(e.config, e.technology, e.device));
    return activity;
}

std::vector<double> model_figures(const Experiment& experiment, const AcceleratorActivity& activity,
                                  const Technology& technology, const Device& device) {
    std::vector<double> values;
    if (experiment.roll_up) {
        for (const PublishedFigure& figure : experiment.figures)
            values.push_back(rolled_up(experiment, figure));
        return values;
    }
    const Priced priced = price_hardware(experiment, activity, technology, device);
    for (const PublishedFigure& figure : experiment.figures) {
        const double scale = figure.figure == Figure::efficiency ? 1 / figure.per : figure.per;
        values.push_back(value_of(experiment, figure, priced) / scale);
    }
    return values;
}

}  // namespace cimarron
