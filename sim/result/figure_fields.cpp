// SPDX-License-Identifier: Apache-2.0
#include "sim/result/finding.h"
#include "sim/result/range_json.h"

#include <algorithm>

namespace cimarron {

namespace {

using Type = ResultType;

// In tera; none when a failed run took no time.
double tera(double operations, double per) {
    return per > 0 ? operations / per * 1e-12 : 0;
}

Fields<Finding> subject() {
    return {
        {{"network", Type::text, "", "name of the network"},
         [](const Finding& f) { return f.outcome.network.name; }},
        {{"activation_bits", Type::integer, "bits", "of the activations between binary layers"},
         [](const Finding& f) { return f.outcome.config.activation_bits; }},
        {{"device", Type::text, "", "name in the device file"},
         [](const Finding& f) { return f.outcome.config.device.name; }},
        {{"images", Type::integer, "images", "computed bit by bit"},
         [](const Finding& f) { return f.outcome.bit_true.images; }},
        {{"timed_images", Type::integer, "images", "of these through the SystemC model"},
         [](const Finding& f) { return f.outcome.timed.images; }},
        {{"top1",
          Type::number,
          "1",
          "share of images whose largest logit is the label's",
          {"accuracy %", 100, 2}},
         [](const Finding& f) {
             return static_cast<double>(f.outcome.correct) / f.outcome.bit_true.images;
         }},
        {{"macs", Type::integer, "MAC", "multiply-accumulates of the network, padding included"},
         [](const Finding& f) { return f.outcome.network.macs(); }},
    };
}

Fields<Finding> times() {
    return {
        {{"cycles", Type::integer, "cycles",
          "from loading an image to its last logit, mean over the timed images"},
         [](const Finding& f) { return f.priced.cycles; }},
        {{"image_cycles", Type::integers, "cycles", "the same of each timed image"},
         [](const Finding& f) { return f.outcome.timed.image_cycles; }},
        {{"latency_s", Type::number, "s", "of `cycles`", {"latency us", 1e6, 1, true}},
         [](const Finding& f) { return f.priced.latency.value(); }},
        {{"interval_cycles", Type::integer, "cycles",
          "all timed images' time over their number; pipelined, they overlap"},
         [](const Finding& f) { return f.priced.interval_cycles; }},
        {{"images_per_s", Type::number, "1/s", "one in each interval"},
         [](const Finding& f) {
             return f.priced.interval.value() > 0 ? 1 / f.priced.interval.value() : 0;
         }},
    };
}

Fields<Finding> prices() {
    return {
        {{"energy_j",
          Type::number,
          "J",
          "dynamic, leakage and reloading",
          {"energy uJ", 1e6, 3, true}},
         [](const Finding& f) { return f.priced.energy().value(); }},
        {{"dynamic_energy_j", Type::number, "J", "mean over all images"},
         [](const Finding& f) { return f.priced.dynamic.value(); }},
        {{"leakage_energy_j", Type::number, "J", "of the whole chip over the interval"},
         [](const Finding& f) { return f.priced.leakage.value(); }},
        {{"area_mm2", Type::number, "mm2", "of the whole chip", {"area mm2", 1, 3, true}},
         [](const Finding& f) { return in_square_millimetres(f.priced.area); }},
        {{"tops", Type::number, "1e12/s", "2 `macs` `images_per_s`", {"TOPS", 1, 3}},
         [](const Finding& f) { return tera(f.operations(), f.priced.interval.value()); }},
        {{"tops_per_w", Type::number, "1e12/J", "2 `macs` / `energy_j`", {"TOPS/W", 1, 1}},
         [](const Finding& f) { return tera(f.operations(), f.priced.energy().value()); }},
    };
}

// What the ranges of the constants leave open.
Fields<Finding> ranges_of_figures() {
    constexpr double kSquareMillimetres = 1e6;
    return {
        {{"ranges.latency_s", Type::range, "s", "what the constants' ranges leave open: latency"},
         [](const Finding& f) { return range_json(f.open.latency); }},
        {{"ranges.energy_j", Type::range, "J", "energy"},
         [](const Finding& f) { return range_json(f.open.energy); }},
        {{"ranges.dynamic_energy_j", Type::range, "J", "dynamic energy"},
         [](const Finding& f) { return range_json(f.open.dynamic); }},
        {{"ranges.leakage_energy_j", Type::range, "J", "leakage"},
         [](const Finding& f) { return range_json(f.open.leakage); }},
        {{"ranges.area_mm2", Type::range, "mm2", "area"},
         [](const Finding& f) { return range_json(f.open.area, kSquareMillimetres); }},
        {{"ranges.programming_energy_j", Type::range, "J", "programming before the first image"},
         [](const Finding& f) { return range_json(f.open.programming); }},
        {{"ranges.tops", Type::range, "1e12/s", "operations in a second"},
         [](const Finding& f) {
             return Json{tera(f.operations(), f.open.interval.high),
                         tera(f.operations(), f.open.interval.low)};
         }},
        {{"ranges.tops_per_w", Type::range, "1e12/J", "operations for a joule"},
         [](const Finding& f) {
             return Json{tera(f.operations(), f.open.energy.high),
                         tera(f.operations(), f.open.energy.low)};
         }},
    };
}

Fields<Influence> influence_fields() {
    return {
        {{"constant", Type::name, "", "key in its file; * where several come from one fit"},
         [](const Influence& i) { return i.constant; }},
        {{"low", Type::number, "1", "what the low end of its range multiplies the figure by"},
         [](const Influence& i) { return i.low; }},
        {{"high", Type::number, "1", "what the high end does"},
         [](const Influence& i) { return i.high; }},
    };
}

Json dominant(const Ranged& figure) {
    constexpr std::size_t kShown = 8;
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(kShown, figure.influences.size()); ++i)
        list.push_back(tree_of(influence_fields(), figure.influences[i]));
    return list;
}

Fields<Finding> dominant_constants() {
    const std::vector<ResultKey> items = keys_of(influence_fields());
    return {
        {{"dominant_constants.latency_s", Type::list, "", "the constants that leave most open"},
         [](const Finding& f) { return dominant(f.open.latency); },
         items},
        {{"dominant_constants.energy_j", Type::list, "", "the same of the energy"},
         [](const Finding& f) { return dominant(f.open.energy); },
         items},
        {{"dominant_constants.area_mm2", Type::list, "", "the same of the area"},
         [](const Finding& f) { return dominant(f.open.area); },
         items},
    };
}

}  // namespace

Fields<Finding> figure_fields() {
    Fields<Finding> all = {
        {{"schema", Type::integer, "", "version of this layout", {}, Compared::never},
         [](const Finding&) { return kResultSchema; }}};
    for (const Fields<Finding>& group :
         {subject(), times(), prices(), ranges_of_figures(), dominant_constants()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

}  // namespace cimarron
