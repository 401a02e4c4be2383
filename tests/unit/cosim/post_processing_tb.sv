// SPDX-License-Identifier: Apache-2.0
// Applies post_processing.hex, a line a cycle with some cycles empty, and compares what comes out.
`timescale 1ns / 1ps
module testbench #(
    parameter PIPELINE_CYCLES = 3,
    parameter LINES = 1
);
    localparam LANES = 3, SUM_BITS = 32, COEFFICIENT_BITS = 31, VALUE_BITS = 64;
    localparam LANE_BITS = 8 + 32 + 24 + SUM_BITS + 32 + 32 + VALUE_BITS + 32 + VALUE_BITS + 32 + 8;
    localparam LAYER_BITS = 8 + 40 + 8 + 8 + 8 + 8 + 32 + 32;
    localparam LINE_BITS = LAYER_BITS + LANES * LANE_BITS;
    reg [LINE_BITS-1:0] lines[0:LINES-1], in, out;
    reg clk = 0, rst_n = 0, in_valid = 0;
    reg [LANES*SUM_BITS-1:0] sum;
    reg [LANES*COEFFICIENT_BITS-1:0] a, c, r;
    reg [LANES*6-1:0] up;
    reg [LANES*VALUE_BITS-1:0] d, want_value;
    reg [LANES*24-1:0] window_sum;
    reg [LANES*32-1:0] residual, want_code;
    reg [LANES*8-1:0] want_pooled;
    wire out_valid, pooled_valid;
    wire [LANES*VALUE_BITS-1:0] value;
    wire [LANES*32-1:0] code;
    wire [LANES*8-1:0] pooled;
    wire [LAYER_BITS-1:0] layer = in[LINE_BITS-1-:LAYER_BITS];  // as below

    post_processing #(.LANES(LANES), .PIPELINE_CYCLES(PIPELINE_CYCLES), .SUM_BITS(SUM_BITS),
                      .COEFFICIENT_BITS(COEFFICIENT_BITS), .VALUE_BITS(VALUE_BITS)) dut (
        .clk(clk), .rst_n(rst_n), .in_first(layer[136]), .adc_lsb(layer[135:96]),
        .weight_bits(layer[91:88]), .shift(layer[85:80]), .rounding(layer[73:72]),
        .residual_up(layer[69:64]), .low(layer[63:32]), .high(layer[31:0]), .in_valid(in_valid),
        .window_sum(window_sum), .sum(sum), .a(a), .c(c), .d(d), .up(up), .r(r), .residual(residual),
        .out_valid(out_valid), .value(value), .code(code), .pooled_valid(pooled_valid), .pooled(pooled));

    integer cycle, line, lane, got, got_pooled;
    task lanes_of(input [LINE_BITS-1:0] from);
        reg [LANE_BITS-1:0] one;
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            one = from[lane*LANE_BITS+:LANE_BITS];
            up[lane*6+:6] = one[359-2-:6];
            r[lane*COEFFICIENT_BITS+:COEFFICIENT_BITS] = one[351-:32];
            window_sum[lane*24+:24] = one[319-:24];
            sum[lane*SUM_BITS+:SUM_BITS] = one[295-:32];
            a[lane*COEFFICIENT_BITS+:COEFFICIENT_BITS] = one[263-:32];
            c[lane*COEFFICIENT_BITS+:COEFFICIENT_BITS] = one[231-:32];
            d[lane*VALUE_BITS+:VALUE_BITS] = one[199-:64];
            residual[lane*32+:32] = one[135-:32];
            want_value[lane*VALUE_BITS+:VALUE_BITS] = one[103-:64];
            want_code[lane*32+:32] = one[39-:32];
            want_pooled[lane*8+:8] = one[7-:8];
        end
    endtask

    // A line enters in the two cycles of three that start with it; inputs change as clk falls.
    initial begin
        $readmemh("post_processing.hex", lines);
        line = 0;
        got = 0;
        got_pooled = 0;
        #1 clk = 1;
        #1 clk = 0;
        rst_n = 1;
        for (cycle = 0; got_pooled < LINES && cycle < 4 * LINES + 100; cycle = cycle + 1) begin
            if (out_valid) begin
                lanes_of(lines[got]);
                if (value !== want_value || code !== want_code)
                    $fatal(1, "FAIL line %0d: value %h code %h, expected %h %h", got, value, code,
                           want_value, want_code);
                if (cycle - PIPELINE_CYCLES != got + got / 2)
                    $fatal(1, "FAIL line %0d: came at cycle %0d", got, cycle);
                got = got + 1;
            end
            if (pooled_valid) begin
                lanes_of(lines[got_pooled]);
                if (pooled !== want_pooled)
                    $fatal(1, "FAIL line %0d: pooled %h, expected %h", got_pooled, pooled,
                           want_pooled);
                got_pooled = got_pooled + 1;
            end
            in_valid = cycle % 3 != 2 && line < LINES;
            if (in_valid) begin
                in = lines[line];
                lanes_of(in);
                line = line + 1;
            end
            #1 clk = 1;
            #1 clk = 0;
            #1;
        end
        if (got_pooled != LINES) $fatal(1, "FAIL: %0d of %0d lines", got_pooled, LINES);
        $display("PASS %0d lines", LINES);
        $finish;
    end
endmodule
