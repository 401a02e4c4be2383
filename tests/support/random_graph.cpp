// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_graph.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace cimarron::test {

namespace {

class RandomGraph {
public:
    RandomGraph(Rng& rng, const RandomGraphOptions& options) : rng_(rng), options_(options) {
        network_.name = "graph";
        network_.input = {rng.uniform_int(1, 4), rng.uniform_int(1, 8), rng.uniform_int(1, 8)};
        network_.input_bits = rng.uniform_int(1, 8);
        add_mvm(-1, false);
        for (int i = rng.uniform_int(0, options.max_layers); i > 0; --i) add_any();
        add_mvm(codes(source()), true);
        drop_unread();
        validate(network_);
    }
    IntegerNetwork take() { return std::move(network_); }

private:
    int last() const { return static_cast<int>(network_.layers.size()) - 1; }
    int any() { return rng_.uniform_int(0, last()); }
    int source() { return options_.branches && rng_.coin(0.4) ? any() : last(); }

    void add_any() {
        const double kind = rng_.uniform(0.0, 1.0);
        if (kind < 0.2)
            add_pool(codes(source()));
        else if (kind < 0.3)
            add_quantize(source());
        else if (kind < 0.4 && options_.branches)
            add_sum();
        else if (kind < 0.5 && options_.branches)
            add_mvm(-1, false);
        else
            add_mvm(codes(source()), false);
    }

    // The layer, or a quantizer of it when it gives a stream.
    int codes(int source) {
        return is_stream(network_.bits_of(source)) || rng_.coin(0.1) ? add_quantize(source)
                                                                     : source;
    }

    Window window(const Shape& in) {
        Window w;
        if (rng_.coin(0.5)) return {3, 3, 1, 1, 1, 1, 1, 1};  // keeps the size
        w.pad_top = rng_.uniform_int(0, 1);
        w.pad_bottom = rng_.uniform_int(0, 1);
        w.pad_left = rng_.uniform_int(0, 1);
        w.pad_right = rng_.uniform_int(0, 1);
        w.kernel_h = rng_.uniform_int(1, std::min(4, in.height + w.pad_top + w.pad_bottom));
        w.kernel_w = rng_.uniform_int(1, std::min(4, in.width + w.pad_left + w.pad_right));
        w.stride_h = rng_.coin(0.7) ? 1 : 2;
        w.stride_w = rng_.coin(0.7) ? 1 : 2;
        return w;
    }

    std::string name() const { return "layer" + std::to_string(last() + 1); }

    int add_quantize(int source) {
        QuantizeLayer q;
        q.name = name();
        q.source = source;
        q.shape = network_.shape_of(source);
        q.input_bits = network_.bits_of(source);
        q.output_bits = rng_.uniform_int(1, 8);
        q.shift = rng_.uniform_int(1, 12);
        const double gain = std::exp2(q.shift + q.output_bits - std::min(q.input_bits, 20));
        const auto factor = [&] {
            return 1 + static_cast<std::int32_t>(gain * rng_.uniform(0.5, 2));
        };
        q.a = factor();
        q.d = rng_.coin(0.5) ? 0
                             : static_cast<std::int64_t>(std::exp2(q.shift) * rng_.uniform(-8, 8));
        if (rng_.coin(0.3))
            for (int c = 0; c < q.shape.channels; ++c)
                q.channels.emplace_back(factor(), 0, q.d, rng_.coin(0.8) ? 0 : 3);
        round(q);
        network_.layers.emplace_back(q);
        return last();
    }

    // A convolution without a residual, and an earlier layer's output added to its own.
    void add_sum() {
        const int before = last();
        add_mvm(codes(source()), false);
        auto& conv = std::get<MvmLayer>(network_.layers.back());
        conv.residual.reset();
        const int first_own = std::min(before, last() - 1) + 1;
        const int source = last();
        std::optional<Residual> r = residual(conv.output);
        if (!r || r->source >= first_own) return;
        r->r = rng_.uniform_int(-2000, 2000);
        r->up = rng_.coin(0.8) ? 0 : 2;
        add_quantize(source);
        auto& sum = std::get<QuantizeLayer>(network_.layers.back());
        sum.residual = r;
        if (rng_.coin(0.3)) sum.output_bits = rng_.uniform_int(9, 32);
        sum.range.reset();
    }

    void add_pool(int source) {
        PoolLayer p;
        p.name = name();
        p.source = source;
        p.kind = rng_.coin(0.5) ? PoolLayer::Kind::max : PoolLayer::Kind::average;
        p.input = network_.shape_of(source);
        p.window = window(p.input);
        p.output = {p.input.channels, p.window.out_height(p.input.height),
                    p.window.out_width(p.input.width)};
        p.bits = network_.bits_of(source);
        p.output_bits = p.bits;
        if (p.kind == PoolLayer::Kind::average) {
            p.output_bits = rng_.uniform_int(1, 8);
            p.shift = 10;
            p.a = (1 << (10 + p.output_bits)) /
                  (p.window.kernel_h * p.window.kernel_w * (1 << p.bits));
            p.d = rng_.uniform_int(-500, 500);
            p.pad_code = pad_code(p.bits);
            round(p);
        }
        network_.layers.emplace_back(p);
    }

    void add_mvm(int source, bool logits) {
        MvmLayer l;
        l.name = name();
        l.source = source;
        l.input = network_.shape_of(source);
        l.input_bits = network_.bits_of(source);
        l.window = window(l.input);
        l.groups = rng_.coin(0.6) ? 1 : divisor(l.input.channels);
        l.output = {l.groups * rng_.uniform_int(1, l.groups > 1 ? 3 : 9),
                    l.window.out_height(l.input.height), l.window.out_width(l.input.width)};
        l.weight_bits = rng_.coin(0.7) ? 1 : rng_.uniform_int(2, 8);
        l.output_bits = logits           ? 0
                        : rng_.coin(0.6) ? rng_.uniform_int(1, 8)
                        : rng_.coin(0.6) ? rng_.uniform_int(9, 16)
                                         : rng_.uniform_int(17, 32);
        l.pad_code = pad_code(l.input_bits);
        if (rng_.coin(logits ? 0.2 : 0.7)) l.residual = residual(l.output);
        add_numbers(l);
        if (!logits) round(l);
        network_.layers.push_back(l);
    }

    int divisor(int n) {
        int d = rng_.uniform_int(1, n);
        while (n % d != 0) --d;
        return rng_.coin(0.5) ? n : d;
    }

    std::uint8_t pad_code(int bits) {
        return rng_.coin(0.6) ? std::uint8_t{0}
                              : static_cast<std::uint8_t>(rng_.uniform_int(0, (1 << bits) - 1));
    }

    template <class L>
    void round(L& l) {
        l.rounding = static_cast<Rounding>(rng_.uniform_int(0, 2));
        if (rng_.coin(0.7)) return;
        const CodeRange all = whole_range(l.output_bits);
        const std::int64_t size = std::int64_t{all.high} - all.low;
        const auto part = [&](double least, double most) {
            return static_cast<std::int32_t>(
                all.low +
                static_cast<std::int64_t>(static_cast<double>(size) * rng_.uniform(least, most)));
        };
        l.range = CodeRange{part(0, 0.4), part(0.6, 1)};
    }

    std::optional<Residual> residual(const Shape& output) {
        for (int tries = 0; tries < 20 && !network_.layers.empty(); ++tries) {
            Residual r;
            r.source = any();
            r.input = network_.shape_of(r.source);
            r.bits = network_.bits_of(r.source);
            r.stride = rng_.coin(0.7) ? 1 : rng_.uniform_int(2, 3);
            if ((r.input.height - 1) / r.stride + 1 != output.height ||
                (r.input.width - 1) / r.stride + 1 != output.width ||
                r.input.channels > output.channels)
                continue;
            r.channel_offset = rng_.uniform_int(0, output.channels - r.input.channels);
            return r;
        }
        return std::nullopt;
    }

    void add_numbers(MvmLayer& l) {
        for (int i = 0; i < l.output.channels * l.rows(); ++i)
            l.weights.push_back(
                static_cast<std::uint8_t>(rng_.uniform_int(0, (1 << l.weight_bits) - 1)));
        const double spread = std::sqrt(l.rows()) * std::exp2(l.input_bits + l.weight_bits - 2);
        l.shift = rng_.uniform_int(8, 14);
        const double unit = std::exp2(l.shift + std::clamp(l.output_bits, 4, 16)) / spread;
        for (int o = 0; o < l.output.channels; ++o)
            l.affine.push_back({static_cast<std::int32_t>(unit * rng_.uniform(-0.5, 1.0)),
                                static_cast<std::int32_t>(unit * rng_.uniform(-0.1, 0.1)),
                                static_cast<std::int64_t>(unit * rng_.uniform(-1.0, 1.0)),
                                rng_.coin(0.95) ? 0 : rng_.uniform_int(1, 6)});
        if (rng_.coin(0.3)) {
            const BorderClasses classes(l.input, l.output, l.window);
            for (int i = 0; i < classes.count() * l.output.channels; ++i)
                l.border.push_back(i < l.output.channels
                                       ? 0
                                       : static_cast<std::int64_t>(unit * rng_.uniform(-1.0, 1.0)));
        }
        if (!l.residual) return;
        const double gain =
            std::exp2(l.shift + std::clamp(l.output_bits, 4, 16) - std::min(l.residual->bits, 16)) *
            rng_.uniform(-1.0, 1.0);
        l.residual->up = gain > 1e8 || rng_.coin(0.2) ? 4 : 0;
        l.residual->r = static_cast<std::int32_t>(std::ldexp(gain, -l.residual->up));
    }

    // Layers that nobody reads, until all but the last are read.
    void drop_unread() {
        for (int i = last() - 1; i >= 0; --i) {
            bool read = false;
            for (const Layer& layer : network_.layers)
                read |= source_of(layer) == i ||
                        (residual_of(layer) != nullptr && residual_of(layer)->source == i);
            if (!read) erase(i);
        }
    }

    void erase(int index) {
        network_.layers.erase(network_.layers.begin() + index);
        const auto renumber = [index](int& source) { source -= source > index; };
        for (Layer& layer : network_.layers) {
            std::visit([&](auto& l) { renumber(l.source); }, layer);
            auto* mvm = std::get_if<MvmLayer>(&layer);
            if (mvm != nullptr && mvm->residual) renumber(mvm->residual->source);
            auto* quantize = std::get_if<QuantizeLayer>(&layer);
            if (quantize != nullptr && quantize->residual) renumber(quantize->residual->source);
        }
    }

    Rng& rng_;
    const RandomGraphOptions options_;
    IntegerNetwork network_;
};

}  // namespace

IntegerNetwork random_graph(Rng& rng, const RandomGraphOptions& options) {
    return RandomGraph(rng, options).take();
}

}  // namespace cimarron::test
