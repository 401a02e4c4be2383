// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cimarron {

// What becomes of a value between two integers. half_even: to the nearer one, from the middle to
// the even one, as ONNX rounds. half_up: from the middle upwards. floor: downwards.
enum class Rounding { half_even, half_up, floor };

double rounded(double value, Rounding rounding);

// One number for all channels of a tensor, or one for each.
class PerChannel {
public:
    PerChannel(double all) : values_{all} {}
    PerChannel(std::vector<double> each) : values_(std::move(each)) {}

    double operator[](std::size_t channel) const {
        return values_[values_.size() == 1 ? 0 : channel];
    }
    const std::vector<double>& values() const { return values_; }  // one, or one of each channel
    bool is_uniform() const;                                       // the same for all channels
    bool fits(int channels) const;
    friend bool operator==(const PerChannel& a, const PerChannel& b) {
        return a.values_ == b.values_;
    }
    friend bool operator!=(const PerChannel& a, const PerChannel& b) { return !(a == b); }

private:
    std::vector<double> values_;
};

// From real values to integers and back:
//   code = clamp(round(x / step + offset), low, high),   value = scale (code - zero)
// 1 to 8 bits: codes of activations, unsigned, 0 <= low <= high < 2^bits. A ReLU in front of the
// quantizer is low = round(offset), a clip at 6 is high = round(6 / step + offset): rounding is
// monotone, so both are exact. 9 to 32 bits: a stream, signed, as residual adds read it.
// Most quantizers have scale = step and zero = offset. Those that do not: activations of -1 and +1
// (step = scale = 2, offset 1, zero 1/2, floor), codes that constants scale or shift before their
// reader takes them (normalised images).
struct ActivationQuantizer {
    int bits = 8;
    PerChannel step = 1.0;
    PerChannel offset = 0.0;
    std::int64_t low = 0;
    std::int64_t high = 255;
    Rounding rounding = Rounding::half_up;
    PerChannel scale = 1.0;
    PerChannel zero = 0.0;

    ActivationQuantizer() = default;
    // Whole range of `bits`, scale = step, offset = zero.
    ActivationQuantizer(int bits, PerChannel step, double zero = 0,
                        Rounding rounding = Rounding::half_up);

    std::int64_t code(double x, std::size_t channel = 0) const;
    double value(std::int64_t code, std::size_t channel = 0) const {
        return scale[channel] * (static_cast<double>(code) - zero[channel]);
    }
    friend bool operator==(const ActivationQuantizer& a, const ActivationQuantizer& b);
    friend bool operator!=(const ActivationQuantizer& a, const ActivationQuantizer& b) {
        return !(a == b);
    }
};

}  // namespace cimarron
