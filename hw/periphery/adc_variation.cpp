// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_variation.h"

#include "common/multiversion.h"
#include "hw/array/noise_streams.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

// One draw for each ADC.
std::vector<double> drawn(std::uint64_t key, std::uint64_t quantity, double sigma, int adcs) {
    std::vector<float> normals(static_cast<std::size_t>(adcs));
    normals_at(derive_key(stream_key(key, NoiseStream::adc), quantity), 0, adcs, normals.data());
    std::vector<double> of_adc(normals.begin(), normals.end());
    for (double& draw : of_adc) draw *= sigma;
    return of_adc;
}

template <bool kNoise>
inline CIMARRON_INLINE ConvertedCurrents to_codes(const float* currents, const float* offset,
                                                  const float* linear, const float* square,
                                                  const NormalLanes& noise, int first, int count,
                                                  std::int32_t top, std::int32_t* codes) {
    const auto last = static_cast<float>(top);
    const float beyond = last + 1;
    ConvertedCurrents sums;
    for (int i = 0; i < count; ++i) {
        const float slope = std::fma(currents[i], square[i], linear[i]);
        float lsbs = std::fma(currents[i], slope, offset[i]);
        if (kNoise) lsbs = noise.at(static_cast<std::uint32_t>(first + i), lsbs);
        sums.clipped += lsbs >= beyond ? 1 : 0;
        const float kept = std::min(std::max(lsbs, 0.0F), last);
        codes[i] = static_cast<std::int32_t>(kept);  // of a number >= 0: the floor
        sums.code_sum += codes[i];
    }
    return sums;
}

CIMARRON_MULTIVERSION
ConvertedCurrents convert_columns(const float* currents, const float* offset, const float* linear,
                                  const float* square, const NormalLanes* noise, int first,
                                  int count, std::int32_t top, std::int32_t* codes) {
    if (noise == nullptr)
        return to_codes<false>(currents, offset, linear, square, NormalLanes(0), first, count, top,
                               codes);
    return to_codes<true>(currents, offset, linear, square, *noise, first, count, top, codes);
}

}  // namespace

AdcVariation::AdcVariation(const AdcErrors& errors, int adcs, int columns, std::int32_t top,
                           double lsb, std::uint64_t key)
    : top_(top),
      noise_sigma_(static_cast<float>(errors.noise_sigma)),
      key_(stream_key(key, NoiseStream::adc_noise)) {
    const std::vector<double> gain = drawn(key, 0, errors.gain_sigma, adcs);
    const std::vector<double> offset = drawn(key, 1, errors.offset_sigma, adcs);
    const std::vector<double> bow = drawn(key, 2, errors.bow_sigma, adcs);
    for (int c = 0; c < columns; ++c) {
        const auto adc = static_cast<std::size_t>(c % adcs);
        const double bend = 4 * bow[adc] / top;
        offset_.push_back(static_cast<float>(offset[adc] + 0.5));
        linear_.push_back(static_cast<float>((1 + gain[adc] + bend) / lsb));
        square_.push_back(static_cast<float>(-bend / top / (lsb * lsb)));
    }
}

ConvertedCurrents AdcVariation::convert(const float* currents, int first, int count,
                                        std::int64_t evaluation, std::int32_t* codes) const {
    const NormalLanes noise(derive_key(key_, static_cast<std::uint64_t>(evaluation)), noise_sigma_);
    return convert_columns(currents, offset_.data() + first, linear_.data() + first,
                           square_.data() + first, noise_sigma_ > 0 ? &noise : nullptr, first,
                           count, top_, codes);
}

}  // namespace cimarron
