// SPDX-License-Identifier: Apache-2.0
#include "hw/chip/accelerator.h"
#include "sim/result/finding.h"

namespace cimarron {

namespace {

using Type = ResultType;

bool is_analog(const Finding& f) {
    return f.outcome.params.macro.kind == MacroKind::analog;
}

const DramActivity& dram_of(const Finding& f) {
    return f.outcome.timed.activity.dram;
}

Fields<Finding> writing() {
    return {
        {{"programming.energy_j", Type::number, "J",
          "before the first image: writing all cells; reloading, filling the DRAM"},
         [](const Finding& f) { return f.priced.programming.value(); }},
        {{"programming.cycles", Type::integer, "cycles", "that it takes"},
         [](const Finding& f) { return f.outcome.timed.load_cycles; }},
        {{"programming.cell_writes", Type::integer, "1", "cells that it writes"},
         [](const Finding& f) { return f.priced.cell_writes; }},
        {{"reload.rounds", Type::integer, "1", "of an image; 1: weights stay"},
         [](const Finding& f) { return f.outcome.timed.rounds; }},
        {{"reload.cycles", Type::integer, "cycles", "loading, of all `cycles`"},
         [](const Finding& f) { return f.outcome.timed.reload_cycles / f.outcome.timed.images; }},
        {{"reload.energy_j", Type::number, "J",
          "cells written, weights over the interconnect; the DRAM is a component"},
         [](const Finding& f) { return f.priced.reloading.value(); }},
        {{"reload.cell_writes", Type::integer, "1", "cells written for an image"},
         [](const Finding& f) { return f.priced.cells_reloaded; }},
        {{"reload.writes_per_cell", Type::integer, "1",
          "of those written most often; what endurance divides"},
         [](const Finding& f) { return f.outcome.program.writes_per_image(); }},
    };
}

Fields<Finding> memory_and_converters() {
    return {
        {{"dram.activations", Type::integer, "1", "rows opened for an image"},
         [](const Finding& f) { return dram_of(f).activations / f.outcome.timed.images; }},
        {{"dram.bytes_read", Type::integer, "bytes", "of an image"},
         [](const Finding& f) { return dram_of(f).bytes_read / f.outcome.timed.images; }},
        {{"dram.bytes_written", Type::integer, "bytes", "of an image"},
         [](const Finding& f) { return dram_of(f).bytes_written / f.outcome.timed.images; }},
        {{"dram.busy_cycles", Type::integer, "cycles", "of an image, with data on the channel"},
         [](const Finding& f) { return dram_of(f).busy_cycles / f.outcome.timed.images; }},
        {{"adc.bits", Type::integer, "bits", "of each"},
         [](const Finding& f) { return f.outcome.params.macro.adc.bits; },
         {},
         is_analog},
        {{"adc.lossless_bits", Type::integer, "bits", "what would never clip"},
         [](const Finding& f) { return lossless_adc_bits(f.outcome.params.macro); },
         {},
         is_analog},
        {{"adc.conversions", Type::integer, "1", "over all images"},
         [](const Finding& f) { return f.outcome.bit_true.activity.macro.adc.conversions; },
         {},
         is_analog},
        {{"adc.clipped", Type::integer, "1", "of these above the largest code"},
         [](const Finding& f) { return f.outcome.bit_true.activity.macro.adc.clipped; },
         {},
         is_analog},
        {{"kernel_events", Type::integer, "1", "process activations of the SystemC model"},
         [](const Finding& f) { return f.outcome.timed.kernel_events; }},
        {{"macro_steps", Type::integer, "1",
          "of the macros' controls; RTL makes one in each cycle of an MVM"},
         [](const Finding& f) { return f.outcome.timed.macro_steps; }},
    };
}

Fields<Check> check_fields() {
    return {
        {{"name", Type::name, "", "of the check"}, [](const Check& c) { return c.name; }},
        {{"passed", Type::flag, "", "whether it held"}, [](const Check& c) { return c.passed; }},
        {{"detail", Type::text, "", "what was compared", {}, Compared::exactly},
         [](const Check& c) { return c.detail; }}};
}

Fields<InputFile> input_fields() {
    return {{{"role", Type::name, "", "key of the run, or calibration"},
             [](const InputFile& i) { return i.role; }},
            {{"name", Type::text, "", "of the file, without its folder"},
             [](const InputFile& i) { return i.name; }},
            {{"sha256", Type::text, "", "of its bytes; of a data set, of pixels and labels"},
             [](const InputFile& i) { return i.sha256; }}};
}

template <class Item>
Json list_of(const Fields<Item>& fields, const std::vector<Item>& items) {
    Json list = Json::array();
    for (const Item& item : items) list.push_back(tree_of(fields, item));
    return list;
}

Fields<Finding> proofs() {
    return {
        {{"checks", Type::list, "", "what the model holds itself to"},
         [](const Finding& f) { return list_of(check_fields(), f.checks); },
         keys_of(check_fields())},
        {{"config", Type::tree, "", "the effective configuration, nothing left to `auto`"},
         [](const Finding& f) { return to_json(effective(f.outcome.config, f.outcome.params)); }},
        {{"manifest.program", Type::text, "", "cimarron", {}, Compared::never},
         [](const Finding&) { return "cimarron"; }},
        {{"manifest.version", Type::text, "", "of the program", {}, Compared::never},
         [](const Finding&) { return CIMARRON_VERSION; }},
        {{"manifest.seed", Type::integer, "", "of everything random in the run"},
         [](const Finding& f) { return f.outcome.config.seed; }},
        {{"manifest.inputs", Type::list, "", "the files that the result rests on"},
         [](const Finding& f) { return list_of(input_fields(), f.outcome.inputs); },
         keys_of(input_fields())},
    };
}

}  // namespace

Fields<Finding> account_fields() {
    Fields<Finding> all = writing();
    for (const Fields<Finding>& group : {memory_and_converters(), proofs()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

}  // namespace cimarron
