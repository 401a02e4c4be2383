// SPDX-License-Identifier: Apache-2.0
// A self-checking testbench for RTL with the pins of hw/rtl/macro_digital.sv. Two models stand beside it:
// `array` is the array and the ADCs, driven by the RTL's own strobes; `model` is the whole macro, clocked
// with the RTL and compared with it at every edge and on every result. Run it from the repository's root:
//   +run=FILE (a run file)  +set="KEY=VALUE ..."  +rows= +channels= +weight_bits= +input_bits=
//   +products=N  +seed=N  +vcd=FILE (in Verilator with --trace)
module macro_testbench #(
    parameter int ADCS = 16,
    parameter int COLUMNS_PER_ADC = 8,
    parameter int ADC_BITS = 8,
    parameter int ACCUMULATOR_BITS = 24
);
    import cimarron_dpi_pkg::*;

    chandle model, array;
    string run_file = "configs/run/fashion_cnn.yaml";
    string settings = "";
    int rows = 100, channels = 40, weight_bits = 3, input_bits = 4, products = 20, seed = 1;

    bit clk = 0, rst_n = 0, request_valid = 0, response_ready = 0;
    bit [ADCS*ADC_BITS-1:0] adc_code = '0;
    bit [12:0] read_position = 0, read_adc = 0;
    wire request_ready, response_valid, settled, sample, converting, convert;
    wire [2:0] state;
    wire [3:0] slice;
    wire [12:0] row_group, position;
    wire [ACCUMULATOR_BITS-1:0] column_sum;

    // Sizes and times, as the model has them.
    bit sample_and_hold;
    bit [20:0] drive_cycles, settle_cycles, sample_cycles, conversion_cycles, add_cycles;
    bit [3:0] slices, dac_bits;
    bit [12:0] row_groups, mux_positions;

    macro_digital #(
        .ADCS(ADCS), .COLUMNS_PER_ADC(COLUMNS_PER_ADC), .ADC_BITS(ADC_BITS),
        .ACCUMULATOR_BITS(ACCUMULATOR_BITS)
    ) dut (
        .clk(clk), .rst_n(rst_n), .sample_and_hold(sample_and_hold), .drive_cycles(drive_cycles),
        .settle_cycles(settle_cycles), .sample_cycles(sample_cycles),
        .conversion_cycles(conversion_cycles), .add_cycles(add_cycles), .slices(slices),
        .row_groups(row_groups), .mux_positions(mux_positions), .dac_bits(dac_bits),
        .weight_bits(4'(weight_bits)), .weight_bit_step(4'(ADCS % weight_bits)), .adcs(13'(ADCS)),
        .request_valid(request_valid), .request_ready(request_ready),
        .response_valid(response_valid), .response_ready(response_ready), .state(state),
        .slice(slice), .row_group(row_group), .settled(settled), .sample(sample),
        .converting(converting), .position(position), .convert(convert), .adc_code(adc_code),
        .read_position(read_position), .read_adc(read_adc), .column_sum(column_sum)
    );

    int cycle = 0;
    bit [2:0] model_state = 0;  // beside state, in the dump

    task automatic check(input string what, input longint expected, input longint got);
        if (expected != got) begin
            $display("FAIL cycle %0d: %s: expected %0d, got %0d", cycle, what, expected, got);
            #8 $dumpflush;  // a dump shows it
            $fatal(1, "RTL and model differ");
        end
    endtask

    // Calls of the library that have nothing to say but that they failed.
    task automatic must(input int done);
        if (done == 0) $fatal(1, "%s", cimarron_error());
    endtask

    function automatic longint parameter_of(input string name);
        longint value = cimarron_parameter(model, name);
        if (value < 0) $fatal(1, "%s", cimarron_error());
        return value;
    endfunction

    // The same numbers in every simulator: xorshift.
    int unsigned random_state;
    function automatic int random(input int below);
        random_state ^= random_state << 13;
        random_state ^= random_state >> 17;
        random_state ^= random_state << 5;
        return int'(random_state % unsigned'(below));
    endfunction

    task automatic create_models;
        void'($value$plusargs("run=%s", run_file));
        void'($value$plusargs("set=%s", settings));
        void'($value$plusargs("rows=%d", rows));
        void'($value$plusargs("channels=%d", channels));
        void'($value$plusargs("weight_bits=%d", weight_bits));
        void'($value$plusargs("input_bits=%d", input_bits));
        void'($value$plusargs("products=%d", products));
        void'($value$plusargs("seed=%d", seed));
        random_state = 32'h9e3779b9 ^ seed;
        model = cimarron_macro_create(run_file, settings, rows, channels, weight_bits, input_bits);
        if (model == null) $fatal(1, "%s", cimarron_error());
        array = cimarron_macro_create(run_file, settings, rows, channels, weight_bits, input_bits);
        check("ADCs of the RTL", parameter_of("adcs"), longint'(ADCS));
        check("columns per ADC of the RTL", parameter_of("macro.adc.columns_per_adc"),
              longint'(COLUMNS_PER_ADC));
        check("ADC bits of the RTL", parameter_of("macro.adc.bits"), longint'(ADC_BITS));
        sample_and_hold = parameter_of("macro.sample_and_hold.present") != 0;
        drive_cycles = 21'(parameter_of("macro.word_line_driver.drive_cycles"));
        settle_cycles = 21'(parameter_of("macro.word_line_driver.settle_cycles"));
        sample_cycles = 21'(parameter_of("macro.sample_and_hold.sample_cycles"));
        conversion_cycles = 21'(parameter_of("macro.adc.conversion_cycles"));
        add_cycles = 21'(parameter_of("macro.shift_adder.add_cycles"));
        dac_bits = 4'(parameter_of("macro.word_line_driver.dac_bits"));
        slices = 4'(parameter_of("slices"));
        row_groups = 13'(parameter_of("row_groups"));
        mux_positions = 13'(parameter_of("mux_positions"));
    endtask

    task automatic load_weights;
        for (int channel = 0; channel < channels; channel++)
            for (int row = 0; row < rows; row++) begin
                int code = random(1 << weight_bits);
                must(cimarron_macro_weight(model, channel, row, code));
                must(cimarron_macro_weight(array, channel, row, code));
            end
    endtask

    task automatic load_inputs;
        for (int row = 0; row < rows; row++) begin
            int code = random(1 << input_bits);
            must(cimarron_macro_input(model, row, code));
            must(cimarron_macro_input(array, row, code));
        end
    endtask

    // What the RTL's strobes ask of the array; its codes must stand before the edge.
    task automatic serve_array;
        if (request_valid && request_ready) must(cimarron_array_load(array));
        if (convert) begin
            must(cimarron_array_convert(array, int'(position)));
            for (int adc = 0; adc < ADCS; adc++)
                adc_code[adc*ADC_BITS+:ADC_BITS] = ADC_BITS'(cimarron_array_code(array, adc));
        end
        if (settled) must(cimarron_array_settle(array, int'(slice), int'(row_group)));
        if (sample) must(cimarron_array_sample(array));
    endtask

    function automatic longint pin(input int number);
        return longint'(cimarron_macro_pin(model, number));
    endfunction

    // One cycle, from before a rising edge to before the next.
    task automatic one_cycle;
        bit was_settled, was_sampled, was_converted;
        #1 serve_array();
        was_settled = settled;
        was_sampled = sample;
        was_converted = convert;
        if (request_valid) check("request_ready", 1, longint'(request_ready));
        #1 clk = 1;
        #1 must(cimarron_macro_clock(model, int'(request_valid), int'(response_ready)));
        check("settled", pin(CIMARRON_SETTLED), longint'(was_settled));
        check("sample", pin(CIMARRON_SAMPLE), longint'(was_sampled));
        check("convert", pin(CIMARRON_CONVERT), longint'(was_converted));
        model_state = 3'(pin(CIMARRON_STATE));
        check("state", longint'(model_state), longint'(state));
        if (state != 0) begin
            check("slice", pin(CIMARRON_SLICE), longint'(slice));
            check("row_group", pin(CIMARRON_ROW_GROUP), longint'(row_group));
        end
        check("converting", pin(CIMARRON_CONVERTING), longint'(converting));
        if (converting) check("position", pin(CIMARRON_POSITION), longint'(position));
        check("response_valid", pin(CIMARRON_RESPONSE_VALID), longint'(response_valid));
        cycle++;
        #1 clk = 0;
    endtask

    // A channel is the sum of its weight bits' columns.
    task automatic check_sums;
        for (int channel = 0; channel < channels; channel++) begin
            longint sum = 0;
            for (int k = 0; k < weight_bits; k++) begin
                read_position = 13'((channel * weight_bits + k) / ADCS);
                read_adc = 13'((channel * weight_bits + k) % ADCS);
                #1 sum += longint'(column_sum);
            end
            check($sformatf("partial_sum_%0d", channel), cimarron_macro_sum(model, channel), sum);
        end
    endtask

    string vcd;
    initial begin
        if ($value$plusargs("vcd=%s", vcd) != 0) begin
            $dumpfile(vcd);
            $dumpvars(2, macro_testbench);
        end
        create_models();
        load_weights();
        #1 clk = 1;
        #1 clk = 0;
        #1 rst_n = 1;
        for (int product = 0; product < products; product++) begin
            load_inputs();
            request_valid = 1;  // with the response taken at the same edge, or later
            one_cycle();
            request_valid = 0;
            response_ready = 0;
            while (!response_valid) one_cycle();
            check_sums();
            repeat (random(3)) one_cycle();
            response_ready = 1;
            if (random(2) == 0) begin
                one_cycle();
                response_ready = 0;
                repeat (random(3)) one_cycle();
            end
        end
        check("conversions", cimarron_activity(model, "macro.adc.conversions"),
              cimarron_activity(array, "macro.adc.conversions"));
        $display("PASS %0d cycles, %0d products, %0d conversions, %.1f pJ", cycle, products,
                 cimarron_activity(model, "macro.adc.conversions"), cimarron_energy(model) * 1e12);
        must(cimarron_destroy(array));
        must(cimarron_destroy(model));
        $finish;
    end
endmodule
