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

// What a loop over columns first .. first + count - 1 needs; pointers are at the first.
struct Columns {
    const float* currents;
    const float *offset, *linear, *square;
    int first, count;
    std::int32_t top;
    float noise_sigma;
};

// Shows each code to `keep`, with its place.
template <bool kNoise, class Keep>
inline CIMARRON_INLINE ConvertedCurrents to_codes(const Columns& columns,
                                                  const NormalWindows& noise, Keep keep) {
    const Columns k = columns;
    const auto last = static_cast<float>(k.top);
    const float beyond = last + 1;
    ConvertedCurrents sums;
    for (int i = 0; i < k.count; ++i) {
        const float slope = std::fma(k.currents[i], k.square[i], k.linear[i]);
        float lsbs = std::fma(k.currents[i], slope, k.offset[i]);
        if (kNoise) lsbs = std::fma(noise.at(k.first + i), k.noise_sigma, lsbs);
        sums.clipped += lsbs >= beyond ? 1 : 0;
        const float kept = std::min(std::max(lsbs, 0.0F), last);
        const auto code = static_cast<std::int32_t>(kept);  // of a number >= 0: the floor
        keep(i, code);
        sums.code_sum += code;
    }
    return sums;
}

CIMARRON_MULTIVERSION
ConvertedCurrents store_codes(const Columns& columns, const NormalWindows& noise,
                              std::int32_t* codes) {
    const auto keep = [codes](int i, std::int32_t code) CIMARRON_INLINE { codes[i] = code; };
    return columns.noise_sigma > 0 ? to_codes<true>(columns, noise, keep)
                                   : to_codes<false>(columns, noise, keep);
}

CIMARRON_MULTIVERSION
ConvertedCurrents add_codes(const Columns& columns, const NormalWindows& noise, int shift,
                            std::int32_t* sums) {
    const auto keep = [sums, shift](int i, std::int32_t code)
                          CIMARRON_INLINE { sums[i] += code << shift; };
    return columns.noise_sigma > 0 ? to_codes<true>(columns, noise, keep)
                                   : to_codes<false>(columns, noise, keep);
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
    return store_codes({currents, offset_.data() + first, linear_.data() + first,
                        square_.data() + first, first, count, top_, noise_sigma_},
                       noise(evaluation), codes);
}

ConvertedCurrents AdcVariation::accumulate(const float* currents, int count,
                                           std::int64_t evaluation, int shift,
                                           std::int32_t* sums) const {
    return add_codes(
        {currents, offset_.data(), linear_.data(), square_.data(), 0, count, top_, noise_sigma_},
        noise(evaluation), shift, sums);
}

}  // namespace cimarron
