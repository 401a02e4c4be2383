// SPDX-License-Identifier: Apache-2.0
#include "sim/config/accelerator_config.h"

#include "common/error.h"
#include "hw/cost/chip_cost.h"
#include "hw/cost/dram_cost.h"
#include "hw/cost/timing.h"
#include "sim/config/config_fields.h"

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <utility>

namespace cimarron {

namespace {

constexpr int kMany = 1 << 20;  // beyond any sensible size, far from integer overflow
constexpr int kMostTiles = 1 << 12;

const std::initializer_list<std::pair<const char*, Implementation>> kImplementations = {
    {"model", Implementation::model}, {"rtl", Implementation::rtl}};

template <class Fields, class Buffer>
void describe_buffer(Fields& f, Buffer& buffer, int least_bytes = 1) {
    f.number("bytes", buffer.bytes, least_bytes, 1 << 30);
    f.number("port_bits", buffer.port_bits, 1, 1 << 16);
}

template <class Fields, class Tile>
void describe_tile(Fields& f, Tile& tile) {
    f.number("macros", tile.macros, 1, kMany);
    f.boolean("duplicate", tile.duplicate);
    f.optional_boolean("share", tile.share);
    f.child("input_buffer", [&](Fields& b) { describe_buffer(b, tile.input_buffer); });
    f.child("output_buffer", [&](Fields& b) { describe_buffer(b, tile.output_buffer); });
    f.child("residual_buffer", [&](Fields& b) { describe_buffer(b, tile.residual_buffer, 0); });
    f.child("post_processing", [&](Fields& p) {
        p.number("lanes", tile.post_processing.lanes, 1, kMany);
        p.number("pipeline_cycles", tile.post_processing.pipeline_cycles, 0, kMany);
        p.number("coefficient_bits", tile.post_processing.coefficient_bits, 2, 31);
        p.template optional_name<Implementation>(
            "implementation", tile.post_processing.implementation, kImplementations);
    });
}

template <class Fields, class Config>
void describe_array(Fields& f, Config& config) {
    auto& array = config.params.macro.array;
    f.number("rows", array.rows, 1, kMany);
    f.number("columns", array.columns, 1, kMany);
    f.number("rows_active", array.rows_active, 1, kMany);
    f.automatic("write_cycles", array.write_cycles, config.derive.write_cycles, 1, kMany);
}

template <class Fields, class Config>
void describe_macro(Fields& f, Config& config) {
    auto& macro = config.params.macro;
    auto& derive = config.derive;
    f.child("array", [&](Fields& a) { describe_array(a, config); });
    f.child("word_line_driver", [&](Fields& d) {
        auto& driver = macro.word_line_driver;
        d.number("dac_bits", driver.dac_bits, 1, 8);
        d.automatic("drive_cycles", driver.drive_cycles, derive.drive_cycles, 0, kMany);
        d.automatic("settle_cycles", driver.settle_cycles, derive.settle_cycles, 0, kMany);
    });
    f.child("sample_and_hold", [&](Fields& s) {
        s.boolean("present", macro.sample_and_hold.present);
        s.automatic("sample_cycles", macro.sample_and_hold.sample_cycles, derive.sample_cycles, 0,
                    kMany);
    });
    f.child("adc", [&](Fields& a) {
        auto& adc = macro.adc;
        a.template name<AdcType>("type", adc.type,
                                 {{"sar", AdcType::sar},
                                  {"cyclic", AdcType::cyclic},
                                  {"flash", AdcType::flash},
                                  {"ramp", AdcType::ramp},
                                  {"sense_amplifier", AdcType::sense_amplifier}});
        a.automatic("bits", adc.bits, derive.adc_bits, 1, 16);
        a.template name<FullScale>("full_scale", adc.full_scale,
                                   {{"unit_lsb", FullScale::unit_lsb},
                                    {"rows", FullScale::rows},
                                    {"calibrated", FullScale::calibrated},
                                    {"learned", FullScale::learned}});
        a.number("columns_per_adc", adc.columns_per_adc, 1, kMany);
        a.automatic("conversion_cycles", adc.conversion_cycles, derive.conversion_cycles, 1, kMany);
    });
    f.child("shift_adder", [&](Fields& s) {
        s.number("accumulator_bits", macro.shift_adder.accumulator_bits, 1, 62);
        s.number("add_cycles", macro.shift_adder.add_cycles, 0, kMany);
    });
}

template <class Fields, class Config>
void describe_digital_macro(Fields& f, Config& config) {
    auto& macro = config.params.macro;
    auto& derive = config.derive;
    f.child("array", [&](Fields& a) { describe_array(a, config); });
    f.child("adder_tree", [&](Fields& t) {
        t.automatic("pipeline_cycles", macro.adder_tree.pipeline_cycles, derive.pipeline_cycles, 1,
                    kMany);
    });
    f.child("shift_adder", [&](Fields& s) {
        s.number("accumulator_bits", macro.shift_adder.accumulator_bits, 1, 62);
    });
}

template <class Fields, class Config>
void describe_clock(Fields& f, Config& config) {
    f.number("clock_period_ps", config.params.clock_period_ps, std::int64_t{1},
             std::int64_t{1000000000});
}

// Each topology has the keys that mean something to it.
template <class Fields, class Interconnect>
void describe_interconnect(Fields& f, Interconnect& interconnect) {
    f.template name<Topology>(
        "topology", interconnect.topology,
        {{"bus", Topology::bus}, {"mesh", Topology::mesh}, {"h_tree", Topology::h_tree}});
    f.number("width_bits", interconnect.width_bits, 1, 1 << 16);
    if (interconnect.topology == Topology::bus) {
        f.number("arbitration_cycles", interconnect.arbitration_cycles, 0, kMany);
        return;
    }
    f.number("router_cycles", interconnect.router_cycles, 0, kMany);
    f.number("buffer_flits", interconnect.buffer_flits, 2, kMany);
    if (interconnect.topology == Topology::h_tree)
        f.number("leaf_width_bits", interconnect.leaf_width_bits, 1, 1 << 16);
}

// Without one, of 0 bytes, there is nothing more to say.
template <class Fields, class Config>
void describe_dram(Fields& f, Config& config) {
    auto& dram = config.params.dram;
    auto& derive = config.derive;
    f.number("bytes", dram.bytes, std::int64_t{0}, std::int64_t{1} << 36);
    if (!dram.present()) return;
    f.number("banks", dram.banks, 1, kMany);
    f.number("row_bytes", dram.row_bytes, 1, kMany);
    f.number("burst_bytes", dram.burst_bytes, 1, kMany);
    f.number("pins", dram.pins, 1, kMany);
    f.automatic("activate_cycles", dram.activate_cycles, derive.dram_activate_cycles, 1, kMany);
    f.automatic("precharge_cycles", dram.precharge_cycles, derive.dram_precharge_cycles, 1, kMany);
    f.automatic("access_cycles", dram.access_cycles, derive.dram_access_cycles, 1, kMany);
    f.automatic("bytes_per_cycle", dram.bytes_per_cycle, derive.dram_bytes_per_cycle, 1, kMany);
}

template <class Fields, class Config>
void describe(Fields& f, Config& config) {
    auto& params = config.params;
    describe_clock(f, config);
    f.automatic("tiles", params.tiles, config.derive.tiles, 1, kMany);
    if (config.derive.tiles) f.number("max_area_mm2", config.max_area_mm2, 0.0, 1e9);
    f.template name<Mapping>(
        "mapping", params.mapping,
        {{"fill", Mapping::fill}, {"auto", Mapping::automatic}, {"energy", Mapping::energy}});
    f.template name<Dataflow>(
        "dataflow", params.tile.dataflow,
        {{"sequential", Dataflow::sequential}, {"pipelined", Dataflow::pipelined}});
    f.names("rtl_scope", params.rtl_scope);
    f.child("tile", [&](Fields& t) { describe_tile(t, params.tile); });
    f.child("macro", [&](Fields& m) {
        m.template name<MacroKind>(
            "kind", params.macro.kind,
            {{"analog", MacroKind::analog}, {"digital", MacroKind::digital}});
        m.template name<Implementation>("implementation", params.macro.implementation,
                                        kImplementations);
        if (params.macro.kind == MacroKind::digital)
            describe_digital_macro(m, config);
        else
            describe_macro(m, config);
    });
    f.child("interconnect", [&](Fields& i) { describe_interconnect(i, params.interconnect); });
    f.child("global_buffer", [&](Fields& b) {
        describe_buffer(b, params.global_buffer);
        b.number("banks", params.global_buffer.banks, 1, 1 << 10);
    });
    f.child("dram", [&](Fields& d) { describe_dram(d, config); });
}

// Repeats an error `a.b.key: what` of validate() with the line of that key.
[[noreturn]] void fail_at_key(const YamlReader& reader, const std::string& error) {
    const std::size_t colon = error.find(": ");
    YamlReader at = reader;
    std::size_t start = 0;
    if (colon == std::string::npos) reader.fail("", error);
    while (true) {
        const std::size_t dot = error.find('.', start);
        const std::string key = error.substr(start, std::min(dot, colon) - start);
        if (!at.has(key)) reader.fail("", error);
        if (dot > colon) at.fail(key, error.substr(colon + 2));
        at = at.required_child(key);
        start = dot + 1;
    }
}

void fill_adc_bits(AcceleratorConfig& config) {
    MacroParams& macro = config.params.macro;
    if (macro.kind == MacroKind::digital) return set_digital_steps(macro);
    if (config.derive.adc_bits && macro.adc.type == AdcType::sense_amplifier) macro.adc.bits = 1;
}

}  // namespace

AcceleratorConfig read_accelerator(const YamlReader& reader) {
    AcceleratorConfig config;
    FieldReader fields(reader);
    describe(fields, config);
    reader.done();
    fill_adc_bits(config);
    try {
        validate(config.params);
    } catch (const UserError& error) {
        fail_at_key(reader, error.what());
    }
    return config;
}

AcceleratorConfig read_macro(const YamlReader& reader) {
    AcceleratorConfig config;
    FieldReader fields(reader);
    describe_clock(fields, config);
    fields.child("macro", [&](FieldReader& m) { describe_macro(m, config); });
    fill_adc_bits(config);
    try {
        validate(config.params.macro);
    } catch (const UserError& error) {
        fail_at_key(reader, error.what());
    }
    return config;
}

YAML::Node to_yaml(const AcceleratorConfig& config) {
    FieldWriter fields;
    describe(fields, config);
    return fields.node();
}

namespace {

void fill(const AcceleratorConfig::Auto& derive, const DerivedTiming& timing, MacroParams& macro) {
    if (derive.conversion_cycles) macro.adc.conversion_cycles = timing.conversion_cycles;
    if (derive.drive_cycles) macro.word_line_driver.drive_cycles = timing.drive_cycles;
    if (derive.settle_cycles) macro.word_line_driver.settle_cycles = timing.settle_cycles;
    if (derive.sample_cycles) macro.sample_and_hold.sample_cycles = timing.sample_cycles;
    if (derive.write_cycles) macro.array.write_cycles = timing.write_cycles;
    if (derive.pipeline_cycles) macro.adder_tree.pipeline_cycles = timing.pipeline_cycles;
    if (macro.kind == MacroKind::digital) set_digital_steps(macro);
}

void fill(const AcceleratorConfig::Auto& derive, const DramTiming& timing, DramParams& dram) {
    if (derive.dram_activate_cycles) dram.activate_cycles = timing.activate_cycles;
    if (derive.dram_precharge_cycles) dram.precharge_cycles = timing.precharge_cycles;
    if (derive.dram_access_cycles) dram.access_cycles = timing.access_cycles;
    if (derive.dram_bytes_per_cycle) dram.bytes_per_cycle = timing.bytes_per_cycle;
}

double area_mm2(AcceleratorParams params, int tiles, const Technology& technology,
                const Device& device) {
    params.tiles = tiles;
    Area sum;
    for (const ComponentCost& cost : chip_cost(params, technology, device)) sum += cost.area;
    return in_square_millimetres(sum);
}

// Doubled until they do not fit, then halved in between.
int most_tiles(const AcceleratorParams& params, double max_mm2, const Technology& technology,
               const Device& device) {
    const auto fit = [&](int tiles) {
        return area_mm2(params, tiles, technology, device) <= max_mm2;
    };
    if (!fit(1))
        throw UserError(fmt::format("max_area_mm2: {} holds no chip, one of 1 tile takes {:.4g}",
                                    max_mm2, area_mm2(params, 1, technology, device)));
    int low = 1;
    int high = 2;
    for (; high < kMostTiles && fit(high); high *= 2) low = high;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        (fit(middle) ? low : high) = middle;
    }
    return low;
}

}  // namespace

AcceleratorParams resolve(const AcceleratorConfig& config, const Technology& technology,
                          const Device& device) {
    AcceleratorParams params = config.params;
    if (config.derive.adc_bits) params.macro.adc.bits = auto_adc_bits(params.macro);
    if (params.macro.kind == MacroKind::digital && device.kind != DeviceKind::sram)
        throw UserError(fmt::format("macro.kind: digital needs SRAM cells, not {}", device.name));
    const Seconds period = picoseconds(static_cast<double>(params.clock_period_ps));
    fill(config.derive, derive_macro_timing(params.macro, period, technology, device),
         params.macro);
    check_digital_timing(params, technology);
    if (params.dram.present())
        fill(config.derive, dram_timing(params.dram, period, technology), params.dram);
    if (config.derive.tiles) {
        params.fit_tiles = true;
        params.tiles = most_tiles(params, config.max_area_mm2, technology, device);
        derive_timing(params, technology, device);  // do the paths of a chip of that size fit?
    }
    validate(params);
    return params;
}

MacroParams resolve_macro(const AcceleratorConfig& config, const Technology& technology,
                          const Device& device) {
    MacroParams macro = config.params.macro;
    if (config.derive.adc_bits) macro.adc.bits = auto_adc_bits(macro);
    const Seconds period = picoseconds(static_cast<double>(config.params.clock_period_ps));
    fill(config.derive, derive_macro_timing(macro, period, technology, device), macro);
    validate(macro);
    return macro;
}

}  // namespace cimarron
