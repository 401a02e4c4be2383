// SPDX-License-Identifier: Apache-2.0
// The digital part of one macro: control and shift-adders. The array, the sample-and-hold and the ADCs
// are outside: they follow state, slice, row_group and the strobes, and give adc_code while `convert`.
module macro_digital #(
    parameter int ADCS = 16,
    parameter int COLUMNS_PER_ADC = 8,
    parameter int ADC_BITS = 8,
    parameter int ACCUMULATOR_BITS = 24,
    parameter int CYCLE_BITS = 21,
    parameter int COUNT_BITS = 13
) (
    input  logic                        clk,
    input  logic                        rst_n,

    input  logic                        sample_and_hold,
    input  logic [CYCLE_BITS-1:0]       drive_cycles,
    input  logic [CYCLE_BITS-1:0]       settle_cycles,
    input  logic [CYCLE_BITS-1:0]       sample_cycles,
    input  logic [CYCLE_BITS-1:0]       conversion_cycles,
    input  logic [CYCLE_BITS-1:0]       add_cycles,
    input  logic [3:0]                  slices,
    input  logic [COUNT_BITS-1:0]       row_groups,
    input  logic [COUNT_BITS-1:0]       mux_positions,
    input  logic [3:0]                  dac_bits,
    input  logic [3:0]                  weight_bits,
    input  logic [3:0]                  weight_bit_step,
    input  logic [COUNT_BITS-1:0]       adcs,

    input  logic                        request_valid,
    output logic                        request_ready,
    output logic                        response_valid,
    input  logic                        response_ready,

    output logic [2:0]                  state,
    output logic [3:0]                  slice,
    output logic [COUNT_BITS-1:0]       row_group,
    output logic                        settled,
    output logic                        sample,
    output logic                        converting,
    output logic [COUNT_BITS-1:0]       position,
    output logic                        convert,
    input  logic [ADCS*ADC_BITS-1:0]    adc_code,

    input  logic [COUNT_BITS-1:0]       read_position,
    input  logic [COUNT_BITS-1:0]       read_adc,
    output logic [ACCUMULATOR_BITS-1:0] column_sum
);
    wire last_position;

    macro_control #(
        .CYCLE_BITS(CYCLE_BITS),
        .COUNT_BITS(COUNT_BITS)
    ) control (
        .clk(clk),
        .rst_n(rst_n),
        .sample_and_hold(sample_and_hold),
        .drive_cycles(drive_cycles),
        .settle_cycles(settle_cycles),
        .sample_cycles(sample_cycles),
        .conversion_cycles(conversion_cycles),
        .add_cycles(add_cycles),
        .slices(slices),
        .row_groups(row_groups),
        .mux_positions(mux_positions),
        .request_valid(request_valid),
        .request_ready(request_ready),
        .response_valid(response_valid),
        .response_ready(response_ready),
        .state(state),
        .slice(slice),
        .row_group(row_group),
        .settled(settled),
        .sample(sample),
        .converting(converting),
        .position(position),
        .convert(convert),
        .last_position(last_position)
    );

    shift_adder #(
        .ADCS(ADCS),
        .COLUMNS_PER_ADC(COLUMNS_PER_ADC),
        .ADC_BITS(ADC_BITS),
        .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
        .COUNT_BITS(COUNT_BITS)
    ) adder (
        .clk(clk),
        .rst_n(rst_n),
        .dac_bits(dac_bits),
        .weight_bits(weight_bits),
        .weight_bit_step(weight_bit_step),
        .adcs(adcs),
        .start(request_valid && request_ready),
        .sample(sample),
        .next_slice(row_group + 1'b1 == row_groups),
        .convert(convert),
        .position(position),
        .last_position(last_position),
        .adc_code(adc_code),
        .read_position(read_position),
        .read_adc(read_adc),
        .column_sum(column_sum)
    );
endmodule
