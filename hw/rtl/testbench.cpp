// SPDX-License-Identifier: Apache-2.0
#include "hw/rtl/testbench.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr const char* kBody = R"(
    reg clk = 0, rst_n = 0, request_valid = 0, response_ready = 0;
    reg [ADCS*ADC_BITS-1:0] adc_code = 0;
    reg [12:0] read_position = 0, read_adc = 0;
    wire request_ready, response_valid, settled, sample, converting, convert;
    wire [2:0] state;
    wire [3:0] slice;
    wire [12:0] row_group, position;
    wire [ACCUMULATOR_BITS-1:0] column_sum;

    reg [3:0] stimulus[0:CYCLES-1];   // request_valid, response_ready
    reg [43:0] expected[0:CYCLES-1];  // see `want` below
    reg [ADCS*ADC_BITS-1:0] codes[0:CONVERSIONS-1];
    reg [31:0] sums[0:MVMS*CHANNELS-1];

    macro_digital #(.ADCS(ADCS), .COLUMNS_PER_ADC(COLUMNS_PER_ADC), .ADC_BITS(ADC_BITS),
                    .ACCUMULATOR_BITS(ACCUMULATOR_BITS)) dut (
        .clk(clk), .rst_n(rst_n), .sample_and_hold(SAMPLE_AND_HOLD), .drive_cycles(DRIVE_CYCLES),
        .settle_cycles(SETTLE_CYCLES), .sample_cycles(SAMPLE_CYCLES),
        .conversion_cycles(CONVERSION_CYCLES), .add_cycles(ADD_CYCLES), .slices(SLICES),
        .row_groups(ROW_GROUPS), .mux_positions(MUX_POSITIONS), .dac_bits(DAC_BITS),
        .weight_bits(WEIGHT_BITS), .weight_bit_step(WEIGHT_BIT_STEP), .adcs(ADCS_USED),
        .request_valid(request_valid), .request_ready(request_ready),
        .response_valid(response_valid), .response_ready(response_ready), .state(state),
        .slice(slice), .row_group(row_group), .settled(settled), .sample(sample),
        .converting(converting), .position(position), .convert(convert), .adc_code(adc_code),
        .read_position(read_position), .read_adc(read_adc), .column_sum(column_sum));

    integer cycle, conversion, mvm, channel, column, bit_index;
    reg [43:0] want;
    reg [31:0] sum;

    task check(input [8*14-1:0] name, input [31:0] value, input [31:0] got);
        if (value !== got) begin
            $display("FAIL cycle %0d: %0s: expected %0d, got %0d", cycle, name, value, got);
            $fatal(1, "FAIL");
        end
    endtask

    task check_pins;
        begin
            check("settled", want[42], settled);
            check("sample", want[41], sample);
            check("convert", want[40], convert);
            check("response_valid", want[39], response_valid);
            check("state", want[38:36], state);
            if (want[38:36] != 0) begin
                check("slice", want[35:32], slice);
                check("row_group", want[12:0], row_group);
            end
            check("converting", want[31], converting);
            if (want[31]) check("position", want[28:16], position);
            if (request_valid) check("request_ready", 1, request_ready);
        end
    endtask

    // A channel is the sum of its weight bits' columns.
    task check_sums;
        for (channel = 0; channel < CHANNELS; channel = channel + 1) begin
            sum = 0;
            for (bit_index = 0; bit_index < WEIGHT_BITS; bit_index = bit_index + 1) begin
                column = channel * WEIGHT_BITS + bit_index;
                read_position = column / ADCS;
                read_adc = column % ADCS;
                #1 sum = sum + column_sum;
            end
            check("partial_sum", sums[mvm*CHANNELS+channel], sum);
        end
    endtask

    initial begin
        if ($test$plusargs("vcd")) begin
            $dumpfile("testbench.vcd");
            $dumpvars(1, testbench.cycle, testbench.dut);
        end
        $readmemh("stimulus.hex", stimulus);
        $readmemh("expected.hex", expected);
        $readmemh("codes.hex", codes);
        $readmemh("sums.hex", sums);
        conversion = 0;
        mvm = 0;
        #1 clk = 1;
        #1 clk = 0;
        #1 rst_n = 1;
        for (cycle = 0; cycle < CYCLES; cycle = cycle + 1) begin
            want = expected[cycle];
            {request_valid, response_ready} = stimulus[cycle][1:0];
            if (want[40]) begin
                adc_code = codes[conversion];
                conversion = conversion + 1;
            end
            #1 check_pins;
            clk = 1;
            #1 clk = 0;
            #1;
            if (cycle + 1 < CYCLES && expected[cycle+1][39] && (!want[39] || response_ready)) begin
                check_sums;
                mvm = mvm + 1;
            end
        end
        check("conversions", CONVERSIONS, conversion);
        check("mvms", MVMS, mvm);
        $display("PASS %0d cycles, %0d MVMs", CYCLES, MVMS);
        $finish;
    end
endmodule
)";

}  // namespace

std::string testbench(const VectorWork& work, const VectorCounts& counts) {
    const MacroParams& p = work.params;
    std::string text =
        "// Written by `cimarron vectors`: runs the golden vectors beside it, e.g.\n"
        "//   iverilog -g2012 -s testbench -o testbench RTL/*.sv testbench.sv && vvp testbench\n"
        "// With +vcd it leaves testbench.vcd.\n"
        "`timescale 1ns / 1ps\nmodule testbench;\n";
    const auto constant = [&](const char* name, std::int64_t value) {
        text += fmt::format("    localparam {} = {};\n", name, value);
    };
    const int slices = ceil_div(work.input_bits, p.word_line_driver.dac_bits);
    constant("CYCLES", counts.cycles);
    constant("CONVERSIONS", counts.conversions);
    constant("MVMS", static_cast<std::int64_t>(work.mvms.size()));
    constant("CHANNELS", work.placement.channels);
    constant("ADCS", p.adcs());
    constant("COLUMNS_PER_ADC", p.adc.columns_per_adc);
    constant("ADC_BITS", p.adc.bits);
    constant("ACCUMULATOR_BITS", p.shift_adder.accumulator_bits);
    const auto pin = [&](const char* name, int bits, int value) {
        text += fmt::format("    localparam [{}:0] {} = {};\n", bits - 1, name, value);
    };
    pin("SAMPLE_AND_HOLD", 1, p.sample_and_hold.present ? 1 : 0);
    pin("DRIVE_CYCLES", 21, p.word_line_driver.drive_cycles);
    pin("SETTLE_CYCLES", 21, p.word_line_driver.settle_cycles);
    pin("SAMPLE_CYCLES", 21, p.sample_and_hold.sample_cycles);
    pin("CONVERSION_CYCLES", 21, p.adc.conversion_cycles);
    pin("ADD_CYCLES", 21, p.shift_adder.add_cycles);
    pin("SLICES", 4, slices);
    pin("ROW_GROUPS", 13, ceil_div(work.placement.rows, p.array.rows_active));
    pin("MUX_POSITIONS", 13, ceil_div(work.placement.columns, p.adcs()));
    pin("DAC_BITS", 4, p.word_line_driver.dac_bits);
    pin("WEIGHT_BITS", 4, work.weight_bits);
    pin("WEIGHT_BIT_STEP", 4, p.adcs() % work.weight_bits);
    pin("ADCS_USED", 13, p.adcs());
    return text + kBody;
}

}  // namespace cimarron
