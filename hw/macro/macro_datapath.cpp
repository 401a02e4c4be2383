// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_datapath.h"

#include "common/noise.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cimarron {

namespace {

// From so many evaluations on, sums over subsets of rows are worth their making.
constexpr int kManyEvaluations = 16;
// Of a row group: their currents stay in cache until they are converted.
constexpr int kEvaluationsAtOnce = 64;

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
      mux_positions_(ceil_div(placement.columns, params.adcs())),
      key_(derive_key(params.non_idealities.seed, instance)),
      analog_(params.non_idealities.analog()),
      array_(params.array, placement.rows, placement.columns),
      drivers_(params.word_line_driver, array_.groups()),
      adcs_(params.adc, params.column_range(), placement.adc_lsb),
      readout_(readout_of(params.non_idealities, adcs_.lsb(), weight_bits)),
      live_(static_cast<std::size_t>(placement.columns)),
      held_(static_cast<std::size_t>(placement.columns)),
      codes_(static_cast<std::size_t>(std::max(params.adcs(), placement.columns))),
      partial_sums_(static_cast<std::size_t>(placement.channels)) {
    const RowGroups& groups = array_.groups();
    for (int g = 0; g < groups.count(); ++g)
        weight_cells_.push_back(std::int64_t{groups.rows_in(g)} * placement.columns /
                                placement.groups);
    weight_cells_sum_ =
        std::accumulate(weight_cells_.begin(), weight_cells_.end(), std::int64_t{0});
    if (!analog_) return;
    live_currents_.resize(static_cast<std::size_t>(padded_columns(placement.columns)));
    held_currents_.resize(live_currents_.size());
    adcs_.vary(params.non_idealities.adc, params.adcs(), placement.columns, key_);
    analog_array_.emplace(params.non_idealities.cell, params.array, array_.groups(),
                          placement.columns, key_);
}

void MacroDatapath::program(const std::uint8_t* weights) {
    const CellNonIdealities& cell = params_.non_idealities.cell;
    const bool stuck = cell.stuck_at_0 > 0 || cell.stuck_at_1 > 0;
    const RowGroups& groups = array_.groups();
    std::vector<Word> planes;  // of one channel's codes in one row group
    for (int group = 0; group < groups.count(); ++group) {
        const int rows = groups.rows_in(group);
        const int first_row = groups.first_row(group);
        planes.resize(static_cast<std::size_t>(groups.words_in(group) * weight_bits_));
        for (int o = 0; o < placement_.channels; ++o) {
            pack_bit_planes(weights + std::ptrdiff_t{o} * placement_.rows + first_row, rows,
                            weight_bits_, planes.data());
            for (int k = 0; k < weight_bits_; ++k) {
                const int column = o * weight_bits_ + k;
                Word* bits = planes.data() + k * groups.words_in(group);
                if (stuck) hold_stuck(cell, key_, column, first_row, rows, bits);
                array_.write_column(group, column, bits);
            }
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
    if (analog_)
        analog_array_->evaluate(group, lines_, array_.activity().evaluations,
                                live_currents_.data());
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
    for (int c = 0; histogram_ != nullptr && c < count; ++c)
        histogram_->add(
            slice * params_.word_line_driver.dac_bits + (first_column + c) % weight_bits_,
            codes_[static_cast<std::size_t>(c)]);
    shift_add(codes_.data(), first_column, count, weight_bits_,
              slice * params_.word_line_driver.dac_bits, partial_sums_.data());
}

bool MacroDatapath::by_evaluations() const {
    return histogram_ != nullptr || params_.word_line_driver.dac_bits > 1 ||
           fault_ != Fault::none || !(analog_ || adcs_.unit_lsb());
}

bool MacroDatapath::prefers_planes(int windows, int bits) const {
    return takes_planes() && (!analog_ || windows * bits >= kManyEvaluations);
}

void MacroDatapath::run() {
    if (by_evaluations() || analog_) return run_by_evaluations();
    column_sums_.resize(static_cast<std::size_t>(array_.stride()));
    run_drivers_by_columns(column_sums_.data());
    shift_add(column_sums_.data(), 0, array_.columns_used(), weight_bits_, 0, partial_sums_.data());
    count_conversions(drivers_.bits());
}

void MacroDatapath::run_windows(const std::vector<const std::uint8_t*>& inputs, int bits) {
    window_sums_.resize(inputs.size() * static_cast<std::size_t>(sums_stride()));
    std::int32_t* sums = window_sums_.data();
    for (const std::uint8_t* codes : inputs) {
        load(codes, bits);
        run();
        std::copy(partial_sums_.begin(), partial_sums_.end(), sums);
        sums += sums_stride();
    }
}

void MacroDatapath::run_windows(const SlicedWindows& inputs) {
    std::int32_t* sums = begin_windows(inputs.count);
    const std::int64_t before = array_.activity().evaluations;
    SlicedWindows of_group = inputs;
    for (int group = 0; group < groups(); ++group) {
        analog_ ? run_by_currents(of_group, group, before, sums)
                : run_by_columns(of_group, group, sums);
        of_group.first_word += array_.groups().words_in(group);
    }
    finish_windows(inputs.count, inputs.slices);
}

// Where their columns' sums go.
std::int32_t* MacroDatapath::begin_windows(int windows) {
    window_sums_.resize(static_cast<std::size_t>(windows * sums_stride()));
    if (weight_bits_ == 1) return window_sums_.data();
    column_sums_.resize(static_cast<std::size_t>(windows * array_.stride()));
    return column_sums_.data();
}

void MacroDatapath::finish_windows(int windows, int slices) {
    own_.mvms += windows;
    count_conversions(std::int64_t{windows} * slices);
    if (weight_bits_ == 1) return;
    std::fill(window_sums_.begin(), window_sums_.end(), 0);
    for (int i = 0; i < windows; ++i)
        shift_add(column_sums_.data() + i * array_.stride(), 0, array_.columns_used(), weight_bits_,
                  0, window_sums_.data() + i * sums_stride());
}

void MacroDatapath::run_by_evaluations() {
    for (int slice = 0; slice < slices(); ++slice)
        for (int group = 0; group < groups(); ++group) {
            evaluate(slice, group);
            sample();
            convert_columns(slice, 0, array_.columns_used());
            own_.control_steps += mux_positions_;
        }
}

void MacroDatapath::run_by_columns(const SlicedWindows& inputs, int group, std::int32_t* sums) {
    const ColumnTotals totals = convert_all_slices(
        inputs, column_words(group), array_.groups().rows_in(group), adcs_.top(), group == 0, sums);
    const std::int64_t planes = std::int64_t{inputs.count} * inputs.slices;
    drivers_.book(planes, totals.lines);
    array_.book(planes, totals.lines, totals.units);
    adcs_.book(planes * array_.columns_used(), totals.clipped, totals.code_sum);
}

void MacroDatapath::run_drivers_by_columns(std::int32_t* sums) {
    for (int group = 0; group < groups(); ++group) {
        const Word* planes = drivers_.planes(group);
        run_by_columns({&planes, 1, drivers_.bits(), array_.groups().words_in(group), 1}, group,
                       sums);
    }
}

void MacroDatapath::run_by_currents(const SlicedWindows& inputs, int group, std::int64_t before,
                                    std::int32_t* sums) {
    if (group == 0) std::fill_n(sums, inputs.count * array_.stride(), 0);
    const int columns = array_.columns_used();
    const int at_once = std::max(kEvaluationsAtOnce / inputs.slices, 1);  // windows
    analog_array_->prepare(group, inputs, before + group + 1, groups());
    adcs_.prepare_analog(inputs.planes(), before + group + 1, groups());
    currents_.resize(static_cast<std::size_t>(at_once * inputs.slices * kColumnStep));
    for (int first = 0; first < columns; first += kColumnStep) {
        analog_array_->choose_columns(first);
        for (int window = 0; window < inputs.count; window += at_once) {
            const int begin = window * inputs.slices;
            const int end = std::min(window + at_once, inputs.count) * inputs.slices;
            analog_array_->evaluate_chosen(begin, end, currents_.data());
            adcs_.accumulate_analog(currents_.data(), begin, end, first,
                                    std::min(kColumnStep, columns - first), inputs.slices,
                                    sums + window * array_.stride() + first, array_.stride());
        }
    }
    drivers_.book(inputs.planes(), analog_array_->lines());
    array_.book(inputs.planes(), analog_array_->lines(), analog_array_->units());
}

ColumnWords MacroDatapath::column_words(int group) const {
    return {array_.bits(group).data(), array_.groups().words_in(group), array_.stride()};
}

// What that many slices count, whatever their data.
void MacroDatapath::count_conversions(std::int64_t slices) {
    const std::int64_t evaluations = slices * groups();
    const std::int64_t conversions = evaluations * array_.columns_used();
    own_.cell_operations += slices * weight_cells_sum_;
    own_.control_steps += evaluations * (1 + mux_positions_);
    own_.column_mux.switches += conversions;
    own_.shift_adder.additions += conversions;
    if (params_.sample_and_hold.present) own_.sample_and_hold.samples += conversions;
}

MacroActivity MacroDatapath::activity() const {
    MacroActivity all = own_;
    all.array = array_.activity();
    all.word_line_driver = drivers_.activity();
    all.adc = adcs_.activity();
    if (params_.kind == MacroKind::digital) {  // none of these are there
        all.sample_and_hold = {};
        all.column_mux = {};
        all.adc = {};
        if (weight_bits_ > 1) all.shift_adder.additions += own_.mvms * array_.columns_used();
    }
    return all;
}

}  // namespace cimarron
