// SPDX-License-Identifier: Apache-2.0
// The model for SystemVerilog testbenches; what each function does: cimarron_dpi.h. Only integers, reals,
// strings and chandles cross, so that every simulator passes them alike.
package cimarron_dpi_pkg;
    import "DPI-C" function string  cimarron_error();
    import "DPI-C" function int     cimarron_destroy(input chandle model);

    import "DPI-C" function chandle cimarron_macro_create(
        input string run_file, input string settings, input int rows, input int channels,
        input int weight_bits, input int input_bits);
    import "DPI-C" function int     cimarron_macro_weight(
        input chandle macro, input int channel, input int row, input int code);
    import "DPI-C" function int     cimarron_macro_input(
        input chandle macro, input int row, input int code);
    import "DPI-C" function longint cimarron_macro_run(input chandle macro);
    import "DPI-C" function int     cimarron_macro_clock(
        input chandle macro, input int request_valid, input int response_ready);
    import "DPI-C" function int     cimarron_macro_pin(input chandle macro, input int pin);
    import "DPI-C" function longint cimarron_macro_sum(input chandle macro, input int channel);

    import "DPI-C" function int     cimarron_array_load(input chandle macro);
    import "DPI-C" function int     cimarron_array_settle(
        input chandle macro, input int slice, input int row_group);
    import "DPI-C" function int     cimarron_array_sample(input chandle macro);
    import "DPI-C" function int     cimarron_array_convert(input chandle macro, input int position);
    import "DPI-C" function int     cimarron_array_code(input chandle macro, input int adc);

    import "DPI-C" function chandle cimarron_accelerator_create(
        input string run_file, input string settings);
    import "DPI-C" function int     cimarron_accelerator_image(
        input chandle accelerator, input int index);
    import "DPI-C" function int     cimarron_accelerator_pixel(
        input chandle accelerator, input int index, input int code);
    import "DPI-C" function int     cimarron_accelerator_run(input chandle accelerator);
    import "DPI-C" function longint cimarron_accelerator_logit(
        input chandle accelerator, input int index);

    import "DPI-C" function longint cimarron_parameter(input chandle model, input string name);
    import "DPI-C" function longint cimarron_activity(input chandle model, input string counter);
    import "DPI-C" function real    cimarron_energy(input chandle model);
    import "DPI-C" function real    cimarron_leakage(input chandle model);

    localparam int CIMARRON_STATE = 0, CIMARRON_SLICE = 1, CIMARRON_ROW_GROUP = 2,
                   CIMARRON_SETTLED = 3, CIMARRON_SAMPLE = 4, CIMARRON_CONVERTING = 5,
                   CIMARRON_POSITION = 6, CIMARRON_CONVERT = 7, CIMARRON_RESPONSE_VALID = 8,
                   CIMARRON_BUSY = 9;
endpackage
