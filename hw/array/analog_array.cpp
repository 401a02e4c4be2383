// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog_array.h"

#include "common/multiversion.h"
#include "hw/array/column_currents.h"
#include "hw/array/noise_streams.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

CIMARRON_MULTIVERSION
void add_noise(const std::int32_t* on_units, float all_units, float on_variance, float off_variance,
               const float* normals, int count, float* currents) {
    for (int c = 0; c < count; ++c) {
        const auto on = static_cast<float>(on_units[c]);
        const float variance = on * on_variance + (all_units - on) * off_variance;
        currents[c] += std::sqrt(variance) * normals[c];
    }
}

}  // namespace

int padded_columns(int columns) {
    return ceil_div(columns, kColumnTile) * kColumnTile;
}

AnalogArray::AnalogArray(const CellNonIdealities& params, const ArrayParams& array,
                         const RowGroups& groups, int columns_used, std::uint64_t key)
    : params_(params),
      groups_(groups),
      physical_rows_(array.rows),
      columns_used_(columns_used),
      stride_(padded_columns(columns_used)),
      key_(key),
      conductances_(static_cast<std::size_t>(groups.rows) * static_cast<std::size_t>(stride_)),
      loss_(static_cast<std::size_t>(stride_)),
      on_units_(static_cast<std::size_t>(stride_)),
      plane_units_(static_cast<std::size_t>(stride_)),
      common_lines_(static_cast<std::size_t>(groups.words_in(0))),
      normals_(static_cast<std::size_t>(stride_)) {}

void AnalogArray::program(const CellArray& cells) {
    for (int row = 0; row < groups_.rows; ++row) draw_row(cells, row);
}

void AnalogArray::draw_row(const CellArray& cells, int row) {
    const auto index = static_cast<std::uint64_t>(row);
    std::vector<float> variation(static_cast<std::size_t>(columns_used_));
    std::vector<float> drift(variation.size());
    normals_at(derive_key(stream_key(key_, NoiseStream::conductance), index), 0, columns_used_,
               variation.data());
    normals_at(derive_key(stream_key(key_, NoiseStream::drift), index), 0, columns_used_,
               drift.data());
    const std::uint64_t rounding = derive_key(stream_key(key_, NoiseStream::rounding), index);
    std::int16_t* kept = conductances_.data() + static_cast<std::ptrdiff_t>(row) * stride_;
    for (int c = 0; c < columns_used_; ++c) {
        const bool on = cells.read(row, c);
        const double sigma = on ? params_.sigma_on : params_.sigma_off;
        const double nu = (on ? params_.drift_on : params_.drift_off) *
                          std::max(0.0, 1 + params_.drift_sigma * drift[c]);
        const double conductance =
            (params_.off_conductance + (on ? 1 : 0)) *
            std::exp(sigma * variation[c] - sigma * sigma / 2 - nu * params_.drift_log_time);
        const double steps = std::floor(conductance * kConductanceSteps +
                                        uniform_at(rounding, static_cast<std::uint64_t>(c)));
        kept[c] = static_cast<std::int16_t>(std::min<double>(steps, kLargestConductance));
    }
}

double AnalogArray::conductance(int row, int column) const {
    const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(stride_) +
                    static_cast<std::size_t>(column);
    return static_cast<double>(conductances_[at]) / kConductanceSteps;
}

void AnalogArray::evaluate(const CellArray& cells, int group, const DrivenWordLines& lines,
                           std::int64_t evaluation, float* currents) {
    const int first = groups_.first_row(group);
    const int rows = groups_.rows_in(group);
    const bool drops = params_.wire_resistance > 0;
    column_currents(lines, rows,
                    conductances_.data() + static_cast<std::ptrdiff_t>(first) * stride_, stride_,
                    currents, drops ? loss_.data() : nullptr);
    if (drops)
        apply_ir_drop(static_cast<float>(params_.wire_resistance),
                      static_cast<float>(physical_rows_ - first - rows), columns_used_,
                      loss_.data(), currents);
    if (params_.read_sigma > 0) add_read_noise(cells, group, lines, evaluation, currents);
}

// Sum of squared DAC codes on cells that are on: of every pair of bit planes, 2^(j + k) for each
// line raised in both.
void AnalogArray::add_read_noise(const CellArray& cells, int group, const DrivenWordLines& lines,
                                 std::int64_t evaluation, float* currents) {
    const Word* columns = cells.bits(group).data();
    std::fill(on_units_.begin(), on_units_.end(), 0);
    std::int64_t all_units = 0;
    for (int j = 0; j < lines.plane_count; ++j)
        for (int k = 0; k <= j; ++k) {
            for (int w = 0; w < lines.words; ++w)
                common_lines_[static_cast<std::size_t>(w)] =
                    lines.planes[j * lines.words + w] & lines.planes[k * lines.words + w];
            const int weight = j == k ? j + k : j + k + 1;  // both orders of a pair
            column_popcounts(common_lines_.data(), columns, lines.words, columns_used_,
                             plane_units_.data());
            for (int c = 0; c < columns_used_; ++c) on_units_[c] += plane_units_[c] << weight;
            all_units += total_popcount(common_lines_.data(), lines.words) << weight;
        }
    normals_at(
        derive_key(stream_key(key_, NoiseStream::read), static_cast<std::uint64_t>(evaluation)), 0,
        columns_used_, normals_.data());
    const auto variance = [this](bool on) {
        const double sigma = params_.read_sigma * mean_conductance(params_, on);
        return static_cast<float>(sigma * sigma);
    };
    add_noise(on_units_.data(), static_cast<float>(all_units), variance(true), variance(false),
              normals_.data(), columns_used_, currents);
}

}  // namespace cimarron
