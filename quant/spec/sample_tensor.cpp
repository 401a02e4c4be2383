// SPDX-License-Identifier: Apache-2.0
#include "quant/spec/sample_tensor.h"

#include "quant/activation.h"
#include "quant/lower_weights.h"
#include "quant/window_dot.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr double kPriorSamples = 4;  // weight of the layer's statistics against a channel's own
constexpr double kSmallest = 1e-6;   // of a standard deviation: the step of values that are all 0

MvmLayer mvm_of(const ConvNode& node, const SampleTensor& in, LoweredWeights& weights) {
    MvmLayer layer;
    layer.input = in.shape;
    layer.output = output_shape(node, in.shape);
    layer.window = node.window;
    layer.groups = node.groups;
    layer.input_bits = in.quantizer.bits;
    layer.weight_bits = weights.bits;
    layer.weights = std::move(weights.codes);
    return layer;
}

// f(value, image, index) for every value of the tensor, its integers times its step.
template <class F>
void for_each_value(const SampleTensor& in, F f) {
    const double step = in.quantizer.step[0];
    for (std::size_t image = 0; image < in.codes.size(); ++image)
        for (std::size_t i = 0; i < in.codes[image].size(); ++i)
            f(in.codes[image][i] * step, image, i);
    for (std::size_t image = 0; image < in.streams.size(); ++image)
        for (std::size_t i = 0; i < in.streams[image].size(); ++i)
            f(in.streams[image][i] * step, image, i);
}

template <class T>
std::vector<T> integers_of(const std::vector<float>& values, double step, double low, double high) {
    std::vector<T> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), [&](float v) {
        return static_cast<T>(
            std::clamp(std::floor(static_cast<double>(v) / step + 0.5), low, high));
    });
    return result;
}

double largest(const SampleValues& values) {
    double most = kSmallest;
    for (const std::vector<float>& image : values)
        for (const float v : image) most = std::max(most, std::abs(static_cast<double>(v)));
    return most;
}

template <class F>
void for_each_pixel(const Shape& shape, F f) {
    for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x) f(y, x);
}

}  // namespace

SampleValues dot_products(const ConvNode& node, const SampleTensor& in) {
    LoweredWeights weights = lower_weights(node, in.shape.channels);
    const MvmLayer layer = mvm_of(node, in, weights);
    WindowDot dot(layer);
    const double step = in.quantizer.step[0];
    SampleValues values;
    for (const Codes& codes : in.codes) {
        std::vector<float> z;
        z.reserve(static_cast<std::size_t>(layer.output.size()));
        for_each_pixel(layer.output, [&](int y, int x) {
            dot.compute(codes, y, x);
            for (std::size_t o = 0; o < weights.dot.size(); ++o)
                z.push_back(
                    static_cast<float>(step * (weights.dot[o].a * static_cast<double>(dot.p(o)) +
                                               weights.dot[o].c * static_cast<double>(dot.m(o)))));
        });
        values.push_back(std::move(z));
    }
    return values;
}

SampleValues averages(const PoolNode& node, const SampleTensor& in) {
    const Shape out = output_shape(node, in.shape);
    const double scale = in.quantizer.step[0] / (node.window.kernel_h * node.window.kernel_w);
    SampleValues values;
    for (const Codes& codes : in.codes) {
        std::vector<float> means;
        for_each_pixel(out, [&](int y, int x) {
            for (int c = 0; c < out.channels; ++c) {
                int sum = 0;
                for_each_window_pixel(in.shape, node.window, y, x, [&](std::size_t pixel) {
                    sum += codes[pixel + static_cast<std::size_t>(c)];
                });
                means.push_back(static_cast<float>(scale * sum));
            }
        });
        values.push_back(std::move(means));
    }
    return values;
}

SampleValues real_values(const SampleTensor& in) {
    SampleValues values(std::max(in.codes.size(), in.streams.size()),
                        std::vector<float>(static_cast<std::size_t>(in.shape.size())));
    for_each_value(in, [&](double v, std::size_t image, std::size_t i) {
        values[image][i] = static_cast<float>(v);
    });
    return values;
}

BatchNorm batch_norm_of(const SampleValues& values, int channels) {
    const auto count = static_cast<std::size_t>(channels);
    std::vector<double> sum(count);
    std::vector<double> square(count);
    double all_squares = 0;
    double samples = 0;  // per channel
    for (const std::vector<float>& image : values) {
        samples += static_cast<double>(image.size()) / channels;
        for (std::size_t i = 0; i < image.size(); ++i) {
            const auto v = static_cast<double>(image[i]);
            sum[i % count] += v;
            square[i % count] += v * v;
            all_squares += v * v;
        }
    }
    BatchNorm norm;
    norm.gamma.assign(count, 1.0);
    norm.beta.assign(count, 0.0);
    const double n = samples + kPriorSamples;
    const double prior =
        kPriorSamples * (all_squares / (samples * channels) + kSmallest * kSmallest);
    for (std::size_t o = 0; o < count; ++o) {
        const double mean = sum[o] / n;
        norm.mean.push_back(static_cast<float>(mean));
        norm.variance.push_back(static_cast<float>((square[o] + prior) / n - mean * mean));
    }
    norm.epsilon = 0;
    return norm;
}

void normalize(SampleValues& values, const BatchNorm& norm) {
    const std::size_t channels = norm.mean.size();
    std::vector<double> gain;
    for (const double variance : norm.variance) gain.push_back(1 / std::sqrt(variance));
    for (std::vector<float>& image : values)
        for (std::size_t i = 0; i < image.size(); ++i) {
            const std::size_t o = i % channels;
            image[i] = static_cast<float>(gain[o] * (static_cast<double>(image[i]) - norm.mean[o]));
        }
}

void add_shortcut(SampleValues& values, const Shape& shape, const Shortcut& shortcut,
                  const SampleTensor& from) {
    Residual where;
    where.input = from.shape;
    where.stride = shortcut.stride;
    where.channel_offset = shortcut.channel_offset;
    const SampleValues added = real_values(from);
    for (std::size_t image = 0; image < values.size(); ++image) {
        std::size_t to = 0;
        for_each_pixel(shape, [&](int y, int x) {
            for (int o = 0; o < shape.channels; ++o, ++to) {
                const std::ptrdiff_t at = residual_index(where, y, x, o);
                if (at >= 0) values[image][to] += added[image][static_cast<std::size_t>(at)];
            }
        });
    }
}

ActivationQuantizer code_quantizer(const SampleValues& values, int bits) {
    double square = 0;  // of the positive values, as the quantizer contains the ReLU
    double count = 0;
    for (const std::vector<float>& image : values)
        for (const float v : image) {
            const double positive = std::max(0.0, static_cast<double>(v));
            square += positive * positive;
            count += 1;
        }
    const double sigma = std::max(std::sqrt(2 * square / count), kSmallest);
    return {bits, static_cast<float>(half_normal_step(bits) * sigma)};
}

ActivationQuantizer average_quantizer(const SampleValues& values, int bits) {
    return {bits, static_cast<float>(largest(values) / ((1 << bits) - 1))};
}

ActivationQuantizer stream_quantizer(const SampleValues& values, int bits) {
    const int exponent = static_cast<int>(std::ceil(std::log2(2 * largest(values)))) - (bits - 1);
    return {bits, std::ldexp(1.0F, exponent)};
}

SampleTensor quantized(const SampleValues& values, const Shape& shape,
                       const ActivationQuantizer& quantizer) {
    SampleTensor tensor{shape, quantizer, {}, {}};
    const double step = quantizer.step[0];
    const double half = std::ldexp(1.0, quantizer.bits - 1);
    for (const std::vector<float>& image : values) {
        if (is_stream(quantizer.bits))
            tensor.streams.push_back(integers_of<std::int32_t>(image, step, -half, half - 1));
        else
            tensor.codes.push_back(integers_of<std::uint8_t>(image, step, 0, 2 * half - 1));
    }
    return tensor;
}

SampleTensor max_pooled(const PoolNode& node, const SampleTensor& in) {
    SampleTensor tensor{output_shape(node, in.shape), in.quantizer, {}, {}};
    for (const Codes& codes : in.codes) {
        Codes most;
        for_each_pixel(tensor.shape, [&](int y, int x) {
            for (int c = 0; c < tensor.shape.channels; ++c) {
                std::uint8_t code = 0;
                for_each_window_pixel(in.shape, node.window, y, x, [&](std::size_t pixel) {
                    code = std::max(code, codes[pixel + static_cast<std::size_t>(c)]);
                });
                most.push_back(code);
            }
        });
        tensor.codes.push_back(std::move(most));
    }
    return tensor;
}

}  // namespace cimarron
