// SPDX-License-Identifier: Apache-2.0
// The shift-adders of one macro, one per ADC. At an edge with `convert`, each adds its code, shifted by
// the input slice's and the column's weight, to the register of the column at the mux position:
//   sum[adc][position] += adc_code[adc] << (slice * dac_bits + column % weight_bits)
// The first evaluation of an MVM overwrites. read_position and read_adc choose one column's register;
// a channel's partial sum is the sum of its weight_bits columns.
module shift_adder #(
    parameter int ADCS = 16,
    parameter int COLUMNS_PER_ADC = 8,
    parameter int ADC_BITS = 8,
    parameter int ACCUMULATOR_BITS = 24,
    parameter int COUNT_BITS = 13
) (
    input  logic                        clk,
    input  logic                        rst_n,

    input  logic [3:0]                  dac_bits,
    input  logic [3:0]                  weight_bits,
    input  logic [3:0]                  weight_bit_step,  // ADCs in use % weight_bits
    input  logic [COUNT_BITS-1:0]       adcs,             // ADCs in use

    input  logic                        start,            // an MVM begins
    input  logic                        sample,           // an evaluation is held
    input  logic                        next_slice,       // it is the last one of its slice
    input  logic                        convert,
    /* verilator lint_off UNUSEDSIGNAL */  // an instance uses as many bits as it has registers
    input  logic [COUNT_BITS-1:0]       position,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic                        last_position,
    input  logic [ADCS*ADC_BITS-1:0]    adc_code,

    /* verilator lint_off UNUSEDSIGNAL */
    input  logic [COUNT_BITS-1:0]       read_position,
    input  logic [COUNT_BITS-1:0]       read_adc,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [ACCUMULATOR_BITS-1:0] column_sum
);
    localparam int POSITION_BITS = COLUMNS_PER_ADC > 1 ? $clog2(COLUMNS_PER_ADC) : 1;
    localparam int ADC_INDEX_BITS = ADCS > 1 ? $clog2(ADCS) : 1;

    logic [3:0] slice_shift, next_slice_shift;  // of the held evaluation; of the one to come
    logic       first, next_first;              // likewise: the first of the MVM
    logic [3:0] weight_bit;                     // of the first ADC's column

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            next_slice_shift <= '0;
            next_first <= 1'b1;
            slice_shift <= '0;
            first <= 1'b1;
        end else if (start) begin
            next_slice_shift <= '0;
            next_first <= 1'b1;
        end else if (sample) begin
            slice_shift <= next_slice_shift;
            first <= next_first;
            next_first <= 1'b0;
            if (next_slice) next_slice_shift <= next_slice_shift + dac_bits;
        end
    end

    wire [4:0] weight_bit_sum = {1'b0, weight_bit} + {1'b0, weight_bit_step};
    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) weight_bit <= '0;
        else if (start || (convert && last_position)) weight_bit <= '0;
        else if (convert)
            weight_bit <= weight_bit_sum >= {1'b0, weight_bits}
                              ? 4'(weight_bit_sum - {1'b0, weight_bits})
                              : 4'(weight_bit_sum);
    end

    logic [ACCUMULATOR_BITS-1:0] lane_sum[0:ADCS-1];

    genvar lane;
    generate
        for (lane = 0; lane < ADCS; lane = lane + 1) begin : lanes
            logic [ACCUMULATOR_BITS-1:0] sums[0:COLUMNS_PER_ADC-1];
            logic [3:0] lane_phase;
            always_comb
                case (weight_bits)
                    4'd2: lane_phase = 4'(lane % 2);
                    4'd3: lane_phase = 4'(lane % 3);
                    4'd4: lane_phase = 4'(lane % 4);
                    4'd5: lane_phase = 4'(lane % 5);
                    4'd6: lane_phase = 4'(lane % 6);
                    4'd7: lane_phase = 4'(lane % 7);
                    4'd8: lane_phase = 4'(lane % 8);
                    default: lane_phase = 4'd0;
                endcase
            wire [4:0] phase = {1'b0, weight_bit} + {1'b0, lane_phase};
            wire [4:0] column_bit =
                phase >= {1'b0, weight_bits} ? phase - {1'b0, weight_bits} : phase;
            wire [4:0] shift = {1'b0, slice_shift} + column_bit;
            wire [ACCUMULATOR_BITS-1:0] code =
                ACCUMULATOR_BITS'(adc_code[lane*ADC_BITS+:ADC_BITS]);
            wire [ACCUMULATOR_BITS-1:0] old =
                first ? '0 : sums[position[POSITION_BITS-1:0]];
            always_ff @(posedge clk)
                if (convert && COUNT_BITS'(lane) < adcs)
                    sums[position[POSITION_BITS-1:0]] <= old + (code << shift);
            assign lane_sum[lane] = sums[read_position[POSITION_BITS-1:0]];
        end
    endgenerate

    assign column_sum = lane_sum[read_adc[ADC_INDEX_BITS-1:0]];
endmodule
