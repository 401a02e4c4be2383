// SPDX-License-Identifier: Apache-2.0
#include "bench/networks.h"

#include "common/rng.h"

#include <string>

namespace cimarron::bench {

namespace {

constexpr int kPixelBits = 8;

// Coefficients that spread codes over their range: the signed sum of n random products has a
// standard deviation of about sqrt(n) times their size.
MvmLayer random_mvm(Rng& rng, const std::string& name, const Shape& input, int input_bits,
                    int channels, const Window& window, int weight_bits, int output_bits) {
    MvmLayer layer;
    layer.name = name;
    layer.input = input;
    layer.input_bits = input_bits;
    layer.window = window;
    layer.output = {channels, window.out_height(input.height), window.out_width(input.width)};
    layer.weight_bits = weight_bits;
    layer.output_bits = output_bits;
    layer.shift = 16;
    for (int i = 0; i < channels * layer.rows(); ++i)
        layer.weights.push_back(
            static_cast<std::uint8_t>(rng.uniform_int(0, (1 << weight_bits) - 1)));
    const double spread = (1 << input_bits) * (1 << weight_bits) * 0.15 * layer.rows();
    const double levels = output_bits == 0 ? 256 : 1 << output_bits;
    const auto a = static_cast<std::int32_t>(65536 * levels / spread) + 1;
    layer.affine.assign(static_cast<std::size_t>(channels), ChannelAffine{a, 0, 0});
    return layer;
}

PoolLayer max_pool(const std::string& name, const Shape& input, int bits) {
    PoolLayer pool;
    pool.name = name;
    pool.input = input;
    pool.window.kernel_h = pool.window.kernel_w = pool.window.stride_h = pool.window.stride_w = 2;
    pool.output = {input.channels, pool.window.out_height(input.height),
                   pool.window.out_width(input.width)};
    pool.bits = pool.output_bits = bits;
    return pool;
}

void append(IntegerNetwork& net, MvmLayer layer) {
    layer.source = static_cast<int>(net.layers.size()) - 1;
    net.layers.emplace_back(std::move(layer));
}
void append(IntegerNetwork& net, PoolLayer layer) {
    layer.source = static_cast<int>(net.layers.size()) - 1;
    net.layers.emplace_back(std::move(layer));
}

Window square(int kernel, int stride, int pad) {
    return {kernel, kernel, stride, stride, pad, pad, pad, pad};
}

}  // namespace

IntegerNetwork fashion_cnn(int activation_bits) {
    const int n = activation_bits;
    const Shape image{1, 28, 28};
    Rng rng(1);
    const MvmLayer stem = random_mvm(rng, "stem", image, kPixelBits, 32, square(5, 2, 2), 8, n);
    const MvmLayer conv1 = random_mvm(rng, "conv1", stem.output, n, 32, square(3, 1, 1), 1, n);
    const PoolLayer pool1 = max_pool("pool1", conv1.output, n);
    const MvmLayer conv2 = random_mvm(rng, "conv2", pool1.output, n, 64, square(3, 1, 1), 1, n);
    const MvmLayer conv3 = random_mvm(rng, "conv3", conv2.output, n, 64, square(3, 1, 1), 1, 8);
    const PoolLayer pool3 = max_pool("pool3", conv3.output, 8);
    const MvmLayer classifier =
        random_mvm(rng, "classifier", pool3.output, 8, 10, square(pool3.output.height, 1, 0), 8, 0);
    IntegerNetwork net{"fashion_cnn", image, kPixelBits, {}};
    for (const MvmLayer& layer : {stem, conv1}) append(net, layer);
    append(net, pool1);
    for (const MvmLayer& layer : {conv2, conv3}) append(net, layer);
    append(net, pool3);
    append(net, classifier);
    validate(net);
    return net;
}

IntegerNetwork vgg8(int activation_bits) {
    const int n = activation_bits;
    Rng rng(1);
    IntegerNetwork net{"vgg8", {3, 32, 32}, kPixelBits, {}};
    Shape shape = net.input;
    int bits = kPixelBits;
    int weight_bits = 8;
    for (const int channels : {128, 256, 512})
        for (int i = 0; i < 2; ++i) {
            const std::string name = "conv" + std::to_string(channels) + (i == 0 ? "a" : "b");
            const MvmLayer conv =
                random_mvm(rng, name, shape, bits, channels, square(3, 1, 1), weight_bits, n);
            append(net, conv);
            shape = conv.output;
            bits = n;
            weight_bits = 1;
            if (i == 0) continue;
            const PoolLayer pool = max_pool(name + "_pool", shape, n);
            append(net, pool);
            shape = pool.output;
        }
    const MvmLayer hidden =
        random_mvm(rng, "fc7", shape, n, 1024, square(shape.height, 1, 0), 1, 8);
    append(net, hidden);
    append(net, random_mvm(rng, "fc8", hidden.output, 8, 10, square(1, 1, 0), 8, 0));
    validate(net);
    return net;
}

std::vector<Codes> random_images(const Shape& shape, int count) {
    Rng rng(2);
    std::vector<Codes> images(static_cast<std::size_t>(count));
    for (Codes& image : images)
        for (int i = 0; i < shape.size(); ++i)
            image.push_back(static_cast<std::uint8_t>(rng.coin(0.5) ? rng.uniform_int(1, 255) : 0));
    return images;
}

}  // namespace cimarron::bench
