// SPDX-License-Identifier: Apache-2.0
#include "hw/periphery/adc_variation.h"

#include "common/multiversion.h"
#include "hw/chip/noise_streams.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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
    const float *offset, *linear, *square;
    int first, count;
    std::int32_t top;
    float noise_sigma;
};

// Shows each code to `keep`, with its place and whether it lies beyond the last.
template <bool kNoise, int kCount, class Keep>
inline CIMARRON_INLINE void to_codes(const Columns& columns, const float* currents,
                                     const NormalWindows& noise, Keep keep) {
    const Columns k = columns;
    const int count = kCount == 0 ? k.count : kCount;
    const auto last = static_cast<float>(k.top);
    const float beyond = last + 1;
#pragma GCC unroll 1
    for (int i = 0; i < count; ++i) {
        const float slope = std::fma(currents[i], k.square[i], k.linear[i]);
        float lsbs = std::fma(currents[i], slope, k.offset[i]);
        if (kNoise) lsbs = std::fma(noise.at(k.first + i), k.noise_sigma, lsbs);
        const float kept = std::min(std::max(lsbs, 0.0F), last);
        // Of a number >= 0: the floor.
        keep(i, static_cast<std::int32_t>(kept), lsbs >= beyond ? 1 : 0);
    }
}

template <bool kNoise>
inline CIMARRON_INLINE ConvertedCurrents store(const Columns& columns, const float* currents,
                                               const NormalWindows& noise, std::int32_t* codes) {
    std::int32_t clipped = 0;
    std::int32_t code_sum = 0;
    to_codes<kNoise, 0>(columns, currents, noise,
                        [&, codes](int i, std::int32_t code, std::int32_t beyond) CIMARRON_INLINE {
                            codes[i] = code;
                            code_sum += code;
                            clipped += beyond;
                        });
    return {clipped, code_sum};
}

CIMARRON_MULTIVERSION
ConvertedCurrents store_codes(const Columns& columns, const float* currents,
                              const NormalWindows& noise, std::int32_t* codes) {
    return columns.noise_sigma > 0 ? store<true>(columns, currents, noise, codes)
                                   : store<false>(columns, currents, noise, codes);
}

// Many evaluations' currents, and where their codes go.
struct Conversions {
    const float* currents;  // [evaluation][kColumnStep]
    const NormalWindows* noises;
    int count, slices;
    std::int32_t* sums;
    int sums_stride;
};

template <bool kNoise, int kCount>
inline CIMARRON_INLINE ConvertedCurrents add_all(const Columns& columns, const Conversions& all) {
    std::int32_t clipped[kColumnStep] = {};  // columns apart: they are summed at the end
    std::int32_t code_sum[kColumnStep] = {};
    const float* currents = all.currents;
    std::int32_t* sums = all.sums;
    for (int e = 0, slice = 0; e < all.count; ++e, currents += kColumnStep) {
        to_codes<kNoise, kCount>(columns, currents, all.noises[e],
                                 [&, sums, slice](int i, std::int32_t code, std::int32_t beyond)
                                     CIMARRON_INLINE {
                                         sums[i] += code << slice;
                                         code_sum[i] += code;
                                         clipped[i] += beyond;
                                     });
        if (++slice < all.slices) continue;
        slice = 0;
        sums += all.sums_stride;
    }
    return {std::accumulate(clipped, clipped + kColumnStep, std::int64_t{0}),
            std::accumulate(code_sum, code_sum + kColumnStep, std::int64_t{0})};
}

template <bool kNoise>
inline CIMARRON_INLINE ConvertedCurrents add_columns(const Columns& columns,
                                                     const Conversions& all) {
    return columns.count == kColumnStep       ? add_all<kNoise, kColumnStep>(columns, all)
           : columns.count == kColumnStep / 2 ? add_all<kNoise, kColumnStep / 2>(columns, all)
                                              : add_all<kNoise, 0>(columns, all);
}

CIMARRON_MULTIVERSION
ConvertedCurrents add_codes(const Columns& columns, const Conversions& all) {
    return columns.noise_sigma > 0 ? add_columns<true>(columns, all)
                                   : add_columns<false>(columns, all);
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
    return store_codes({offset_.data() + first, linear_.data() + first, square_.data() + first,
                        first, count, top_, noise_sigma_},
                       currents, noise(evaluation), codes);
}

void AdcVariation::prepare(int evaluations, std::int64_t first_evaluation, std::int64_t step) {
    noises_.resize(static_cast<std::size_t>(evaluations), NormalWindows(0));
    NormalWindows::fill(key_, first_evaluation, step, noises_);
}

ConvertedCurrents AdcVariation::accumulate(const float* currents, int begin, int end, int first,
                                           int count, int slices, std::int32_t* sums,
                                           int sums_stride) const {
    return add_codes({offset_.data() + first, linear_.data() + first, square_.data() + first, first,
                      count, top_, noise_sigma_},
                     {currents, noises_.data() + begin, end - begin, slices, sums, sums_stride});
}

}  // namespace cimarron
