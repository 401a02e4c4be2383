/* SPDX-License-Identifier: Apache-2.0 */
/* libcimarron_dpi: the model for SystemVerilog testbenches (cimarron_dpi_pkg.sv) and for C
 * programs.
 *
 * A handle is a macro or an accelerator; any number of them may exist, one thread at a time. No
 * SystemC kernel is inside and no exception leaves: a function that fails returns 0, NULL or, where
 * 0 is a value, -1, and cimarron_error() says why in one line. Paths are relative to the current
 * folder; `settings` are KEY=VALUE as of `cimarron simulate --set`, separated by blanks. */
#ifndef CIMARRON_DPI_H
#define CIMARRON_DPI_H

#if defined(__GNUC__)
#define CIMARRON_API __attribute__((visibility("default")))
#else
#define CIMARRON_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Why the last call failed; "" after one that did not. Valid until the next call. */
CIMARRON_API const char* cimarron_error(void);
CIMARRON_API int cimarron_destroy(void* model);

/* A macro of the run's accelerator, technology and device, as it stands in a network: `rows` word
 * lines and `channels` x `weight_bits` columns in use, input codes of `input_bits`. */
CIMARRON_API void* cimarron_macro_create(const char* run_file, const char* settings, int rows,
                                         int channels, int weight_bits, int input_bits);

/* Weight codes: 0 .. 2^weight_bits - 1; all of them channel after channel, rows within. They are
 * written to the cells with the first product that follows. */
CIMARRON_API int cimarron_macro_weight(void* macro, int channel, int row, int code);
CIMARRON_API int cimarron_macro_weights(void* macro, const unsigned char* codes, int count);

/* Input codes of the next product: 0 .. 2^input_bits - 1. */
CIMARRON_API int cimarron_macro_input(void* macro, int row, int code);
CIMARRON_API int cimarron_macro_inputs(void* macro, const unsigned char* codes, int count);

/* 1. Whole products: runs one on the inputs; returns its cycles. */
CIMARRON_API long long cimarron_macro_run(void* macro);

/* 2. Clocked: one rising edge with these levels at the pins, request_valid and response_ready as of
 * hw/rtl/macro_digital.sv. A request that finds the macro ready begins a product on the inputs. */
CIMARRON_API int cimarron_macro_clock(void* macro, int request_valid, int response_ready);

/* 3. The array and the ADCs alone, for RTL that drives them with its strobes: load the inputs at
 * its request, then at every edge what its strobes say. */
CIMARRON_API int cimarron_array_load(void* macro);
CIMARRON_API int cimarron_array_settle(void* macro, int slice, int row_group);
CIMARRON_API int cimarron_array_sample(void* macro);
CIMARRON_API int cimarron_array_convert(void* macro, int position);
CIMARRON_API int cimarron_array_code(void* macro, int adc);

/* Pins of a clocked macro. The strobes tell what happened at the last edge, the others how the
 * next edge finds them. Numbers as in the package. */
enum cimarron_pin {
    CIMARRON_STATE = 0,     /* 0 idle, 1 drive, 2 settle, 3 wait for the ADCs, 4 sample, 5 hold */
    CIMARRON_SLICE = 1,     /* of the word lines */
    CIMARRON_ROW_GROUP = 2, /* of the word lines */
    CIMARRON_SETTLED = 3,   /* strobe */
    CIMARRON_SAMPLE = 4,    /* strobe */
    CIMARRON_CONVERTING = 5,
    CIMARRON_POSITION = 6, /* of the column multiplexer */
    CIMARRON_CONVERT = 7,  /* strobe */
    CIMARRON_RESPONSE_VALID = 8,
    CIMARRON_BUSY = 9
};
CIMARRON_API int cimarron_macro_pin(void* macro, int pin);

/* A channel's partial sum, in ADC LSBs: of the last product, or as far as the one running is. */
CIMARRON_API long long cimarron_macro_sum(void* macro, int channel);

/* The network of a run file on its accelerator, with its images. */
CIMARRON_API void* cimarron_accelerator_create(const char* run_file, const char* settings);
/* Takes image `index` of the run's data set; returns its label. */
CIMARRON_API int cimarron_accelerator_image(void* accelerator, int index);
/* Or pixel by pixel: input codes, (y * width + x) * channels + channel. */
CIMARRON_API int cimarron_accelerator_pixel(void* accelerator, int index, int code);
/* Runs the image; returns the class of the largest logit. The cell arrays and ADCs are those of the
 * cycle-accurate model, without its clock. */
CIMARRON_API int cimarron_accelerator_run(void* accelerator);
CIMARRON_API long long cimarron_accelerator_logit(void* accelerator, int index);

/* Of either. A key of the accelerator file with `auto` resolved ("macro.adc.bits"), or
 *   macro: rows, channels, columns, weight_bits, input_bits, slices, row_groups, mux_positions,
 * adcs accelerator: pixels, classes, images. -1: no such. */
CIMARRON_API long long cimarron_parameter(void* model, const char* name);
/* A counter of what was done so far, named as in the result tree ("macro.adc.conversions"). */
CIMARRON_API long long cimarron_activity(void* model, const char* counter);
/* Joules that the activity took, without leakage and without writing weights; watts of leakage. */
CIMARRON_API double cimarron_energy(void* model);
CIMARRON_API double cimarron_leakage(void* model);

#ifdef __cplusplus
}
#endif

#endif
