// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/bits.h"

#include <cstdint>

namespace cimarron {

// How cells differ from ideal ones; all 0 is ideal. Conductances count in G_on - G_off, the step a
// column sum of 1 stands for. Formulas and sources: docs/nonidealities.md.
struct CellNonIdealities {
    double off_conductance = 0;             // G_off; G_on is 1 + G_off
    double sigma_on = 0, sigma_off = 0;     // of ln G over the cells of each state
    double read_sigma = 0;                  // of G over the evaluations of a cell, relative
    double stuck_at_0 = 0, stuck_at_1 = 0;  // share of the cells
    double drift_on = 0, drift_off = 0;     // exponents nu of G ~ t^-nu
    double drift_sigma = 0;                 // of nu over the cells, relative
    double drift_log_time = 0;              // ln(t / t0)
    double wire_resistance = 0;             // of bit and source line per row, x (G_on - G_off)

    // Whether column sums are no longer counts of cells.
    bool analog() const {
        return off_conductance > 0 || sigma_on > 0 || sigma_off > 0 || read_sigma > 0 ||
               drift_log_time > 0 || wire_resistance > 0;
    }
};

// In LSBs of the ADC; the gain is relative. All 0 is ideal.
struct AdcErrors {
    double offset_sigma = 0, gain_sigma = 0, bow_sigma = 0;  // over the ADCs
    double noise_sigma = 0;                                  // over conversions

    bool any() const {
        return offset_sigma > 0 || gain_sigma > 0 || bow_sigma > 0 || noise_sigma > 0;
    }
};

struct NonIdealities {
    CellNonIdealities cell;
    AdcErrors adc;
    // The digital coefficients follow the mean conductances: G_off is subtracted, drift scaled
    // away.
    bool compensated = true;
    std::uint64_t seed = 1;

    // Whether ADCs convert currents instead of counts.
    bool analog() const { return cell.analog() || adc.any(); }
    bool ideal() const { return !analog() && cell.stuck_at_0 == 0 && cell.stuck_at_1 == 0; }
};

// Mean conductance of a cell when it is read.
double mean_conductance(const CellNonIdealities& cell, bool on);

// What a column's cells hold that were written `bits`, one a row from first_row on: stuck cells
// keep theirs. `key` is the macro's.
void hold_stuck(const CellNonIdealities& cell, std::uint64_t key, int column, int first_row,
                int rows, Word* bits);

}  // namespace cimarron
