// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"
#include "quant/requantizer.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cimarron {

// Fixed-point affine of one output channel, applied to the signed dot product P and the window sum
// M:
//   v = ((a * P + c * M) << up) + d
// `up` is for channels whose gain is far beyond the others': their coefficients keep their leading
// bits and the others' do not lose theirs. A coefficient word of 128 bits: d has 58 of them.
struct ChannelAffine {
    std::int32_t a = 1;
    std::int32_t c = 0;
    std::int64_t d : 58;
    std::uint64_t up : 6;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // to bit-fields; lower() keeps within them
    ChannelAffine(std::int32_t of_p = 1, std::int32_t of_m = 0, std::int64_t offset = 0,
                  int more = 0)
        : a(of_p), c(of_m), d(offset), up(static_cast<std::uint64_t>(more)) {}
#pragma GCC diagnostic pop
};
static_assert(sizeof(ChannelAffine) == 16);
constexpr int kOffsetBits = 58;

// What a layer adds to its dot product: an earlier layer's output R, codes or stream.
//   v += (r * R[y * stride][x * stride][o - channel_offset]) << up, 0 where R has no such channel.
// Identity: stride 1, offset 0. Strided identity with zero channels ("option A"): stride 2, offset
// (O - C) / 2.
struct Residual {
    int source = 0;  // index of the layer that gives R
    Shape input;     // of R
    int bits = 12;   // of R
    int stride = 1;
    int channel_offset = 0;
    std::int32_t r = 1;
    int up = 0;
};

// One matrix-vector product per window position, then the affine.
//
// Weights are unsigned codes u of weight_bits bits, as cells and bit slices hold them; they stand
// for the odd integers W = 2u - (2^weight_bits - 1), so a 1-bit weight is -1 or +1. With q the
// input codes:
//   N = sum u * q (what the columns give),  M = sum q (digital),
//   P = sum W * q = 2 N - (2^weight_bits - 1) M,  v = a P + c M + d (+ residual).
// With groups, output channel o sees only the input channels of its group
// (o * groups / output.channels), and M is their sum.
// Padding is the code of the real 0. Where that is no code (activations of -1 and +1), padding is
// code 0 and `border` corrects v (BorderClasses).
// Output, by output_bits: 1..8 codes, 9..32 a stream, both requantizer()(v); 0 logits, v itself,
// whose unit is 2^-shift.
struct MvmLayer {
    std::string name;
    int source = -1;  // index of the layer whose output it reads, -1: the image
    Shape input;
    Shape output;
    Window window;
    int groups = 1;       // divides the channels of input and output
    int input_bits = 8;   // 1..8
    int weight_bits = 1;  // 1..8
    int output_bits = 0;  // 0 = logits, 1..8 codes, 9..32 stream
    int shift = 0;        // fraction bits of a, c, d, r; >= 1
    Rounding rounding = Rounding::half_up;
    std::optional<CodeRange> range;  // none: all of output_bits
    std::uint8_t pad_code = 0;
    std::vector<std::uint8_t> weights;  // [o][ky][kx][c of its group]: row order of the crossbar
    std::vector<ChannelAffine> affine;  // per output channel
    std::vector<std::int64_t> border;   // [class of window][o], added to v; empty: none
    std::optional<Residual> residual;

    int rows() const {  // of one output channel
        return window.kernel_h * window.kernel_w * (input.channels / groups);
    }
    std::int64_t macs() const { return std::int64_t{rows()} * output.size(); }
    Requantizer requantizer() const;  // of codes and streams
};

// Pooling of codes. max: the largest code, padding is neutral; average: requantizer()(a * sum + d),
// padding is pad_code.
struct PoolLayer {
    enum class Kind { max, average };
    std::string name;
    int source = 0;
    Kind kind = Kind::max;
    Shape input;
    Shape output;
    Window window;
    int bits = 8;         // of the input
    int output_bits = 8;  // equals bits for max
    std::int32_t a = 1;   // average only
    std::int64_t d = 0;
    int shift = 1;
    Rounding rounding = Rounding::half_up;
    std::optional<CodeRange> range = {};
    std::uint8_t pad_code = 0;

    Requantizer requantizer() const;
};

// Element by element: requantizer()(a * x + d (+ residual)), a and d of the layer or of each
// channel. x are codes or a stream; so is what comes out, by output_bits.
struct QuantizeLayer {
    std::string name;
    int source = 0;
    Shape shape;
    int input_bits = 12;
    int output_bits = 8;  // 1..8 codes, 9..32 a stream
    std::int32_t a = 1;
    int shift = 1;
    std::int64_t d = 0;
    Rounding rounding = Rounding::half_up;
    std::optional<CodeRange> range = {};
    std::optional<Residual> residual = {};
    std::vector<ChannelAffine> channels = {};  // a and d of each, if they differ; their c is 0

    ChannelAffine affine(std::size_t channel) const {
        return channels.empty() ? ChannelAffine(a, 0, d) : channels[channel];
    }
    Requantizer requantizer() const;
};

using Layer = std::variant<MvmLayer, PoolLayer, QuantizeLayer>;

const std::string& name_of(const Layer& layer);
int source_of(const Layer& layer);
const Shape& output_of(const Layer& layer);
int output_bits_of(const Layer& layer);
const Residual* residual_of(const Layer& layer);  // nullptr: none

// What the hardware executes, exactly. A graph in topological order: a layer reads the image or
// earlier layers.
struct IntegerNetwork {
    std::string name;
    Shape input;
    int input_bits = 8;
    std::vector<Layer> layers;
    std::map<std::string, double> adc_lsb;  // as Network's

    // Of a layer's output, or of the image (-1).
    const Shape& shape_of(int source) const;
    int bits_of(int source) const;

    const MvmLayer& last_mvm() const;
    int classes() const { return last_mvm().output.size(); }
    std::int64_t macs() const;
    // Bits of the activations between binary layers: the widest input of the MVMs that read neither
    // the image nor feed the logits; with none such, of the last. What users call the network's
    // bitwidth.
    int activation_bits() const;
};

// Throws UserError (naming the layer) unless every layer fits what it reads, sizes match, codes and
// bits are in range, every output but the last has a reader, the first layer is an MVM, and only
// the last, an MVM too, gives logits.
void validate(const IntegerNetwork& network);

// Shared by the reference, the hardware and the tests: the one definition of the arithmetic.
inline std::int64_t affine_value(const ChannelAffine& k, std::int64_t p, std::int64_t m) {
    return (k.a * p + k.c * m) * (std::int64_t{1} << k.up) + k.d;
}
inline std::int64_t residual_term(const Residual& residual, std::int64_t value) {
    return residual.r * value * (std::int64_t{1} << residual.up);
}

// Where in R the residual of output (y, x, o) stands; -1 where R has no such channel.
inline std::ptrdiff_t residual_index(const Residual& residual, int y, int x, int o) {
    const int c = o - residual.channel_offset;
    const Shape& s = residual.input;
    if (c < 0 || c >= s.channels) return -1;
    return (std::ptrdiff_t{y} * residual.stride * s.width + std::ptrdiff_t{x} * residual.stride) *
               s.channels +
           c;
}

// The windows of a layer by how many of their rows and columns are padding: windows of a class have
// the same ones. Class 0 is not padded.
class BorderClasses {
public:
    BorderClasses(const Shape& input, const Shape& output, const Window& window);

    int count() const { return static_cast<int>(first_.size()); }
    int of(int y, int x) const {
        return rows_[static_cast<std::size_t>(y)] * columns_of_a_row_ +
               columns_[static_cast<std::size_t>(x)];
    }
    // A window of each class, (y, x).
    std::pair<int, int> example(int index) const { return first_[static_cast<std::size_t>(index)]; }

private:
    std::vector<int> rows_, columns_;  // classes along each axis, by output row and column
    int columns_of_a_row_ = 1;
    std::vector<std::pair<int, int>> first_;
};

}  // namespace cimarron
