// SPDX-License-Identifier: Apache-2.0
// A tile's post-processing: LANES channels a cycle through affine, residual, requantization
// (PIPELINE_CYCLES) and the max-pooling compare (one more). Coefficients, window sum (of its group)
// and residual come with each channel; the rest is the layer's.
module post_processing #(
    parameter int LANES = 16,
    parameter int PIPELINE_CYCLES = 3,
    parameter bit ADC_LSB = 1'b1,
    parameter int SUM_BITS = 32,
    parameter int LSB_BITS = 40,
    parameter int WINDOW_BITS = 24,
    parameter int COEFFICIENT_BITS = 16,
    parameter int CODE_BITS = 32,
    parameter int VALUE_BITS = 64
) (
    input  logic                              clk,
    input  logic                              rst_n,
    input  logic [LSB_BITS-1:0]               adc_lsb,
    input  logic [3:0]                        weight_bits,
    input  logic [5:0]                        residual_up,
    input  logic [5:0]                        shift,
    input  logic [1:0]                        rounding,
    input  logic [CODE_BITS-1:0]              low,
    input  logic [CODE_BITS-1:0]              high,

    input  logic                              in_valid,
    input  logic                              in_first,  // of a pooling window
    input  logic [LANES*WINDOW_BITS-1:0]      window_sum,
    input  logic [LANES*SUM_BITS-1:0]         sum,
    input  logic [LANES*COEFFICIENT_BITS-1:0] a,
    input  logic [LANES*COEFFICIENT_BITS-1:0] c,
    input  logic [LANES*VALUE_BITS-1:0]       d,
    input  logic [LANES*6-1:0]                up,
    input  logic [LANES*COEFFICIENT_BITS-1:0] r,
    input  logic [LANES*CODE_BITS-1:0]        residual,

    output logic                              out_valid,
    output logic [LANES*VALUE_BITS-1:0]       value,
    output logic [LANES*CODE_BITS-1:0]        code,
    output logic                              pooled_valid,
    output logic [LANES*8-1:0]                pooled
);
    logic [PIPELINE_CYCLES-1:0] valid_q, first_q;
    always_ff @(posedge clk or negedge rst_n)
        if (!rst_n) begin
            valid_q <= '0;
            first_q <= '0;
            pooled_valid <= 1'b0;
        end else begin
            valid_q <= {valid_q[PIPELINE_CYCLES-2:0], in_valid};
            first_q <= {first_q[PIPELINE_CYCLES-2:0], in_first};
            pooled_valid <= out_valid;
        end
    assign out_valid = valid_q[PIPELINE_CYCLES-1];

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : lanes
            affine_lane #(
                .PIPELINE_CYCLES(PIPELINE_CYCLES),
                .ADC_LSB(ADC_LSB),
                .SUM_BITS(SUM_BITS),
                .LSB_BITS(LSB_BITS),
                .WINDOW_BITS(WINDOW_BITS),
                .COEFFICIENT_BITS(COEFFICIENT_BITS),
                .CODE_BITS(CODE_BITS),
                .VALUE_BITS(VALUE_BITS)
            ) affine (
                .clk(clk),
                .sum(sum[lane*SUM_BITS+:SUM_BITS]),
                .window_sum(window_sum[lane*WINDOW_BITS+:WINDOW_BITS]),
                .adc_lsb(adc_lsb),
                .weight_bits(weight_bits),
                .a(a[lane*COEFFICIENT_BITS+:COEFFICIENT_BITS]),
                .c(c[lane*COEFFICIENT_BITS+:COEFFICIENT_BITS]),
                .d(d[lane*VALUE_BITS+:VALUE_BITS]),
                .up(up[lane*6+:6]),
                .r(r[lane*COEFFICIENT_BITS+:COEFFICIENT_BITS]),
                .residual(residual[lane*CODE_BITS+:CODE_BITS]),
                .residual_up(residual_up),
                .shift(shift),
                .rounding(rounding),
                .low(low),
                .high(high),
                .value(value[lane*VALUE_BITS+:VALUE_BITS]),
                .code(code[lane*CODE_BITS+:CODE_BITS])
            );
            max_pool pool (
                .clk(clk),
                .valid(out_valid),
                .first(first_q[PIPELINE_CYCLES-1]),
                .code(code[lane*CODE_BITS+:8]),
                .pooled(pooled[lane*8+:8])
            );
        end
    endgenerate
endmodule
