// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_datapath.h"

#include "common/noise.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

std::optional<AdcVariation> variation(const MacroParams& params, int columns, std::uint64_t key) {
    const AdcErrors& errors = params.non_idealities.adc;
    if (!errors.any()) return std::nullopt;
    return AdcVariation(errors, params.adcs(), columns, key);
}

Readout readout_of(const NonIdealities& effects, std::int64_t lsb, int weight_bits) {
    if (!effects.compensated) return {lsb, 0};
    const double off = mean_conductance(effects.cell, false);
    const double step = mean_conductance(effects.cell, true) - off;
    return {
        std::llround(static_cast<double>(lsb) / step),
        std::llround(std::ldexp(off / step * ((1 << weight_bits) - 1), Readout::kFractionBits))};
}

}  // namespace

MacroDatapath::MacroDatapath(const MacroParams& params, const MacroPlacement& placement,
                             int weight_bits, std::uint64_t instance)
    : params_(params),
      placement_(placement),
      weight_bits_(weight_bits),
      key_(derive_key(params.non_idealities.seed, instance)),
      analog_(params.non_idealities.cell.analog() || params.non_idealities.adc.any()),
      array_(params.array, placement.rows, placement.columns),
      drivers_(params.word_line_driver, array_.groups()),
      adcs_(params.adc, params.column_range(), variation(params, placement.columns, key_)),
      readout_(readout_of(params.non_idealities, adcs_.lsb(), weight_bits)),
      live_(static_cast<std::size_t>(placement.columns)),
      held_(static_cast<std::size_t>(placement.columns)),
      codes_(static_cast<std::size_t>(std::max(params.adcs(), placement.columns))),
      partial_sums_(static_cast<std::size_t>(placement.channels)) {
    const RowGroups& groups = array_.groups();
    for (int g = 0; g < groups.count(); ++g)
        weight_cells_.push_back(std::int64_t{groups.rows_in(g)} * placement.columns /
                                placement.groups);
    if (!analog_) return;
    live_currents_.resize(static_cast<std::size_t>(padded_columns(placement.columns)));
    held_currents_.resize(live_currents_.size());
    if (params.non_idealities.cell.analog())
        analog_array_.emplace(params.non_idealities.cell, params.array, array_.groups(),
                              placement.columns, key_);
}

void MacroDatapath::program(const std::uint8_t* weights) {
    const CellNonIdealities& cell = params_.non_idealities.cell;
    for (int o = 0; o < placement_.channels; ++o)
        for (int row = 0; row < placement_.rows; ++row) {
            const int code = weights[static_cast<std::size_t>(o) * placement_.rows + row];
            for (int k = 0; k < weight_bits_; ++k) {
                const int column = o * weight_bits_ + k;
                array_.write(row, column,
                             held_bit(cell, key_, row, column, ((code >> k) & 1) != 0));
            }
        }
    if (analog_array_) analog_array_->program(array_);
}

void MacroDatapath::load(const std::uint8_t* codes, int bits) {
    drivers_.load(codes, bits);
    std::fill(partial_sums_.begin(), partial_sums_.end(), 0);
    ++own_.mvms;
}

void MacroDatapath::evaluate(int slice, int group) {
    if (fault_ == Fault::skip_evaluation && own_.control_steps > 0) {
        fault_ = Fault::none;
        return;
    }
    lines_ = drivers_.drive(slice, group);
    array_.evaluate(group, lines_, live_.data());
    if (analog_array_)
        analog_array_->evaluate(array_, group, lines_, array_.activity().evaluations,
                                live_currents_.data());
    else if (analog_)
        std::copy(live_.begin(), live_.end(), live_currents_.begin());
    ++own_.control_steps;
    own_.cell_operations += weight_cells_[static_cast<std::size_t>(group)];
}

void MacroDatapath::sample() {
    held_.swap(live_);
    held_currents_.swap(live_currents_);
    held_evaluation_ = array_.activity().evaluations;
    if (params_.sample_and_hold.present) own_.sample_and_hold.samples += array_.columns_used();
}

void MacroDatapath::convert(int slice, int position) {
    const int first = position * params_.adcs();
    convert_columns(slice, first, std::min(params_.adcs(), array_.columns_used() - first));
    ++own_.control_steps;
}

void MacroDatapath::convert_columns(int slice, int first, int count) {
    if (analog_)
        adcs_.convert_analog(held_currents_.data() + first, first, count, held_evaluation_,
                             codes_.data());
    else
        adcs_.convert(held_.data() + first, count, codes_.data());
    if (fault_ == Fault::corrupt_code) {
        codes_[0] ^= 1;
        fault_ = Fault::none;
    }
    accumulate(slice, first, count);
    converted_ = count;
    own_.column_mux.switches += count;
    own_.shift_adder.additions += count;
}

void MacroDatapath::accumulate(int slice, int first_column, int count) {
    const int slice_shift = slice * params_.word_line_driver.dac_bits;
    if (weight_bits_ == 1) {
        std::int32_t* sums = partial_sums_.data() + first_column;
        for (int i = 0; i < count; ++i) sums[i] += codes_[i] << slice_shift;
        return;
    }
    int channel = first_column / weight_bits_;
    int weight_bit = first_column % weight_bits_;
    for (int i = 0; i < count; ++i) {
        partial_sums_[channel] += codes_[i] << (slice_shift + weight_bit);
        if (++weight_bit == weight_bits_) {
            weight_bit = 0;
            ++channel;
        }
    }
}

// All mux positions of an evaluation in one sweep over the columns: the same codes and counts.
void MacroDatapath::run() {
    for (int slice = 0; slice < slices(); ++slice)
        for (int group = 0; group < groups(); ++group) {
            evaluate(slice, group);
            sample();
            convert_columns(slice, 0, array_.columns_used());
            own_.control_steps += mux_positions();
        }
}

MacroActivity MacroDatapath::activity() const {
    MacroActivity all = own_;
    all.array = array_.activity();
    all.word_line_driver = drivers_.activity();
    all.adc = adcs_.activity();
    return all;
}

}  // namespace cimarron
