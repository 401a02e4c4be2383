// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/array/analog/analog_array.h"
#include "hw/chip/macro.h"
#include "hw/common/fault.h"
#include "hw/macro/column_kernels.h"
#include "hw/macro/readout.h"
#include "hw/periphery/adc_bank.h"
#include "hw/periphery/adc_calibration.h"
#include "hw/periphery/word_line_drivers.h"
#include "hw/program/program.h"

#include <optional>
#include <vector>

namespace cimarron {

// The data of one macro, without time: the Macro module calls these steps at their cycles, the
// bit-true run in a loop. One MVM is
//   load; for each slice, for each row group: evaluate, sample, convert every mux position
// after which partial_sums()[o] = sum of ADC codes << (slice and weight-bit position), in ADC LSBs.
// With non-idealities, columns carry currents instead of counts. What varies between macros is a
// function of the seed and of `instance`, which numbers them: the same in every kind of run.
class MacroDatapath {
public:
    MacroDatapath(const MacroParams& params, const MacroPlacement& placement, int weight_bits,
                  std::uint64_t instance = 0);

    // weights: placement.channels x placement.rows codes, channel after channel. Bit k of a
    // channel's codes goes to column channel * weight_bits + k.
    void program(const std::uint8_t* weights);

    void load(const std::uint8_t* codes, int bits);
    void evaluate(int slice, int group);
    void sample();
    void convert(int slice, int position);
    void run();  // all of the above after load(), the same sums and counts
    // load() and run() of several input vectors, the same sums and counts. The sums of the i-th:
    // window_sums(i)[channel].
    void run_windows(const std::vector<const std::uint8_t*>& inputs, int bits);
    // At once, of vectors that are sliced already, each row group from a word on, one after
    // another: where takes_planes(). It is faster from some number of vectors on.
    void run_windows(const SlicedWindows& inputs);
    bool takes_planes() const { return !by_evaluations(); }
    bool prefers_planes(int windows, int bits) const;
    const std::int32_t* window_sums(int i) const { return window_sums_.data() + i * sums_stride(); }
    int sums_stride() const { return weight_bits_ == 1 ? array_.stride() : placement_.channels; }

    int slices() const { return drivers_.slices(); }
    const RowGroups& row_groups() const { return array_.groups(); }
    int groups() const { return array_.groups().count(); }
    int mux_positions() const { return mux_positions_; }
    const MacroPlacement& placement() const { return placement_; }

    const std::vector<std::int32_t>& partial_sums() const { return partial_sums_; }
    const Readout& readout() const { return readout_; }

    // For waveforms: what the blocks last held.
    const DrivenWordLines& word_lines() const { return lines_; }
    const std::vector<std::int32_t>& held_columns() const { return held_; }
    const std::vector<std::int32_t>& codes() const { return codes_; }  // of the last mux position
    int converted() const { return converted_; }
    std::int64_t clipped() const { return adcs_.activity().clipped; }
    std::int64_t mvms() const { return own_.mvms; }

    MacroActivity activity() const;
    void inject(Fault fault) { fault_ = fault; }
    // From now on counts the codes of all conversions there.
    void observe(ColumnHistogram& histogram) { histogram_ = &histogram; }

private:
    void run_by_evaluations();
    bool by_evaluations() const;
    // Of 1-bit DACs: the sums of a row group, windows x array_.stride(). By columns with unit-LSB
    // ADCs, by currents where analog_; `before`: evaluations until this run.
    void run_by_columns(const SlicedWindows& inputs, int group, std::int32_t* sums);
    void run_drivers_by_columns(std::int32_t* sums);
    void run_by_currents(const SlicedWindows& inputs, int group, std::int64_t before,
                         std::int32_t* sums);
    std::int32_t* begin_windows(int windows);
    void finish_windows(int windows, int slices);
    void count_conversions(std::int64_t slices);
    ColumnWords column_words(int group) const;
    void convert_columns(int slice, int first, int count);
    void accumulate(int slice, int first_column, int count);

    const MacroParams params_;
    const MacroPlacement placement_;
    const int weight_bits_;
    const int mux_positions_;
    const std::uint64_t key_;  // of its random numbers
    const bool analog_;
    CellArray array_;
    WordLineDrivers drivers_;
    AdcBank adcs_;
    Readout readout_;
    std::optional<AnalogArray> analog_array_;
    std::vector<float> live_currents_, held_currents_;  // analog_: beside live_ and held_
    std::int64_t held_evaluation_ = 0;
    DrivenWordLines lines_;
    std::vector<std::int32_t> live_;  // column sums the array settles to
    std::vector<std::int32_t> held_;  // column sums the ADCs see
    std::vector<std::int32_t> codes_;
    int converted_ = 0;
    std::vector<std::int32_t> partial_sums_;
    std::vector<std::int32_t> column_sums_;   // windows x array_.stride()
    std::vector<float> currents_;             // of run_by_currents
    std::vector<std::int32_t> window_sums_;   // windows x sums_stride()
    std::vector<std::int64_t> weight_cells_;  // per row group: cells that hold weights
    std::int64_t weight_cells_sum_ = 0;
    MacroActivity own_;  // what no sub-block counts
    Fault fault_ = Fault::none;
    ColumnHistogram* histogram_ = nullptr;
};

}  // namespace cimarron
