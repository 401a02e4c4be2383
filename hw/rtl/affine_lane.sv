// SPDX-License-Identifier: Apache-2.0
// One post-processing lane: fixed-point affine of a channel's sum, residual, rounding and saturation,
//   n = (sum * adc_lsb + 2^15) >> 16 (ADC_LSB = 0: n = sum),  p = 2 n - (2^weight_bits - 1) m
//   value = ((a p + c m) << up) + d + ((r residual) << residual_up)
//   code = clamp(value / 2^shift, rounded, low, high)
// with m the window's sum; rounding 0: half to even, 1: half up, 2: down. Three stages; PIPELINE_CYCLES - 3 further registers are for retiming.
module affine_lane #(
    parameter int PIPELINE_CYCLES = 3,
    parameter bit ADC_LSB = 1'b1,
    parameter int SUM_BITS = 32,
    parameter int LSB_BITS = 40,
    parameter int WINDOW_BITS = 24,
    parameter int COEFFICIENT_BITS = 16,
    parameter int CODE_BITS = 32,
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
    input  logic        [5:0]                  up,
    input  logic signed [COEFFICIENT_BITS-1:0] r,
    input  logic signed [CODE_BITS-1:0]        residual,
    input  logic        [5:0]                  residual_up,
    input  logic        [5:0]                  shift,
    input  logic        [1:0]                  rounding,
    input  logic signed [CODE_BITS-1:0]        low,
    input  logic signed [CODE_BITS-1:0]        high,
    output logic signed [VALUE_BITS-1:0]       value,
    output logic signed [CODE_BITS-1:0]        code
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
    logic signed [CODE_BITS-1:0] residual_1, low_1, low_2, high_1, high_2;
    logic signed [VALUE_BITS-1:0] d_1, ap_2, cm_2, dr_2;
    logic [5:0] up_1, up_2, residual_up_1, shift_1, shift_2;
    logic [1:0] rounding_1, rounding_2;
    wire signed [VALUE_BITS-1:0] r_product = VALUE_BITS'(r_1) * VALUE_BITS'(residual_1);
    always_ff @(posedge clk) begin
        p_1 <= (P_BITS'(n) << 1) - (m_wide << weight_bits) + m_wide;
        m_1 <= {1'b0, window_sum};
        a_1 <= a;
        c_1 <= c;
        d_1 <= d;
        up_1 <= up;
        r_1 <= r;
        residual_1 <= residual;
        residual_up_1 <= residual_up;
        shift_1 <= shift;
        rounding_1 <= rounding;
        low_1 <= low;
        high_1 <= high;

        ap_2 <= VALUE_BITS'(a_1) * VALUE_BITS'(p_1);
        cm_2 <= VALUE_BITS'(c_1) * VALUE_BITS'(m_1);
        dr_2 <= d_1 + (r_product <<< residual_up_1);
        up_2 <= up_1;
        shift_2 <= shift_1;
        rounding_2 <= rounding_1;
        low_2 <= low_1;
        high_2 <= high_1;
    end

    wire signed [VALUE_BITS-1:0] v = ((ap_2 + cm_2) <<< up_2) + dr_2;
    wire [VALUE_BITS-1:0] half = ONE << (shift_2 - 6'd1);
    wire odd = v[shift_2];
    logic [VALUE_BITS-1:0] rounded_up;
    always_comb
        case (rounding_2)
            2'd0: rounded_up = half - {{(VALUE_BITS - 1) {1'b0}}, !odd};
            2'd1: rounded_up = half;
            default: rounded_up = '0;
        endcase
    wire signed [VALUE_BITS-1:0] rounded = $signed(v + rounded_up) >>> shift_2;
    wire signed [CODE_BITS-1:0] clamped = rounded < VALUE_BITS'(low_2)    ? low_2
                                          : rounded > VALUE_BITS'(high_2) ? high_2
                                                                          : rounded[CODE_BITS-1:0];

    genvar stage;
    generate
        for (stage = 0; stage < PIPELINE_CYCLES - 2; stage = stage + 1) begin : last
            logic signed [VALUE_BITS-1:0] value_q;
            logic signed [CODE_BITS-1:0] code_q;
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
