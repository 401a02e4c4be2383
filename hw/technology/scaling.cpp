// SPDX-License-Identifier: Apache-2.0
#include "hw/technology/scaling.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// The two entries around a node, by falling node; the same one twice when it is fitted itself.
template <class Entry>
std::pair<const Entry*, const Entry*> around(const std::vector<Entry>& entries, double node,
                                             const std::string& what) {
    if (entries.empty() || node > entries.front().node || node < entries.back().node)
        throw UserError(fmt::format(
            "node: {} nm is outside the {} ({} to {} nm): nothing is extrapolated", node, what,
            entries.empty() ? 0 : entries.front().node, entries.empty() ? 0 : entries.back().node));
    const auto below = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.node <= node; });
    if (below->node == node) return {&*below, &*below};
    return {&*(below - 1), &*below};
}

double interpolate(double node, double above_node, double above, double below_node, double below) {
    if (above_node == below_node) return above;
    const double t = std::log(above_node / node) / std::log(above_node / below_node);
    return above * std::pow(below / above, t);
}

void check_supply(const SupplyFit& fit, const OperatingPoint& point) {
    if (point.supply >= fit.low && point.supply <= fit.high) return;
    throw UserError(fmt::format(
        "supply: {} V is outside the window of the {} nm {} fit ({} to {} V), needed for {} nm",
        point.supply, fit.node, to_string(point.flavour), fit.low, fit.high, point.node));
}

double delay(const SupplyFit& fit, double v) {
    return ((fit.delay[0] * v + fit.delay[1]) * v + fit.delay[2]) * v + fit.delay[3];
}

double energy(const SupplyFit& fit, double v) {
    return (fit.energy[0] * v + fit.energy[1]) * v + fit.energy[2];
}

double at(const ScalingRules& rules, const OperatingPoint& point,
          double (*figure)(const SupplyFit&, double)) {
    const std::vector<SupplyFit>& fits = point.flavour == Flavour::hp ? rules.hp : rules.lp;
    const auto [above, below] =
        around(fits, point.node, "fitted " + to_string(point.flavour) + " nodes");
    check_supply(*above, point);
    check_supply(*below, point);
    return interpolate(point.node, above->node, figure(*above, point.supply), below->node,
                       figure(*below, point.supply));
}

class Scaler {
public:
    Scaler(OperatingPoint from, OperatingPoint to, double range_factor)
        : note_(fmt::format("{} nm {} V {} to {} nm {} V", from.node, from.supply,
                            to_string(to.flavour), to.node, to.supply)),
          widen_(from.node == to.node ? 1 : range_factor) {}

    void multiply(Constant& constant, double factor, const char* rule) const {
        if (factor == 1) return;
        constant.value *= factor;
        constant.source += fmt::format("; x {:.4g}, {}, {}", factor, rule, note_);
        if (constant.grade != Grade::assumed) constant.grade = Grade::fitted;
        constant.low_factor /= widen_;
        constant.high_factor *= widen_;
    }

private:
    std::string note_;
    double widen_;
};

}  // namespace

double delay_factor(const ScalingRules& rules, const OperatingPoint& from,
                    const OperatingPoint& to) {
    return at(rules, to, delay) / at(rules, from, delay);
}

double energy_factor(const ScalingRules& rules, const OperatingPoint& from,
                     const OperatingPoint& to) {
    const double fitted = at(rules, to, energy) / at(rules, from, energy);  // checks the windows
    if (std::min(from.node, to.node) < rules.capacitance_law_above) return fitted;
    const double volts = to.supply / from.supply;
    return to.node / from.node * volts * volts;
}

double area_factor(const ScalingRules& rules, double from_node, double to_node) {
    const auto relative = [&](double node) {
        const auto [above, below] = around(rules.area, node, "nodes of the area table");
        return interpolate(node, above->node, above->relative, below->node, below->relative);
    };
    return relative(to_node) / relative(from_node);
}

Technology scale(const Technology& technology, const OperatingPoint& to,
                 const ScalingRules& rules) {
    const OperatingPoint from{technology.node.value, technology.supply.value, to.flavour};
    const Scaler scaler(from, to, rules.range_factor);
    const double volts = to.supply / from.supply;
    const double area = area_factor(rules, from.node, to.node);
    const double energy = energy_factor(rules, from, to);
    const double delay = delay_factor(rules, from, to);
    Technology scaled = technology;
    LogicTechnology& logic = scaled.logic;
    for (Constant* constant : {&logic.nand2_area, &logic.xor2_area, &logic.flip_flop_area})
        scaler.multiply(*constant, area, "area table");
    for (Constant* constant : {&logic.nand2_energy, &logic.xor2_energy, &logic.flip_flop_energy})
        scaler.multiply(*constant, energy, "energy rule");
    for (Constant* constant : {&logic.nand2_delay, &logic.xor2_delay, &logic.flip_flop_delay})
        scaler.multiply(*constant, delay, "delay fit");
    scaler.multiply(logic.nand2_capacitance, to.node / from.node, "node");
    scaler.multiply(logic.nand2_leakage, volts, "supply");
    scaler.multiply(scaled.wire.bus_energy, volts * volts, "supply squared");
    scaled.node.value = to.node;
    scaled.supply.value = to.supply;
    scaled.name = fmt::format("{} nm, {} V", to.node, to.supply);
    return scaled;
}

std::string to_string(Flavour flavour) {
    return flavour == Flavour::hp ? "hp" : "lp";
}

}  // namespace cimarron
