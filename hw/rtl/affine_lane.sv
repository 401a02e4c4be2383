// SPDX-License-Identifier: Apache-2.0
// One post-processing lane: fixed-point affine of a channel's sum, residual, rounding and saturation,
//   n = (sum * adc_lsb + 2^15) >> 16 (ADC_LSB = 0: n = sum),  p = 2 n - (2^weight_bits - 1) m
//   value = a p + c m + d + r residual,  code = clamp((value + 2^(shift-1)) >> shift)
// with m the window's sum; clamped to 0 .. 2^output_bits - 1, a stream's to the two's complement of
// output_bits. Three stages; PIPELINE_CYCLES - 3 further registers are for retiming.
module affine_lane #(
    parameter int PIPELINE_CYCLES = 3,
    parameter bit ADC_LSB = 1'b1,
    parameter int SUM_BITS = 32,
    parameter int LSB_BITS = 40,
    parameter int WINDOW_BITS = 24,
    parameter int COEFFICIENT_BITS = 16,
    parameter int VALUE_BITS = 64
) (
    input  logic                               clk,
    input  logic        [SUM_BITS-1:0]         sum,
    input  logic        [WINDOW_BITS-1:0]      window_sum,
    /* verilator lint_off UNUSEDSIGNAL */  // without ADC_LSB
    input  logic        [LSB_BITS-1:0]         adc_lsb,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic        [3:0]                  weight_bits,
    input  logic signed [COEFFICIENT_BITS-1:0] a,
    input  logic signed [COEFFICIENT_BITS-1:0] c,
    input  logic signed [VALUE_BITS-1:0]       d,
    input  logic signed [COEFFICIENT_BITS-1:0] r,
    input  logic signed [15:0]                 residual,
    input  logic        [5:0]                  shift,
    input  logic        [4:0]                  output_bits,
    input  logic                               stream,
    output logic signed [VALUE_BITS-1:0]       value,
    output logic        [15:0]                 code
);
    localparam int P_BITS = (SUM_BITS > WINDOW_BITS + 8 ? SUM_BITS : WINDOW_BITS + 8) + 3;
    localparam int SCALED_BITS = SUM_BITS + LSB_BITS + 1;
    localparam logic [VALUE_BITS-1:0] ONE = 1;

    logic [SUM_BITS-1:0] n;
    generate
        if (ADC_LSB) begin : scale
            /* verilator lint_off UNUSEDSIGNAL */  // the fraction, and what a sum cannot reach
            wire [SCALED_BITS-1:0] scaled =
                SCALED_BITS'(sum) * SCALED_BITS'(adc_lsb) + SCALED_BITS'(1 << 15);
            /* verilator lint_on UNUSEDSIGNAL */
            assign n = scaled[16+:SUM_BITS];
        end else begin : no_scale
            assign n = sum;
        end
    endgenerate

    wire [P_BITS-1:0] m_wide = P_BITS'(window_sum);
    logic signed [P_BITS-1:0] p_1;
    logic signed [WINDOW_BITS:0] m_1;
    logic signed [COEFFICIENT_BITS-1:0] a_1, c_1, r_1;
    logic signed [15:0] residual_1;
    logic signed [VALUE_BITS-1:0] d_1, ap_2, cm_2, dr_2;
    logic [5:0] shift_1, shift_2;
    logic [4:0] bits_1, bits_2;
    logic stream_1, stream_2;
    always_ff @(posedge clk) begin
        p_1 <= (P_BITS'(n) << 1) - (m_wide << weight_bits) + m_wide;
        m_1 <= {1'b0, window_sum};
        a_1 <= a;
        c_1 <= c;
        d_1 <= d;
        r_1 <= r;
        residual_1 <= residual;
        shift_1 <= shift;
        bits_1 <= output_bits;
        stream_1 <= stream;

        ap_2 <= VALUE_BITS'(a_1) * VALUE_BITS'(p_1);
        cm_2 <= VALUE_BITS'(c_1) * VALUE_BITS'(m_1);
        dr_2 <= d_1 + VALUE_BITS'(r_1) * VALUE_BITS'(residual_1);
        shift_2 <= shift_1;
        bits_2 <= bits_1;
        stream_2 <= stream_1;
    end

    wire signed [VALUE_BITS-1:0] v = ap_2 + cm_2 + dr_2;
    wire signed [VALUE_BITS-1:0] rounded = $signed(v + (ONE << (shift_2 - 6'd1))) >>> shift_2;
    wire [4:0] magnitude_bits = stream_2 ? bits_2 - 5'd1 : bits_2;
    wire signed [VALUE_BITS-1:0] top = (ONE << magnitude_bits) - ONE;
    wire signed [VALUE_BITS-1:0] bottom = stream_2 ? ~top : '0;
    wire [15:0] clamped = rounded < bottom ? bottom[15:0] : rounded > top ? top[15:0] : rounded[15:0];

    genvar stage;
    generate
        for (stage = 0; stage < PIPELINE_CYCLES - 2; stage = stage + 1) begin : last
            logic signed [VALUE_BITS-1:0] value_q;
            logic [15:0] code_q;
            if (stage == 0) begin : first_stage
                always_ff @(posedge clk) begin
                    value_q <= v;
                    code_q <= clamped;
                end
            end else begin : later_stage
                always_ff @(posedge clk) begin
                    value_q <= last[stage-1].value_q;
                    code_q <= last[stage-1].code_q;
                end
            end
        end
    endgenerate
    assign value = last[PIPELINE_CYCLES-3].value_q;
    assign code = last[PIPELINE_CYCLES-3].code_q;
endmodule
