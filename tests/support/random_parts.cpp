// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_parts.h"

#include "quant/activation.h"

#include <algorithm>
#include <cmath>

namespace cimarron::test {

Reals random_floats(Rng& rng, int count, double mean, double sigma) {
    Reals values(static_cast<std::size_t>(count));
    for (double& v : values) v = static_cast<float>(rng.normal(mean, sigma));
    return values;
}

namespace {

BinaryWeights random_binary(Rng& rng, int count, int channels) {
    BinaryWeights w;
    const double share = rng.uniform(0.3, 0.7);
    for (int i = 0; i < count; ++i) w.signs.push_back(rng.coin(share) ? 1 : -1);
    w.beta = random_floats(rng, channels, 0, rng.coin(0.2) ? 0.0 : 0.02);
    for (int o = 0; o < channels; ++o)
        w.alpha.push_back(static_cast<float>(rng.uniform(0.02, 0.2)));
    return w;
}

IntegerWeights random_integer(Rng& rng, int count, int channels) {
    IntegerWeights w;
    w.bits = rng.coin(0.5) ? 8 : rng.uniform_int(2, 8);
    const int half = 1 << (w.bits - 1);
    for (int i = 0; i < count; ++i)
        w.values.push_back(static_cast<std::int8_t>(rng.uniform_int(-half, half - 1)));
    for (int o = 0; o < channels; ++o)
        w.scale.push_back(static_cast<float>(rng.uniform(0.1, 0.4) / half));
    return w;
}

// Kernel, stride and padding along one axis of the given size.
struct Axis {
    int kernel, stride, before, after;
};
Axis random_axis(Rng& rng, int size, int max_kernel, int max_stride) {
    const int kernel = rng.uniform_int(1, std::min(max_kernel, size));
    return {kernel, rng.uniform_int(1, max_stride), rng.uniform_int(0, kernel / 2),
            rng.uniform_int(0, kernel / 2)};
}

}  // namespace

std::variant<BinaryWeights, IntegerWeights> random_node_weights(
    Rng& rng, int count, int channels, const RandomNetworkOptions& options) {
    if (options.integer_weights && rng.coin(0.4)) return random_integer(rng, count, channels);
    return random_binary(rng, count, channels);
}

Window random_window(Rng& rng, const Shape& in, int max_kernel, int max_stride) {
    const Axis y = random_axis(rng, in.height, max_kernel, max_stride);
    const Axis x = random_axis(rng, in.width, max_kernel, max_stride);
    return {y.kernel, x.kernel, y.stride, x.stride, y.before, x.before, y.after, x.after};
}

Batch evaluate(const Node& node, const Shape& in, const Batch& batch) {
    Batch result;
    for (const auto& values : batch) result.push_back(float_values(node, {in, values}, {}).values);
    return result;
}

BatchNorm random_batch_norm(Rng& rng, const Batch& batch, int channels) {
    const auto n = static_cast<std::size_t>(channels);
    std::vector<double> sum(n), square(n);
    double count = 0;
    double all = 0;
    for (const auto& values : batch)
        for (std::size_t i = 0; i < values.size(); ++i) {
            all += values[i] * values[i];
            sum[i % n] += values[i];
            square[i % n] += values[i] * values[i];
            count += i % n == 0 ? 1 : 0;
        }
    BatchNorm bn;
    bn.beta = random_floats(rng, channels, 0.3, 0.5);
    for (std::size_t o = 0; o < n; ++o) {
        const double mean = sum[o] / count;
        bn.gamma.push_back(static_cast<float>(rng.uniform(0.5, 1.5) * (rng.coin(0.1) ? -1 : 1)));
        bn.mean.push_back(static_cast<float>(mean));
        // So that no dead channel's gain explodes.
        const double floor = all > 1e-6 ? 0.05 * all / (count * channels) : 1.0;
        bn.variance.push_back(
            static_cast<float>(std::max(square[o] / count - mean * mean, 0.0) + floor));
    }
    return bn;
}

ActivationQuantizer random_quantizer(Rng& rng, const Batch& batch,
                                     const RandomNetworkOptions& options) {
    double positive = 0;
    double all = 0;
    double count = 0;
    for (const auto& values : batch)
        for (double v : values) {
            positive += v > 0 ? v * v : 0;
            all += v * v;
            count += 1;
        }
    const int bits = rng.uniform_int(options.min_bits, options.max_bits);
    const double sigma = std::sqrt(2 * std::max(positive, 0.02 * all) / count);
    return {bits, static_cast<float>(sigma > 0 ? half_normal_step(bits) * sigma : 0.1)};
}

}  // namespace cimarron::test
