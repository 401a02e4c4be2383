// SPDX-License-Identifier: Apache-2.0
#include "sim/report/result.h"

#include "hw/periphery/adc_bank.h"
#include "sim/report/attribution.h"
#include "sim/report/range_json.h"
#include "sim/run/counters.h"

#include <fmt/format.h>

#include <cmath>

namespace cimarron {

namespace {

double utilisation(const Stage& stage, const ArrayParams& array) {
    double used = 0;
    double available = 0;
    for (const TilePlacement& tile : stage.tiles)
        for (const MacroPlacement& macro : tile.macros) {
            used += static_cast<double>(macro.weight_cells());
            available += static_cast<double>(array.rows) * array.columns;
        }
    return used / available;
}

Json layers(const Outcome& outcome, const Priced& priced) {
    Json list = Json::array();
    for (std::size_t i = 0; i < outcome.program.stages.size(); ++i) {
        const Stage& stage = outcome.program.stages[i];
        const StageResult& timed = outcome.timed.stages[i];
        list.push_back({{"name", timed.name},
                        {"macs", stage.mvm.macs()},
                        {"input_bits", stage.mvm.input_bits},
                        {"weight_bits", stage.mvm.weight_bits},
                        {"tiles", stage.tiles.size()},
                        {"copies", stage.tiles.front().copies},
                        {"macros", timed.macros},
                        {"utilisation", utilisation(stage, outcome.params.macro.array)},
                        {"cycles", timed.cycles / outcome.timed.images},
                        {"macro_cycles", macro_cycles_json(timed.macro_cycles)},
                        {"dynamic_energy_j", priced.layers[i].value()}});
        if (per_layer(outcome.params.macro.adc.full_scale))
            list.back()["adc_lsb"] =
                std::ldexp(static_cast<double>(stage.tiles.front().macros.front().adc_lsb),
                           -AdcBank::kLsbFractionBits);
    }
    return list;
}

Json components(const Outcome& outcome, const Priced& priced, const PricedRanges& open) {
    Json list = Json::array();
    const std::vector<Counter> all = counters(outcome.bit_true.activity);
    for (std::size_t i = 0; i < priced.components.size(); ++i) {
        const ComponentResult& component = priced.components[i];
        Json activity = Json::object();
        for (const Counter& counter : all)
            if (counter.component == component.name && counter.name != std::string("cell_writes"))
                activity[counter.name] = counter.value;
        Json events = Json::object();
        for (const EventResult& event : component.events) events[event.name] = event.energy.value();
        list.push_back(
            {{"name", component.name},
             {"instances", component.instances},
             {"area_mm2", in_square_millimetres(component.area)},
             {"dynamic_energy_j", component.dynamic.value()},
             {"leakage_energy_j", component.leakage.value()},
             {"energy_range_j", range_json(open.component_energy[i])},
             {"area_range_mm2", range_json(open.component_area[i], 1e6)},
             {"stalled_macro_cycles", stalled_macro_cycles(outcome.timed, component.name)},
             {"activity", activity},
             {"event_energy_j", events}});
    }
    return list;
}

Json reload(const Outcome& outcome, const Priced& priced) {
    const RunResult& timed = outcome.timed;
    return {{"rounds", timed.rounds},
            {"cycles", timed.reload_cycles / timed.images},
            {"energy_j", priced.reloading.value()},
            {"cell_writes", priced.cells_reloaded},
            {"writes_per_cell", outcome.program.writes_per_image()}};
}

Json dram(const RunResult& timed) {
    const DramActivity& activity = timed.activity.dram;
    return {{"activations", activity.activations / timed.images},
            {"bytes_read", activity.bytes_read / timed.images},
            {"bytes_written", activity.bytes_written / timed.images},
            {"busy_cycles", activity.busy_cycles / timed.images}};
}

Json adc(const Outcome& outcome) {
    const MacroParams& macro = outcome.params.macro;
    const AdcActivity& activity = outcome.bit_true.activity.macro.adc;
    return {{"bits", macro.adc.bits},
            {"lossless_bits", lossless_adc_bits(macro)},
            {"conversions", activity.conversions},
            {"clipped", activity.clipped}};
}

Json list_of(const std::vector<Check>& checks) {
    Json list = Json::array();
    for (const Check& check : checks)
        list.push_back({{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
    return list;
}

Json manifest(const Outcome& outcome) {
    Json inputs = Json::array();
    for (const InputFile& file : outcome.inputs)
        inputs.push_back({{"role", file.role}, {"name", file.name}, {"sha256", file.sha256}});
    return {{"program", "cimarron"},
            {"version", CIMARRON_VERSION},
            {"seed", outcome.config.seed},
            {"inputs", inputs}};
}

// Operations per second or joule, in tera; none when a failed run took no time.
double tera(double operations, double per) {
    return per > 0 ? operations / per * 1e-12 : 0;
}

}  // namespace

Json result_tree(const Outcome& outcome, const Priced& priced, const std::vector<Check>& checks) {
    const double operations = 2.0 * static_cast<double>(outcome.network.macs());
    const PricedRanges open = ranges(outcome);
    Json tree;
    tree["network"] = outcome.network.name;
    tree["activation_bits"] = outcome.config.activation_bits;
    tree["device"] = outcome.config.device.name;
    tree["images"] = outcome.bit_true.images;
    tree["timed_images"] = outcome.timed.images;
    tree["top1"] = static_cast<double>(outcome.correct) / outcome.bit_true.images;
    tree["macs"] = outcome.network.macs();
    tree["cycles"] = priced.cycles;
    tree["image_cycles"] = outcome.timed.image_cycles;
    tree["latency_s"] = priced.latency.value();
    tree["interval_cycles"] = priced.interval_cycles;
    tree["images_per_s"] = priced.interval.value() > 0 ? 1 / priced.interval.value() : 0;
    tree["energy_j"] = priced.energy().value();
    tree["dynamic_energy_j"] = priced.dynamic.value();
    tree["leakage_energy_j"] = priced.leakage.value();
    tree["area_mm2"] = in_square_millimetres(priced.area);
    tree["tops"] = tera(operations, priced.interval.value());
    tree["tops_per_w"] = tera(operations, priced.energy().value());
    tree["ranges"] = to_json(open, operations);
    tree["dominant_constants"] = {{"latency_s", dominant(open.latency)},
                                  {"energy_j", dominant(open.energy)},
                                  {"area_mm2", dominant(open.area)}};
    tree["critical_path"] = critical_path_json(outcome.program, outcome.timed);
    tree["layers"] = layers(outcome, priced);
    tree["components"] = components(outcome, priced, open);
    tree["programming"] = {{"energy_j", priced.programming.value()},
                           {"cycles", outcome.timed.load_cycles},
                           {"cell_writes", priced.cell_writes}};
    tree["reload"] = reload(outcome, priced);
    tree["dram"] = dram(outcome.timed);
    if (outcome.params.macro.kind == MacroKind::analog) tree["adc"] = adc(outcome);
    tree["kernel_events"] = outcome.timed.kernel_events;
    tree["macro_steps"] = outcome.timed.macro_steps;
    tree["checks"] = list_of(checks);
    tree["config"] = to_json(effective(outcome.config, outcome.params));
    tree["manifest"] = manifest(outcome);
    return tree;
}

namespace {

std::string reload_text(const Json& r) {
    if (!r.contains("reload") || r["reload"].at("rounds").get<int>() == 1) return {};
    const Json& reload = r["reload"];
    const auto count = [&](const char* key) { return reload.at(key).get<std::int64_t>(); };
    return fmt::format(
        "  reloading   {} rounds: {} of the cycles, {:.4g} uJ, {} cells written, a cell up to {} "
        "times an image; {} bytes from DRAM\n",
        count("rounds"), count("cycles"), 1e6 * reload.at("energy_j").get<double>(),
        count("cell_writes"), count("writes_per_cell"),
        r.at("dram").at("bytes_read").get<std::int64_t>());
}

}  // namespace

std::string headline(const Json& r) {
    const auto value = [&r](const char* key) { return r.at(key).get<double>(); };
    std::string text = fmt::format(
        "{}, {}-bit activations, {}\n"
        "  accuracy    {:.2f} % of {} images\n"
        "  latency     {:.4g} us an image ({} cycles){}\n"
        "  energy      {:.4g} uJ an image ({:.4g} uJ leakage){}\n"
        "  area        {:.4g} mm2{}\n"
        "  throughput  {:.4g} images/s, {:.4g} TOPS, {:.4g} TOPS/W\n",
        r.at("network").get<std::string>(), r.at("activation_bits").get<int>(),
        r.at("device").get<std::string>(), 100 * value("top1"), r.at("images").get<int>(),
        1e6 * value("latency_s"), r.at("cycles").get<std::int64_t>(),
        range_text(r, "latency_s", 1e6), 1e6 * value("energy_j"), 1e6 * value("leakage_energy_j"),
        range_text(r, "energy_j", 1e6), value("area_mm2"), range_text(r, "area_mm2", 1),
        value("images_per_s"), value("tops"), value("tops_per_w"));
    if (!r.at("critical_path").empty()) text += critical_path_text(r);
    text += reload_text(r);
    text += dominant_text(r);
    for (const Json& check : r.at("checks"))
        text +=
            fmt::format("  {} {}: {}\n", check.at("passed").get<bool>() ? "ok    " : "FAILED",
                        check.at("name").get<std::string>(), check.at("detail").get<std::string>());
    return text;
}

}  // namespace cimarron
