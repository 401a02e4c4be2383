// SPDX-License-Identifier: Apache-2.0
#include "hw/chip/accelerator.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

void require_positive(std::int64_t value, const char* field) {
    if (value < 1) throw UserError(fmt::format("{}: {} must be at least 1", field, value));
}

void validate(const SramBufferParams& buffer, const char* field) {
    require_positive(buffer.bytes, fmt::format("{}.bytes", field).c_str());
    require_positive(buffer.port_bits, fmt::format("{}.port_bits", field).c_str());
    require_positive(buffer.banks, fmt::format("{}.banks", field).c_str());
}

void validate(const InterconnectParams& p) {
    require_positive(p.width_bits, "interconnect.width_bits");
    require_positive(p.arbitration_cycles + 1, "interconnect.arbitration_cycles");
    if (p.topology == Topology::bus) return;
    require_positive(p.router_cycles + 1, "interconnect.router_cycles");
    // A slot is taken again router_cycles + 2 cycles later.
    if (p.buffer_flits < p.router_cycles + 2)
        throw UserError(
            fmt::format("interconnect.buffer_flits: {} cannot keep a link busy, which takes "
                        "router_cycles + 2 = {} flits",
                        p.buffer_flits, p.router_cycles + 2));
    require_positive(p.leaf_width_bits, "interconnect.leaf_width_bits");
}

void validate(const DramParams& p) {
    if (!p.present()) return;
    require_positive(p.banks, "dram.banks");
    require_positive(p.burst_bytes, "dram.burst_bytes");
    require_positive(p.row_bytes, "dram.row_bytes");
    if (p.row_bytes % p.burst_bytes != 0)
        throw UserError(fmt::format("dram.row_bytes: {} is no multiple of burst_bytes ({})",
                                    p.row_bytes, p.burst_bytes));
    if (p.bytes % p.row_bytes != 0)
        throw UserError(
            fmt::format("dram.bytes: {} is no multiple of row_bytes ({})", p.bytes, p.row_bytes));
    require_positive(p.pins, "dram.pins");
    require_positive(p.activate_cycles, "dram.activate_cycles");
    require_positive(p.precharge_cycles, "dram.precharge_cycles");
    require_positive(p.access_cycles, "dram.access_cycles");
    require_positive(p.bytes_per_cycle, "dram.bytes_per_cycle");
}

void validate_sharing(const AcceleratorParams& p) {
    if (!p.tile.share) return;
    if (p.tile.dataflow == Dataflow::pipelined)
        throw UserError(
            "tile.share: layers that share a tile take turns, which needs dataflow: sequential");
    if (p.mapping != Mapping::fill)
        throw UserError(
            "tile.share: takes the fewest tiles, which needs mapping: fill, not auto or energy");
}

}  // namespace

void validate(const AcceleratorParams& p) {
    require_positive(p.clock_period_ps, "clock_period_ps");
    require_positive(p.tiles, "tiles");
    require_positive(p.tile.macros, "tile.macros");
    validate(p.tile.input_buffer, "tile.input_buffer");
    validate(p.tile.output_buffer, "tile.output_buffer");
    require_positive(std::int64_t{p.tile.residual_buffer.bytes} + 1, "tile.residual_buffer.bytes");
    require_positive(p.tile.residual_buffer.port_bits, "tile.residual_buffer.port_bits");
    require_positive(p.tile.post_processing.lanes, "tile.post_processing.lanes");
    require_positive(p.tile.post_processing.pipeline_cycles + 1,
                     "tile.post_processing.pipeline_cycles");
    validate_sharing(p);
    validate(p.interconnect);
    validate(p.global_buffer, "global_buffer");
    validate(p.dram);
    validate(p.macro);
    if (!p.rtl_scope.empty() && p.macro.implementation == Implementation::model &&
        p.tile.post_processing.implementation == Implementation::model)
        throw UserError("rtl_scope: nothing has implementation: rtl");
}

namespace {

bool in_rtl_scope(const AcceleratorParams& params, const std::string& instance) {
    const auto& scope = params.rtl_scope;
    return scope.empty() || std::find(scope.begin(), scope.end(), instance) != scope.end();
}

}  // namespace

MacroParams macro_params(const AcceleratorParams& params, int tile, int macro) {
    MacroParams p = params.macro;
    if (!in_rtl_scope(params, fmt::format("tile_{}", tile)) &&
        !in_rtl_scope(params, fmt::format("tile_{}.macro_{}", tile, macro)))
        p.implementation = Implementation::model;
    return p;
}

Implementation post_implementation(const AcceleratorParams& params, int tile) {
    return in_rtl_scope(params, fmt::format("tile_{}", tile))
               ? params.tile.post_processing.implementation
               : Implementation::model;
}

}  // namespace cimarron
