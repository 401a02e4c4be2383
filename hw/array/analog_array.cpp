// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog_array.h"

#include "common/multiversion.h"
#include "common/normal_windows.h"
#include "hw/array/cell_conductances.h"
#include "hw/array/column_currents.h"
#include "hw/array/noise_streams.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cimarron {

namespace {

// 1 / x for x > 0, from a guess by the exponent within 13 %, whose error each of Newton's steps
// squares. A vector divides more slowly than it takes these few steps, and divider and square root
// are one unit.
inline CIMARRON_INLINE float reciprocal(float x) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    bits = 0x7ef311c7u - bits;
    float y = 0;
    std::memcpy(&y, &bits, sizeof y);
    for (int step = 0; step < 3; ++step) y *= std::fma(-x, y, 2.0F);
    return y;
}

// S tanh(x) / x by its continued fraction in y = x^2 = n / S, within 0.3 % up to x = 4.
inline CIMARRON_INLINE float after_ir_drop(float sum, float loss, float wire, float lead) {
    constexpr float kNoCurrent = 1e-6F;
    const float s = std::max(sum, kNoCurrent);
    const float s2 = s * s;
    const float n = 3 * wire * std::fma(lead, s2, loss);
    const float ninth = s * (1.0F / 9);
    return sum * (std::fma(n, std::fma(n, 1.0F / 945, ninth), s2) *
                  reciprocal(std::fma(n, std::fma(n, 1.0F / 63, 4 * ninth), s2)));
}

// What one evaluation's columns have in common.
struct Reading {
    float wire = 0, lead = 0;  // resistance of a row; rows to the sense amplifier
    float variance = 0;        // with all cells at 0
    float variance_of_on = 0;  // what a cell at 1 adds, for a DAC code of 1
    NormalWindows noise{0};
};

template <bool kDrop, bool kNoise>
inline CIMARRON_INLINE void read(const Reading& reading, const float* loss,
                                 const std::int32_t* on_units, int count,
                                 float* __restrict currents) {
    for (int c = 0; c < count; ++c) {
        float current = currents[c];
        if (kDrop) current = after_ir_drop(current, loss[c], reading.wire, reading.lead);
        if (kNoise) {
            const float variance =
                std::fma(static_cast<float>(on_units[c]), reading.variance_of_on, reading.variance);
            const float normal = reading.noise.at(c);
            current = std::fma(std::sqrt(variance), normal, current);
        }
        currents[c] = current;
    }
}

CIMARRON_MULTIVERSION
void read_columns(bool drop, bool noise, const Reading& reading, const float* loss,
                  const std::int32_t* on_units, int count, float* __restrict currents) {
    if (drop && noise)
        read<true, true>(reading, loss, on_units, count, currents);
    else if (drop)
        read<true, false>(reading, loss, on_units, count, currents);
    else if (noise)
        read<false, true>(reading, loss, on_units, count, currents);
}

// One bit of each column's word.
CIMARRON_MULTIVERSION
void row_of_bits(const Word* columns, int shift, int count, float* bits) {
    for (int c = 0; c < count; ++c)
        bits[c] = static_cast<float>(static_cast<std::int32_t>((columns[c] >> shift) & 1));
}

float read_variance(const CellNonIdealities& params, bool on) {
    const double sigma = params.read_sigma * mean_conductance(params, on);
    return static_cast<float>(sigma * sigma);
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
      key_(key),
      read_key_(stream_key(key, NoiseStream::read)),
      on_variance_(read_variance(params, true)),
      off_variance_(read_variance(params, false)),
      conductances_(static_cast<std::size_t>(groups.rows) * lines_per_row()),
      loss_(static_cast<std::size_t>(stride_)),
      on_units_(static_cast<std::size_t>(stride_)),
      plane_units_(static_cast<std::size_t>(stride_)),
      common_lines_(static_cast<std::size_t>(groups.words_in(0))) {}

void AnalogArray::program(const CellArray& cells) {
    std::vector<float> on(static_cast<std::size_t>(columns_used_));
    for (int group = 0; group < groups_.count(); ++group)
        for (int line = 0; line < groups_.rows_in(group); ++line) {
            row_of_bits(cells.bits(group).data() + line / kWordBits * cells.stride(),
                        line % kWordBits, columns_used_, on.data());
            const int row = groups_.first_row(group) + line;
            draw_conductances(params_, key_, row, on.data(), columns_used_, this->row(row));
        }
}

double AnalogArray::conductance(int row, int column) const {
    const ConductanceLine& line = conductances_[static_cast<std::size_t>(row) * lines_per_row() +
                                                static_cast<std::size_t>(column / kColumnStep)];
    return static_cast<double>(line.steps[column % kColumnStep]) / kConductanceSteps;
}

void AnalogArray::evaluate(const CellArray& cells, int group, const DrivenWordLines& lines,
                           const std::int32_t* column_sums, std::int64_t evaluation,
                           float* currents) {
    const int first = groups_.first_row(group);
    const int rows = groups_.rows_in(group);
    const bool drops = params_.wire_resistance > 0;
    column_currents(lines, rows, row(first), stride_, currents, drops ? loss_.data() : nullptr);
    Reading reading;
    reading.wire = static_cast<float>(params_.wire_resistance);
    reading.lead = static_cast<float>(physical_rows_ - first - rows);
    const bool noisy = params_.read_sigma > 0;
    if (noisy) {
        const bool units = lines.plane_count == 1;  // 0 and 1 are their own squares
        const std::int64_t all = units ? lines.code_units : square_units(cells, group, lines);
        if (!units) column_sums = on_units_.data();
        reading.variance = static_cast<float>(all) * off_variance_;
        reading.variance_of_on = on_variance_ - off_variance_;
        reading.noise =
            NormalWindows(derive_key(read_key_, static_cast<std::uint64_t>(evaluation)));
    }
    read_columns(drops, noisy, reading, loss_.data(), column_sums, columns_used_, currents);
}

// Of every pair of bit planes, 2^(j + k) for each line raised in both.
std::int64_t AnalogArray::square_units(const CellArray& cells, int group,
                                       const DrivenWordLines& lines) {
    const Word* columns = cells.bits(group).data();
    std::fill(on_units_.begin(), on_units_.end(), 0);
    std::int64_t all_units = 0;
    for (int j = 0; j < lines.plane_count; ++j)
        for (int k = 0; k <= j; ++k) {
            for (int w = 0; w < lines.words; ++w)
                common_lines_[static_cast<std::size_t>(w)] =
                    lines.planes[j * lines.words + w] & lines.planes[k * lines.words + w];
            const int weight = j == k ? j + k : j + k + 1;  // both orders of a pair
            column_popcounts(common_lines_.data(), columns, lines.words, cells.stride(),
                             columns_used_, plane_units_.data());
            for (int c = 0; c < columns_used_; ++c) on_units_[c] += plane_units_[c] << weight;
            all_units += total_popcount(common_lines_.data(), lines.words) << weight;
        }
    return all_units;
}

}  // namespace cimarron
