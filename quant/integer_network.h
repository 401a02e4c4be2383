// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/geometry.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace cimarron {

// Fixed-point affine of one output channel, applied to the signed dot product P and the window sum
// M:
//   v = a * P + c * M + d
struct ChannelAffine {
    std::int32_t a = 1;
    std::int32_t c = 0;
    std::int64_t d = 0;
};

// One matrix-vector product per window position, then the affine.
//
// Weights are unsigned codes u of weight_bits bits, as cells and bit slices hold them; they stand
// for the odd integers W = 2u - (2^weight_bits - 1), so a 1-bit weight is -1 or +1. With q the
// input codes:
//   N = sum u * q (what the columns give),  M = sum q (digital),
//   P = sum W * q = 2 N - (2^weight_bits - 1) M.
// Output: code = clamp((a P + c M + d + 2^(shift-1)) >> shift, 0, 2^output_bits - 1),
// or, when output_bits is 0 (logits), v itself; its unit is 2^-shift.
struct MvmLayer {
    std::string name;
    Shape input;
    Shape output;
    Window window;
    int input_bits = 8;                 // 1..8
    int weight_bits = 1;                // 1..8
    int output_bits = 0;                // 0 = logits, else 1..8
    int shift = 0;                      // fraction bits of a, c, d; >= 1
    std::vector<std::uint8_t> weights;  // [o][ky][kx][c]: row order of the crossbar
    std::vector<ChannelAffine> affine;  // per output channel

    int rows() const { return window.kernel_h * window.kernel_w * input.channels; }
    std::int64_t macs() const { return std::int64_t{rows()} * output.size(); }
};

// Pooling of codes. max: the largest code; average: code = clamp((a * sum + d + 2^(shift-1)) >>
// shift, 0, ...). Zero padding takes part as code 0 (neutral for max, since codes are unsigned).
struct PoolLayer {
    enum class Kind { max, average };
    std::string name;
    Kind kind = Kind::max;
    Shape input;
    Shape output;
    Window window;
    int bits = 8;         // of the input
    int output_bits = 8;  // equals bits for max
    std::int32_t a = 1;   // average only
    std::int64_t d = 0;
    int shift = 1;
};

using Layer = std::variant<MvmLayer, PoolLayer>;

// What the hardware executes, exactly. A chain: layer i reads layer i - 1.
struct IntegerNetwork {
    std::string name;
    Shape input;
    int input_bits = 8;
    std::vector<Layer> layers;

    const MvmLayer& last_mvm() const;
    int classes() const { return last_mvm().output.size(); }
    std::int64_t macs() const;
    // Bits of the activations between binary layers: the widest output code of all but the layer
    // before the last MVM; with fewer than three MVM layers, the widest of all. What users call the
    // network's bitwidth.
    int activation_bits() const;
};

// Throws UserError (naming the layer) unless shapes chain, sizes match, codes and bits are in
// range, the first layer is an MVM and only the last MVM gives logits.
void validate(const IntegerNetwork& network);

// Shared by the reference, the hardware and the tests: the one definition of the arithmetic.
inline std::int64_t affine_value(const ChannelAffine& k, std::int64_t p, std::int64_t m) {
    return k.a * p + k.c * m + k.d;
}
inline std::uint8_t requantize(std::int64_t v, int shift, int bits) {
    const std::int64_t code = (v + (std::int64_t{1} << (shift - 1))) >> shift;
    const std::int64_t top = (std::int64_t{1} << bits) - 1;
    return static_cast<std::uint8_t>(code < 0 ? 0 : code > top ? top : code);
}

}  // namespace cimarron
