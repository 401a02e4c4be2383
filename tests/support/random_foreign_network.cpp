// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_foreign_network.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace cimarron::test {

namespace {

class ForeignNetwork {
public:
    ForeignNetwork(Rng& rng, bool dyadic) : rng_(rng), dyadic_(dyadic) {
        network_.name = "foreign";
        network_.input = {rng.uniform_int(1, 3), rng.uniform_int(3, 8), rng.uniform_int(3, 8)};
        network_.input_quantizer = quantizer(network_.input.channels, 8, false);
    }

    Network build() {
        current_ = add_conv(-1, true);
        for (int i = rng_.uniform_int(1, 4); i > 0; --i) add_any();
        add_last();
        return std::move(network_);
    }

private:
    double number(double around) {
        const double value = around * rng_.uniform(0.6, 1.6);
        return dyadic_ ? std::exp2(std::round(std::log2(value))) : value;
    }
    TensorInfo at(int node) {
        return node < 0 ? TensorInfo{network_.input, network_.input_quantizer}
                        : outputs_of(network_)[static_cast<std::size_t>(node)];
    }
    std::string name(const char* kind) const {
        return kind + std::to_string(network_.nodes.size());
    }
    int append(Node node) {
        network_.nodes.push_back(std::move(node));
        return static_cast<int>(network_.nodes.size()) - 1;
    }

    // For values of about -3 to 3.
    ActivationQuantizer quantizer(int channels, int most_bits, bool by_channel) {
        if (rng_.coin(0.15)) return bipolar();
        const int bits = rng_.uniform_int(2, most_bits);
        const int top = (1 << bits) - 1;
        const bool is_signed = rng_.coin(0.5);
        const double zero = is_signed ? rng_.uniform_int(0, top) : 0;
        ActivationQuantizer q(bits, number((is_signed ? 6.0 : 3.0) / top), zero,
                              static_cast<Rounding>(rng_.uniform_int(0, 2)));
        if (rng_.coin(0.3)) q.low = static_cast<std::int64_t>(zero);
        if (rng_.coin(0.3)) q.high = std::max<std::int64_t>(q.low, top - 1);
        if (by_channel && rng_.coin(0.5)) {
            std::vector<double> steps;
            for (int c = 0; c < channels; ++c) steps.push_back(number(q.step[0]));
            q.step = q.scale = steps;
        } else if (rng_.coin(0.2)) {
            std::vector<double> zeros;
            for (int c = 0; c < channels; ++c) zeros.push_back(rng_.uniform_int(-4, 2 * top) / 2.0);
            q.zero = zeros;
        }
        return q;
    }
    ActivationQuantizer bipolar() {
        ActivationQuantizer q(1, number(2));
        q.offset = 1;
        q.zero = 0.5;
        q.rounding = Rounding::floor;
        return q;
    }

    std::variant<BinaryWeights, IntegerWeights> weights(int count, int channels) {
        if (rng_.coin(0.4)) {
            BinaryWeights w;
            for (int i = 0; i < count; ++i) w.signs.push_back(rng_.coin(0.5) ? 1 : -1);
            for (int o = 0; o < channels; ++o) {
                w.alpha.push_back(number(1));
                w.beta.push_back(rng_.coin(0.5) ? 0 : number(0.25));
            }
            return w;
        }
        IntegerWeights w;
        w.bits = rng_.uniform_int(1, 8);
        const int half = 1 << (w.bits - 1);
        for (int i = 0; i < count; ++i)
            w.values.push_back(static_cast<std::int8_t>(rng_.uniform_int(-half, half - 1)));
        for (int o = 0; o < channels; ++o) {
            w.scale.push_back(number(1.0 / half));
            w.zero.push_back(rng_.coin(0.5) ? 0 : rng_.uniform_int(-half, half) / 2.0);
        }
        return w;
    }

    ConvNode conv(int source, const Window& window, int channels, int groups) {
        const TensorInfo in = at(source);
        ConvNode node;
        node.name = name("conv");
        node.source = source;
        node.window = window;
        node.out_channels = channels;
        node.groups = groups;
        const int rows = window.kernel_h * window.kernel_w * (in.shape.channels / groups);
        node.weights = weights(rows * channels, channels);
        if (rng_.coin(0.5)) node.bias.assign(static_cast<std::size_t>(channels), number(0.5));
        BatchNorm bn;
        for (int o = 0; o < channels; ++o) {
            bn.gamma.push_back(number(1.0 / std::sqrt(rows)) * (rng_.coin(0.1) ? -1 : 1));
            bn.beta.push_back(rng_.coin(0.5) ? 0 : number(0.5));
        }
        bn.mean.assign(bn.gamma.size(), 0);
        bn.variance.assign(bn.gamma.size(), 1);
        bn.epsilon = 0;
        node.batch_norm = bn;
        return node;
    }
    Window same() {
        const int y = rng_.uniform_int(0, 1);
        const int x = rng_.uniform_int(0, 1);
        return {2 * y + 1, 2 * x + 1, 1, 1, y, x, y, x};
    }
    Window any(const Shape& in) {
        if (rng_.coin(0.5)) return same();
        const int h = rng_.uniform_int(1, std::min(3, in.height));
        const int w = rng_.uniform_int(1, std::min(3, in.width));
        return {h,
                w,
                rng_.uniform_int(1, 2),
                rng_.uniform_int(1, 2),
                rng_.uniform_int(0, 1),
                rng_.uniform_int(0, 1),
                rng_.uniform_int(0, 1),
                rng_.uniform_int(0, 1)};
    }

    // Of codes whose scales differ between channels only a depthwise one.
    int add_conv(int source, bool by_channel) {
        const TensorInfo in = at(source);
        const bool depthwise = !in.quantizer->scale.is_uniform() || rng_.coin(0.2);
        const int channels =
            depthwise ? in.shape.channels * rng_.uniform_int(1, 2) : rng_.uniform_int(1, 6);
        ConvNode node = conv(source, any(in.shape), channels, depthwise ? in.shape.channels : 1);
        node.activation = quantizer(channels, 8, by_channel);
        return append(std::move(node));
    }

    void add_any() {
        const TensorInfo in = at(current_);
        const bool uniform = in.quantizer->scale.is_uniform();
        const double kind = rng_.uniform(0, 1);
        if (!uniform || kind < 0.25)
            current_ = add_conv(current_, true);
        else if (kind < 0.45)
            add_open_branches(in);
        else if (kind < 0.6)
            add_quantized_branches(in);
        else if (kind < 0.8)
            add_concat(in);
        else
            add_pool(in);
    }

    // quantize(clip(conv + conv)), the sum perhaps read by two quantizers.
    void add_open_branches(const TensorInfo& in) {
        const int channels = rng_.uniform_int(1, 6);
        const int first = append(conv(current_, same(), channels, 1));
        ConvNode second = conv(current_, same(), channels, 1);
        second.shortcut = Shortcut{first, 1, 0};
        static_cast<void>(in);
        if (rng_.coin(0.5)) {
            second.activation = quantizer(channels, 8, true);
            current_ = append(std::move(second));
            return;
        }
        if (rng_.coin(0.5)) second.clip.low = 0;
        const int sum = append(std::move(second));
        current_ = append(QuantizeNode{name("quantize"), sum, quantizer(channels, 8, true)});
    }

    // quantize(codes + codes)
    void add_quantized_branches(const TensorInfo& in) {
        ConvNode branch = conv(current_, same(), in.shape.channels, 1);
        branch.activation = quantizer(in.shape.channels, 8, false);
        const int first = append(std::move(branch));
        QuantizeNode sum{name("sum"), rng_.coin(0.5) ? first : current_, std::nullopt};
        sum.shortcut = Shortcut{sum.source == first ? current_ : first, 1, 0};
        if (current_ < 0) sum.source = first;
        sum.activation = quantizer(in.shape.channels, 8, true);
        current_ = append(std::move(sum));
    }

    void add_concat(const TensorInfo& in) {
        ConvNode branch = conv(current_, same(), rng_.uniform_int(1, 4), 1);
        branch.activation = quantizer(branch.out_channels, 8, false);
        const int first = append(std::move(branch));
        ConcatNode joined{name("concat"), {current_, first}};
        if (rng_.coin(0.3)) joined.sources.push_back(first);
        const int both = append(std::move(joined));
        ConvNode next = conv(both, any(in.shape), rng_.uniform_int(1, 6), 1);
        next.activation = quantizer(next.out_channels, 8, true);
        current_ = append(std::move(next));
    }

    void add_pool(const TensorInfo& in) {
        const int h = in.shape.height >= 2 ? 2 : 1;
        const int w = in.shape.width >= 2 ? 2 : 1;
        PoolNode pool{name("pool"), current_, PoolNode::Kind::max, {h, w, h, w, 0, 0, 0, 0}, {}};
        if (rng_.coin(0.5) && in.quantizer->zero.is_uniform()) {
            pool.kind = PoolNode::Kind::average;
            pool.activation = quantizer(in.shape.channels, 8, false);
        }
        current_ = append(std::move(pool));
    }

    void add_last() {
        TensorInfo in = at(current_);
        if (!in.quantizer->scale.is_uniform()) {
            current_ = add_conv(current_, false);
            in = at(current_);
        }
        ConvNode node = conv(current_, {in.shape.height, in.shape.width, 1, 1, 0, 0, 0, 0}, 3, 1);
        node.fully_connected = true;
        append(std::move(node));
    }

    Rng& rng_;
    const bool dyadic_;
    Network network_;
    int current_ = -1;
};

}  // namespace

Network random_foreign_network(Rng& rng, bool dyadic) {
    return ForeignNetwork(rng, dyadic).build();
}

}  // namespace cimarron::test
