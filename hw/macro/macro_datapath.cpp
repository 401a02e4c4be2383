// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_datapath.h"

#include <algorithm>

namespace cimarron {

MacroDatapath::MacroDatapath(const MacroParams& params, const MacroPlacement& placement,
                             int weight_bits)
    : params_(params),
      placement_(placement),
      weight_bits_(weight_bits),
      array_(params.array, placement.rows, placement.columns),
      drivers_(params.word_line_driver, array_.groups()),
      adcs_(params.adc, params.column_range()),
      live_(static_cast<std::size_t>(placement.columns)),
      held_(static_cast<std::size_t>(placement.columns)),
      codes_(static_cast<std::size_t>(std::max(params.adcs(), placement.columns))),
      partial_sums_(static_cast<std::size_t>(placement.channels)) {
    const RowGroups& groups = array_.groups();
    for (int g = 0; g < groups.count(); ++g)
        weight_cells_.push_back(std::int64_t{groups.rows_in(g)} * placement.columns /
                                placement.groups);
}

void MacroDatapath::program(const std::uint8_t* weights) {
    for (int o = 0; o < placement_.channels; ++o)
        for (int row = 0; row < placement_.rows; ++row) {
            const int code = weights[static_cast<std::size_t>(o) * placement_.rows + row];
            for (int k = 0; k < weight_bits_; ++k)
                array_.write(row, o * weight_bits_ + k, ((code >> k) & 1) != 0);
        }
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
    ++own_.control_steps;
    own_.cell_operations += weight_cells_[static_cast<std::size_t>(group)];
}

void MacroDatapath::sample() {
    held_.swap(live_);
    if (params_.sample_and_hold.present) own_.sample_and_hold.samples += array_.columns_used();
}

void MacroDatapath::convert(int slice, int position) {
    const int first = position * params_.adcs();
    convert_columns(slice, first, std::min(params_.adcs(), array_.columns_used() - first));
    ++own_.control_steps;
}

void MacroDatapath::convert_columns(int slice, int first, int count) {
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
