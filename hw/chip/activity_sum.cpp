// SPDX-License-Identifier: Apache-2.0
#include "hw/chip/activity_sum.h"

namespace cimarron {

namespace {

// Calls f(member of a, member of b) for every counter: the one list of them.
template <class F>
void zip(MacroActivity& a, const MacroActivity& b, F f) {
    f(a.array.evaluations, b.array.evaluations);
    f(a.array.column_reads, b.array.column_reads);
    f(a.array.active_cells, b.array.active_cells);
    f(a.array.on_cells, b.array.on_cells);
    f(a.array.cell_writes, b.array.cell_writes);
    f(a.word_line_driver.drives, b.word_line_driver.drives);
    f(a.word_line_driver.active_lines, b.word_line_driver.active_lines);
    f(a.word_line_driver.code_units, b.word_line_driver.code_units);
    f(a.sample_and_hold.samples, b.sample_and_hold.samples);
    f(a.column_mux.switches, b.column_mux.switches);
    f(a.adc.conversions, b.adc.conversions);
    f(a.adc.clipped, b.adc.clipped);
    f(a.adc.code_sum, b.adc.code_sum);
    f(a.shift_adder.additions, b.shift_adder.additions);
    f(a.mvms, b.mvms);
    f(a.control_steps, b.control_steps);
    f(a.cell_operations, b.cell_operations);
}

template <class F>
void zip(SramBufferActivity& a, const SramBufferActivity& b, F f) {
    f(a.reads, b.reads);
    f(a.writes, b.writes);
}

template <class F>
void zip(TileActivity& a, const TileActivity& b, F f) {
    zip(a.input_buffer, b.input_buffer, f);
    zip(a.output_buffer, b.output_buffer, f);
    zip(a.residual_buffer, b.residual_buffer, f);
    f(a.adder_tree.additions, b.adder_tree.additions);
    f(a.window_sum.additions, b.window_sum.additions);
    f(a.post_processing.affines, b.post_processing.affines);
    f(a.post_processing.residuals, b.post_processing.residuals);
    f(a.post_processing.quantizations, b.post_processing.quantizations);
    f(a.post_processing.compares, b.post_processing.compares);
    f(a.post_processing.additions, b.post_processing.additions);
    f(a.input_register_bits, b.input_register_bits);
}

template <class F>
void zip(InterconnectActivity& a, const InterconnectActivity& b, F f) {
    f(a.transfers, b.transfers);
    f(a.flits, b.flits);
    f(a.payload_bits, b.payload_bits);
    f(a.arbitrations, b.arbitrations);
    f(a.router_flits, b.router_flits);
    f(a.bit_half_pitches, b.bit_half_pitches);
}

// Rows opened and busy cycles depend on when requests come: only a run with time has them.
template <class F>
void zip(DramActivity& a, const DramActivity& b, F f) {
    f(a.bytes_read, b.bytes_read);
    f(a.bytes_written, b.bytes_written);
}

template <class F>
void zip(AcceleratorActivity& a, const AcceleratorActivity& b, F f) {
    zip(a.macro, b.macro, f);
    zip(a.tile, b.tile, f);
    zip(a.interconnect, b.interconnect, f);
    zip(a.global_buffer, b.global_buffer, f);
    zip(a.dram, b.dram, f);
}

void add(std::int64_t& sum, std::int64_t other) {
    sum += other;
}

}  // namespace

MacroActivity& operator+=(MacroActivity& sum, const MacroActivity& other) {
    zip(sum, other, add);
    return sum;
}
TileActivity& operator+=(TileActivity& sum, const TileActivity& other) {
    zip(sum, other, add);
    return sum;
}
InterconnectActivity& operator+=(InterconnectActivity& sum, const InterconnectActivity& other) {
    zip(sum, other, add);
    return sum;
}
SramBufferActivity& operator+=(SramBufferActivity& sum, const SramBufferActivity& other) {
    zip(sum, other, add);
    return sum;
}
AcceleratorActivity& operator+=(AcceleratorActivity& sum, const AcceleratorActivity& other) {
    zip(sum, other, add);
    return sum;
}

MacroCycles& operator+=(MacroCycles& sum, const MacroCycles& other) {
    sum.converting += other.converting;
    sum.evaluating += other.evaluating;
    sum.accumulating += other.accumulating;
    sum.wait_input += other.wait_input;
    sum.wait_accumulator += other.wait_accumulator;
    sum.wait_output_buffer += other.wait_output_buffer;
    sum.wait_network += other.wait_network;
    sum.wait_dependency += other.wait_dependency;
    sum.programming += other.programming;
    sum.wait_dram += other.wait_dram;
    return sum;
}

bool operator==(const AcceleratorActivity& a, const AcceleratorActivity& b) {
    AcceleratorActivity copy = a;
    bool equal = true;
    zip(copy, b, [&](std::int64_t& x, std::int64_t y) { equal = equal && x == y; });
    return equal;
}

template <class Activity>
int counter_count() {
    Activity any;
    int count = 0;
    zip(any, any, [&](std::int64_t&, std::int64_t) { ++count; });
    return count;
}

template <class Activity>
Activity unit(int counter) {
    Activity one;
    zip(one, one, [&](std::int64_t& value, std::int64_t) { value = counter-- == 0 ? 1 : 0; });
    return one;
}

template <class Activity>
double weighted_sum(const Activity& activity, const double* weights) {
    Activity copy = activity;
    double sum = 0;
    zip(copy, activity,
        [&](std::int64_t&, std::int64_t value) { sum += *weights++ * static_cast<double>(value); });
    return sum;
}

#define CIMARRON_COUNTERS_OF(Activity)      \
    template int counter_count<Activity>(); \
    template Activity unit<Activity>(int);  \
    template double weighted_sum<Activity>(const Activity&, const double*)
CIMARRON_COUNTERS_OF(MacroActivity);
CIMARRON_COUNTERS_OF(TileActivity);
CIMARRON_COUNTERS_OF(InterconnectActivity);
CIMARRON_COUNTERS_OF(SramBufferActivity);
#undef CIMARRON_COUNTERS_OF

}  // namespace cimarron
