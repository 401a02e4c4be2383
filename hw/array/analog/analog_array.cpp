// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/analog_array.h"

#include "common/multiversion.h"
#include "hw/array/analog/batch_currents.h"
#include "hw/array/analog/cell_conductances.h"
#include "hw/chip/noise_streams.h"

#include <algorithm>
#include <numeric>

namespace cimarron {

namespace {

// One bit of each column's word; returns how many are 1.
CIMARRON_MULTIVERSION
int row_of_bits(const Word* columns, int shift, int count, float* bits) {
    std::int32_t ones = 0;
    for (int c = 0; c < count; ++c) {
        const auto bit = static_cast<std::int32_t>((columns[c] >> shift) & 1);
        bits[c] = static_cast<float>(bit);
        ones += bit;
    }
    return ones;
}

// Sum of squared DAC codes.
std::int64_t square_units(const DrivenWordLines& lines) {
    if (lines.plane_count == 1) return lines.code_units;
    std::int64_t all = 0;
    for (int j = 0; j < lines.plane_count; ++j)
        for (int k = 0; k < lines.plane_count; ++k)
            for (int w = 0; w < lines.words; ++w)
                all += std::int64_t{__builtin_popcountll(lines.planes[j * lines.words + w] &
                                                         lines.planes[k * lines.words + w])}
                       << (j + k);
    return all;
}

// Of a read: what it has for each unit of current, and for each of the DAC codes' sum.
float variance_of_current(const CellNonIdealities& params) {
    const double both = mean_conductance(params, true) + mean_conductance(params, false);
    return static_cast<float>(params.read_sigma * params.read_sigma * both);
}
float variance_of_line(const CellNonIdealities& params) {
    const double product = mean_conductance(params, true) * mean_conductance(params, false);
    return static_cast<float>(-params.read_sigma * params.read_sigma * product);
}

}  // namespace

int padded_columns(int columns) {
    return ceil_div(columns, kColumnStep) * kColumnStep;
}

AnalogArray::AnalogArray(const CellNonIdealities& params, const ArrayParams& array,
                         const RowGroups& groups, int columns_used, std::uint64_t key)
    : params_(params),
      groups_(groups),
      physical_rows_(array.rows),
      columns_used_(columns_used),
      stride_(padded_columns(columns_used)),
      read_key_(stream_key(key, NoiseStream::read)),
      key_(key),
      variance_of_current_(variance_of_current(params)),
      variance_of_line_(variance_of_line(params)),
      conductances_(static_cast<std::size_t>(groups.rows) * lines_per_row()),
      moments_(static_cast<std::size_t>(stride_)) {
    for (int group = 0; group < groups.count(); ++group)
        cells_at_1_.emplace_back(groups.rows_in(group), columns_used);
}

void AnalogArray::program(const CellArray& cells) {
    std::vector<float> on(static_cast<std::size_t>(columns_used_));
    for (int group = 0; group < groups_.count(); ++group)
        for (int line = 0; line < groups_.rows_in(group); ++line) {
            const int ones =
                row_of_bits(cells.bits(group).data() + line / kWordBits * cells.stride(),
                            line % kWordBits, columns_used_, on.data());
            cells_at_1_[static_cast<std::size_t>(group)].set(line, ones);
            const int row = groups_.first_row(group) + line;
            draw_conductances(params_, key_, row, on.data(), columns_used_, this->row(row)->steps);
        }
}

double AnalogArray::conductance(int row, int column) const {
    const ConductanceLine& line = conductances_[static_cast<std::size_t>(row) * lines_per_row() +
                                                static_cast<std::size_t>(column / kColumnStep)];
    return static_cast<double>(line.steps[column % kColumnStep]) / kConductanceSteps;
}

void AnalogArray::evaluate(int group, const DrivenWordLines& lines, std::int64_t evaluation,
                           float* currents) {
    const int rows = groups_.rows_in(group);
    BitLineReading reading = common_reading();
    if (drops()) {
        weigh(lines, rows);
        reading.of_sum = wire() * (lead(group) - weights_.losses()[0]);
    }
    column_currents(lines, rows, row(groups_.first_row(group))->steps, stride_,
                    drops() ? weights_.of_block(0) : nullptr, currents, moments_.data());
    if (noisy()) {
        const auto units = static_cast<float>(std::max<std::int64_t>(lines.code_units, 1));
        const auto squares = static_cast<float>(square_units(lines));
        reading.of_current *= squares / units;
        reading.variance = squares * variance_of_line_;
        reading.noise =
            NormalWindows(derive_key(read_key_, static_cast<std::uint64_t>(evaluation)));
    }
    read_bit_lines(effects(), reading, columns_used_, moments_.data(), currents);
}

// Of one evaluation.
void AnalogArray::weigh(const DrivenWordLines& lines, int rows) {
    const int block_rows = row_block(rows);
    units_.resize(static_cast<std::size_t>(ceil_div(rows, block_rows)));
    places_.resize(units_.size());
    for (std::size_t b = 0; b < units_.size(); ++b) {
        RaisedLines all{0, 0};
        for (int k = 0; k < lines.plane_count; ++k) {
            const RaisedLines plane = raised_lines(raised_in_block(
                lines.planes + k * lines.words, static_cast<int>(b) * block_rows, block_rows));
            all.count += plane.count << k;
            all.places += plane.places << k;
        }
        units_[b] = all.count;
        places_[b] = all.places;
    }
    weights_.set(units_, places_, rows, 1);
}

void AnalogArray::prepare(int group, const SlicedWindows& windows, std::int64_t first_evaluation,
                          std::int64_t step) {
    group_ = group;
    batch_.set(windows, groups_.rows_in(group));
    noises_.resize(static_cast<std::size_t>(batch_.count()), NormalWindows(0));
    NormalWindows::fill(read_key_, first_evaluation, step, noises_);
}

void AnalogArray::choose_columns(int first) {
    first_column_ = first;
    sum_subsets(row(groups_.first_row(group_)) + first / kColumnStep, lines_per_row(), batch_,
                subsets_);
}

void AnalogArray::evaluate_chosen(int begin, int end, float* currents) {
    const bool few = columns_used_ - first_column_ <= kColumnStep / 2;
    moments_.resize(
        std::max(moments_.size(), static_cast<std::size_t>((end - begin) * kColumnStep)));
    batch_currents(batch_, begin, end, subsets_, few, currents,
                   drops() ? moments_.data() : nullptr);
    read_batch(effects(),
               {common_reading(), wire(), lead(group_), variance_of_line_,
                batch_.weights().losses() + begin, batch_.lines() + begin, noises_.data() + begin,
                first_column_, end - begin},
               few, moments_.data(), currents);
}

std::int64_t AnalogArray::lines() const {
    return std::accumulate(batch_.lines(), batch_.lines() + batch_.count(), std::int64_t{0});
}

std::int64_t AnalogArray::units() const {
    return cells_at_1_[static_cast<std::size_t>(group_)].sum(batch_.words());
}

}  // namespace cimarron
