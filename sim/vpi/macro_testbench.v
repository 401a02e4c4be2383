// SPDX-License-Identifier: Apache-2.0
// A self-checking testbench for Icarus Verilog, with the model in it through cimarron.vpi (functions as in
// sim/dpi/cimarron_dpi.h, names with a $). The RTL under test drives the array and the ADCs of one macro; another
// runs each product whole, and cycles and partial sums must be the same. Run it from the repository's root.
`timescale 1ns / 1ps
module macro_testbench;
    parameter PRODUCTS = 20, ROWS = 100, CHANNELS = 40, WEIGHT_BITS = 3, INPUT_BITS = 4;
    localparam ADCS = 16, COLUMNS_PER_ADC = 8, ADC_BITS = 8, ACCUMULATOR_BITS = 24;

    reg [63:0] model, array;  // handles
    reg clk = 0, rst_n = 0, request_valid = 0, response_ready = 0;
    reg [ADCS*ADC_BITS-1:0] adc_code = 0;
    reg [12:0] read_position = 0, read_adc = 0;
    wire request_ready, response_valid, settled, sample, converting, convert;
    wire [2:0] state;
    wire [3:0] slice;
    wire [12:0] row_group, position;
    wire [ACCUMULATOR_BITS-1:0] column_sum;

    // Sizes and times, as the model has them.
    reg sample_and_hold;
    reg [20:0] drive_cycles, settle_cycles, sample_cycles, conversion_cycles, add_cycles;
    reg [3:0] slices, dac_bits;
    reg [12:0] row_groups, mux_positions;

    macro_digital #(.ADCS(ADCS), .COLUMNS_PER_ADC(COLUMNS_PER_ADC), .ADC_BITS(ADC_BITS),
                    .ACCUMULATOR_BITS(ACCUMULATOR_BITS)) dut (
        .clk(clk), .rst_n(rst_n), .sample_and_hold(sample_and_hold), .drive_cycles(drive_cycles),
        .settle_cycles(settle_cycles), .sample_cycles(sample_cycles),
        .conversion_cycles(conversion_cycles), .add_cycles(add_cycles), .slices(slices),
        .row_groups(row_groups), .mux_positions(mux_positions), .dac_bits(dac_bits),
        .weight_bits(WEIGHT_BITS[3:0]), .weight_bit_step(4'(ADCS % WEIGHT_BITS)), .adcs(13'(ADCS)),
        .request_valid(request_valid), .request_ready(request_ready),
        .response_valid(response_valid), .response_ready(response_ready), .state(state),
        .slice(slice), .row_group(row_group), .settled(settled), .sample(sample),
        .converting(converting), .position(position), .convert(convert), .adc_code(adc_code),
        .read_position(read_position), .read_adc(read_adc), .column_sum(column_sum));

    integer product, row, channel, bit_index, adc, column, code, cycles, done;
    reg [63:0] expected, sum;

    task must(input integer ok);
        if (ok <= 0) begin
            $display("FAIL %0s", $cimarron_error());
            $fatal(1, "FAIL");
        end
    endtask

    task check(input [8*16-1:0] what, input [63:0] want, input [63:0] got);
        if (want !== got) begin
            $display("FAIL product %0d: %0s: expected %0d, got %0d", product, what, want, got);
            $fatal(1, "FAIL");
        end
    endtask

    task create_models;
        begin
            model = $cimarron_macro_create("configs/run/fashion_cnn.yaml", "", ROWS, CHANNELS, WEIGHT_BITS, INPUT_BITS);
            must(model != 0);
            array = $cimarron_macro_create("configs/run/fashion_cnn.yaml", "", ROWS, CHANNELS, WEIGHT_BITS, INPUT_BITS);
            must(array != 0);
            check("ADCs", ADCS, $cimarron_parameter(model, "adcs"));
            sample_and_hold = $cimarron_parameter(model, "macro.sample_and_hold.present");
            drive_cycles = $cimarron_parameter(model, "macro.word_line_driver.drive_cycles");
            settle_cycles = $cimarron_parameter(model, "macro.word_line_driver.settle_cycles");
            sample_cycles = $cimarron_parameter(model, "macro.sample_and_hold.sample_cycles");
            conversion_cycles = $cimarron_parameter(model, "macro.adc.conversion_cycles");
            add_cycles = $cimarron_parameter(model, "macro.shift_adder.add_cycles");
            dac_bits = $cimarron_parameter(model, "macro.word_line_driver.dac_bits");
            slices = $cimarron_parameter(model, "slices");
            row_groups = $cimarron_parameter(model, "row_groups");
            mux_positions = $cimarron_parameter(model, "mux_positions");
            for (channel = 0; channel < CHANNELS; channel = channel + 1)
                for (row = 0; row < ROWS; row = row + 1) begin
                    code = $urandom % (1 << WEIGHT_BITS);
                    must($cimarron_macro_weight(model, channel, row, code));
                    must($cimarron_macro_weight(array, channel, row, code));
                end
        end
    endtask

    // One cycle: what the RTL's strobes ask of the array, before the edge.
    task one_cycle;
        begin
            #1;
            if (request_valid && request_ready) must($cimarron_array_load(array));
            if (convert) begin
                must($cimarron_array_convert(array, position));
                for (adc = 0; adc < ADCS; adc = adc + 1)
                    adc_code[adc*ADC_BITS+:ADC_BITS] = $cimarron_array_code(array, adc);
            end
            if (settled) must($cimarron_array_settle(array, slice, row_group));
            if (sample) must($cimarron_array_sample(array));
            #1 clk = 1;
            #1 clk = 0;
            #1 cycles = cycles + 1;
        end
    endtask

    task check_sums;
        for (channel = 0; channel < CHANNELS; channel = channel + 1) begin
            sum = 0;
            for (bit_index = 0; bit_index < WEIGHT_BITS; bit_index = bit_index + 1) begin
                column = channel * WEIGHT_BITS + bit_index;
                read_position = column / ADCS;
                read_adc = column % ADCS;
                #1 sum = sum + column_sum;
            end
            check("partial sum", $cimarron_macro_sum(model, channel), sum);
        end
    endtask

    initial begin
        product = 0;
        cycles = 0;
        create_models;
        #1 clk = 1;
        #1 clk = 0;
        #1 rst_n = 1;
        for (product = 0; product < PRODUCTS; product = product + 1) begin
            for (row = 0; row < ROWS; row = row + 1) begin
                code = $urandom % (1 << INPUT_BITS);
                must($cimarron_macro_input(model, row, code));
                must($cimarron_macro_input(array, row, code));
            end
            expected = $cimarron_macro_run(model);
            request_valid = 1;
            one_cycle;
            cycles = 0;
            request_valid = 0;
            while (!response_valid) one_cycle;
            check("cycles", expected, cycles);
            check_sums;
            response_ready = 1;
            one_cycle;
            response_ready = 0;
        end
        check("conversions", $cimarron_activity(model, "macro.adc.conversions"),
              $cimarron_activity(array, "macro.adc.conversions"));
        $display("PASS %0d products, %0d cycles each, %0d conversions, %.1f pJ", PRODUCTS, expected,
                 $cimarron_activity(model, "macro.adc.conversions"), $cimarron_energy(model) * 1e12);
        done = $cimarron_destroy(array);
        done = $cimarron_destroy(model);
        $finish;
    end
endmodule
