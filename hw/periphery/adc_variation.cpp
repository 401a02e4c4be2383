// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_variation.h"

#include "common/multiversion.h"
#include "hw/array/noise_streams.h"

namespace cimarron {

namespace {

// One draw for each ADC, repeated for the columns that share it.
std::vector<float> drawn(std::uint64_t key, std::uint64_t quantity, double sigma, int adcs,
                         int columns) {
    std::vector<float> of_adc(static_cast<std::size_t>(adcs));
    normals_at(derive_key(stream_key(key, NoiseStream::adc), quantity), 0, adcs, of_adc.data());
    std::vector<float> of_column;
    for (int c = 0; c < columns; ++c)
        of_column.push_back(static_cast<float>(sigma) * of_adc[static_cast<std::size_t>(c % adcs)]);
    return of_column;
}

CIMARRON_MULTIVERSION
void add_static_errors(const float* gain, const float* offset, const float* bow, float top,
                       int count, float* values) {
    for (int i = 0; i < count; ++i) {
        const float v = values[i];
        const float u = v / top;
        values[i] = v + v * gain[i] + offset[i] + bow[i] * (4 * u * (1 - u));
    }
}

CIMARRON_MULTIVERSION
void add_scaled(const float* normals, float sigma, int count, float* values) {
    for (int i = 0; i < count; ++i) values[i] += sigma * normals[i];
}

}  // namespace

AdcVariation::AdcVariation(const AdcErrors& errors, int adcs, int columns, std::uint64_t key)
    : errors_(errors),
      key_(key),
      gain_(drawn(key, 0, errors.gain_sigma, adcs, columns)),
      offset_(drawn(key, 1, errors.offset_sigma, adcs, columns)),
      bow_(drawn(key, 2, errors.bow_sigma, adcs, columns)),
      normals_(static_cast<std::size_t>(columns)) {}

void AdcVariation::distort(int first, int count, float top, std::int64_t evaluation,
                           float* values) {
    if (!errors_.any()) return;
    add_static_errors(gain_.data() + first, offset_.data() + first, bow_.data() + first, top, count,
                      values);
    if (errors_.noise_sigma <= 0) return;
    normals_at(derive_key(stream_key(key_, NoiseStream::adc_noise),
                          static_cast<std::uint64_t>(evaluation)),
               first, count, normals_.data());
    add_scaled(normals_.data(), static_cast<float>(errors_.noise_sigma), count, values);
}

}  // namespace cimarron
