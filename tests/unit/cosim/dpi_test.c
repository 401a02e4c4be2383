/* SPDX-License-Identifier: Apache-2.0 */
/* The library from a C99 program, as a foreign simulator loads it. */
#include "cimarron_dpi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 77, CHANNELS = 21, WEIGHT_BITS = 3, INPUT_BITS = 5 };

static int failures = 0;

static void expect(int ok, const char *what) {
    if (ok) return;
    ++failures;
    printf("FAIL %s (cimarron_error: %s)\n", what, cimarron_error());
}

static unsigned random_state = 12345;
static unsigned char random_code(int bits) {
    random_state = random_state * 1664525u + 1013904223u;
    return (unsigned char)((random_state >> 16) & ((1u << bits) - 1u));
}

static void *create(const char *settings) {
    return cimarron_macro_create("configs/run/fashion_cnn.yaml", settings, ROWS, CHANNELS,
                                 WEIGHT_BITS, INPUT_BITS);
}

/* Two macros at a time: one runs whole products, the other is clocked; both give what the formula
 * says, in the same cycles. */
static void products(void) {
    unsigned char weights[CHANNELS * ROWS];
    unsigned char inputs[ROWS];
    void *whole = create("");
    void *clocked = create("");
    int product, i, channel, row;
    expect(whole != NULL && clocked != NULL && whole != clocked, "two macros");
    for (i = 0; i < CHANNELS * ROWS; ++i) weights[i] = random_code(WEIGHT_BITS);
    expect(cimarron_macro_weights(whole, weights, CHANNELS * ROWS), "weights");
    expect(cimarron_macro_weights(clocked, weights, CHANNELS * ROWS), "weights");
    for (product = 0; product < 5; ++product) {
        long long cycles;
        long long edges = 0;
        for (i = 0; i < ROWS; ++i) inputs[i] = random_code(INPUT_BITS);
        expect(cimarron_macro_inputs(whole, inputs, ROWS), "inputs");
        expect(cimarron_macro_inputs(clocked, inputs, ROWS), "inputs");
        cycles = cimarron_macro_run(whole);
        expect(cimarron_macro_clock(clocked, 1, product > 0), "request");
        expect(cimarron_macro_pin(clocked, CIMARRON_BUSY) == 1, "busy");
        while (!cimarron_macro_pin(clocked, CIMARRON_RESPONSE_VALID) && edges < 100000) {
            cimarron_macro_clock(clocked, 0, 0);
            ++edges;
        }
        expect(cycles > 0 && edges == cycles, "cycles of a product");
        for (channel = 0; channel < CHANNELS; ++channel) {
            long long sum = 0;
            for (row = 0; row < ROWS; ++row) sum += weights[channel * ROWS + row] * inputs[row];
            expect(cimarron_macro_sum(whole, channel) == sum, "sum of a whole product");
            expect(cimarron_macro_sum(clocked, channel) == sum, "sum of a clocked product");
        }
    }
    expect(cimarron_activity(whole, "macro.adc.conversions") > 0, "conversions");
    expect(cimarron_activity(whole, "macro.adc.conversions") ==
               cimarron_activity(clocked, "macro.adc.conversions"),
           "the same conversions");
    expect(cimarron_energy(whole) > 0 && cimarron_energy(whole) == cimarron_energy(clocked),
           "the same energy");
    expect(cimarron_leakage(whole) > 0, "leakage");
    expect(cimarron_destroy(whole) && cimarron_destroy(clocked), "destroy");
}

static void parameters(void) {
    void *macro = create("accelerator.macro.adc.bits=6 accelerator.macro.adc.columns_per_adc=16");
    expect(cimarron_parameter(macro, "macro.adc.bits") == 6, "a setting");
    expect(cimarron_parameter(macro, "adcs") == 8, "ADCs");
    expect(cimarron_parameter(macro, "mux_positions") == (CHANNELS * WEIGHT_BITS + 7) / 8,
           "mux positions");
    expect(cimarron_parameter(macro, "slices") == INPUT_BITS, "slices");
    expect(cimarron_parameter(macro, "macro.sample_and_hold.present") == 1, "a boolean");
    expect(cimarron_parameter(macro, "macro.word_line_driver.settle_cycles") > 0, "an auto");
    expect(cimarron_parameter(macro, "macro.adc.bit") == -1, "an unknown parameter");
    expect(strstr(cimarron_error(), "macro.adc.bit") != NULL, "its name in the error");
    expect(cimarron_destroy(macro), "destroy");
}

static void failed(int returned, int sentinel, const char *words) {
    expect(returned == sentinel, words);
    if (strstr(cimarron_error(), words) != NULL) return;
    ++failures;
    printf("FAIL error without '%s': %s\n", words, cimarron_error());
}

static void mistakes(void) {
    int not_a_model = 0;
    unsigned char code = 0;
    void *macro = create("");
    failed(cimarron_macro_create("no/such.yaml", "", 1, 1, 1, 1) == NULL, 1, "no/such.yaml");
    failed(create("accelerator.macro.adc.bitz=6") == NULL, 1, "bitz");
    failed(cimarron_macro_create(NULL, NULL, 1, 1, 1, 1) == NULL, 1, "");
    failed(cimarron_macro_create("configs/run/fashion_cnn.yaml", "", 129, 1, 1, 1) == NULL, 1, "rows 129");
    failed(cimarron_macro_weight(macro, CHANNELS, 0, 0), 0, "channel 21");
    failed(cimarron_macro_weight(macro, 0, 0, 8), 0, "weight code 8");
    failed(cimarron_macro_weights(macro, &code, 1), 0, "count of codes 1");
    failed(cimarron_macro_input(macro, ROWS, 0), 0, "row 77");
    failed(cimarron_macro_input(macro, 0, 32), 0, "input code 32");
    failed(cimarron_array_settle(macro, 0, 0), 0, "no inputs");
    failed(cimarron_array_load(macro), 1, "");
    failed(cimarron_array_sample(macro), 0, "not settled");
    failed(cimarron_array_settle(macro, INPUT_BITS, 0), 0, "slice 5");
    failed(cimarron_array_settle(macro, 0, 1), 0, "row_group 1");
    failed(cimarron_array_convert(macro, 0), 0, "nothing is held");
    failed(cimarron_array_code(macro, 16), -1, "adc 16");
    failed(cimarron_macro_pin(macro, 99), -1, "pin 99");
    failed((int)cimarron_macro_sum(macro, -1), -1, "channel -1");
    failed((int)cimarron_activity(macro, "macro.adc.coffees"), -1, "coffees");
    failed(cimarron_accelerator_run(macro), -1, "other kind");
    failed(cimarron_destroy(&not_a_model), 0, "not a handle");
    failed(cimarron_destroy(NULL), 0, "not a handle");
    expect(cimarron_macro_clock(macro, 1, 0), "request");
    failed((int)cimarron_macro_run(macro), 0, "in progress");
    failed(cimarron_destroy(macro), 1, "");
    failed(cimarron_destroy(macro), 0, "not a handle");
}

int main(void) {
    products();
    parameters();
    mistakes();
    printf("%s\n", failures == 0 ? "PASS" : "FAIL");
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
