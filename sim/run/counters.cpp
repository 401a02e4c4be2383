// SPDX-License-Identifier: Apache-2.0
#include "sim/run/counters.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

void add_macro(const MacroActivity& m, std::vector<Counter>& all) {
    const std::vector<Counter> mine = {
        {"macro.array", "evaluations", m.array.evaluations},
        {"macro.array", "column_reads", m.array.column_reads},
        {"macro.array", "active_cells", m.array.active_cells},
        {"macro.array", "on_cells", m.array.on_cells},
        {"macro.array", "cell_writes", m.array.cell_writes},
        {"macro.word_line_driver", "drives", m.word_line_driver.drives},
        {"macro.word_line_driver", "active_lines", m.word_line_driver.active_lines},
        {"macro.word_line_driver", "code_units", m.word_line_driver.code_units},
        {"macro.sample_and_hold", "samples", m.sample_and_hold.samples},
        {"macro.column_mux", "switches", m.column_mux.switches},
        {"macro.adc", "conversions", m.adc.conversions},
        {"macro.adc", "clipped", m.adc.clipped},
        {"macro.adc", "code_sum", m.adc.code_sum},
        {"macro.shift_adder", "additions", m.shift_adder.additions},
        {"macro.control", "mvms", m.mvms},
        {"macro.control", "control_steps", m.control_steps},
        {"macro.control", "cell_operations", m.cell_operations},
    };
    all.insert(all.end(), mine.begin(), mine.end());
}

void add_tile(const TileActivity& t, std::vector<Counter>& all) {
    const std::vector<Counter> mine = {
        {"tile.input_buffer", "reads", t.input_buffer.reads},
        {"tile.input_buffer", "writes", t.input_buffer.writes},
        {"tile.input_register", "bits", t.input_register_bits},
        {"tile.adder_tree", "additions", t.adder_tree.additions},
        {"tile.window_sum", "additions", t.window_sum.additions},
        {"tile.post_processing", "affines", t.post_processing.affines},
        {"tile.post_processing", "residuals", t.post_processing.residuals},
        {"tile.post_processing", "quantizations", t.post_processing.quantizations},
        {"tile.post_processing", "compares", t.post_processing.compares},
        {"tile.post_processing", "additions", t.post_processing.additions},
        {"tile.output_buffer", "reads", t.output_buffer.reads},
        {"tile.output_buffer", "writes", t.output_buffer.writes},
        {"tile.residual_buffer", "reads", t.residual_buffer.reads},
        {"tile.residual_buffer", "writes", t.residual_buffer.writes},
    };
    all.insert(all.end(), mine.begin(), mine.end());
}

}  // namespace

std::vector<Counter> counters(const AcceleratorActivity& activity) {
    std::vector<Counter> all;
    add_macro(activity.macro, all);
    add_tile(activity.tile, all);
    all.push_back({"interconnect", "transfers", activity.interconnect.transfers});
    all.push_back({"interconnect", "flits", activity.interconnect.flits});
    all.push_back({"interconnect", "payload_bits", activity.interconnect.payload_bits});
    all.push_back({"interconnect", "arbitrations", activity.interconnect.arbitrations});
    all.push_back({"interconnect", "router_flits", activity.interconnect.router_flits});
    all.push_back({"interconnect", "bit_half_pitches", activity.interconnect.bit_half_pitches});
    all.push_back({"global_buffer", "reads", activity.global_buffer.reads});
    all.push_back({"global_buffer", "writes", activity.global_buffer.writes});
    all.push_back({"dram", "activations", activity.dram.activations, true});
    all.push_back({"dram", "bytes_read", activity.dram.bytes_read});
    all.push_back({"dram", "bytes_written", activity.dram.bytes_written});
    all.push_back({"dram", "busy_cycles", activity.dram.busy_cycles, true});
    return all;
}

std::string first_difference(const AcceleratorActivity& a, const AcceleratorActivity& b) {
    const std::vector<Counter> left = counters(a);
    const std::vector<Counter> right = counters(b);
    for (std::size_t i = 0; i < left.size(); ++i)
        if (!left[i].timed && left[i].value != right[i].value)
            return fmt::format("{}.{}: {} and {}", left[i].component, left[i].name, left[i].value,
                               right[i].value);
    return {};
}

}  // namespace cimarron
