// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/fast_cos.h"
#include "trainer/fast_exp.h"
#include "trainer/round_to_even.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

inline float clamp_code(float u, float top) {
    return std::min(std::max(u, 0.0F), top);
}

// What one element contributes to the gradients, in units of one step: d psi / du, and the
// derivatives by the step and by the shape.
struct CellGradient {
    float slope = 0;
    float step = 0;
    float shape = 0;
};

// One struct per staircase of trainer/staircase.h.
struct StraightThroughCells {
    CellGradient at(float u, float top) const {
        const float c = clamp_code(u, top);
        const float slope = u == c ? 1.0F : 0.0F;
        return {slope, round_to_even(c) - c * slope, 0};
    }
};

struct SoftClipCells {
    CellGradient at(float u, float top) const {
        const float c = clamp_code(u, top);
        const float slope = clamp_code(std::min(u, top - u) + 0.5F, 1);
        return {slope, round_to_even(c) - (u == c ? c : 0.0F), 0};
    }
};

struct RippleCells {
    float shape;
    CellGradient at(float u, float top) const {
        const float c = clamp_code(u, top);
        const float slope = u == c ? 1 - shape * cos_of_turns(c) : 0.0F;
        return {slope, round_to_even(c) - c * slope, 0};
    }
};

struct ClipCells {
    CellGradient at(float u, float top) const {
        const float c = clamp_code(u, top);
        return {u == c ? 1.0F : 0.0F, u > c ? top : 0.0F, 0};
    }
};

struct TanhCells {
    float shape;
    float edge;  // tanh(shape / 2)
    explicit TanhCells(float k) : shape(k), edge(std::tanh(k / 2)) {}
    CellGradient at(float u, float top) const {
        const float c = clamp_code(u, top);
        const float inside = u == c ? 1.0F : 0.0F;
        const float code = round_to_even(c);
        const float below = code > c ? code - 1 : code;
        const float v = c - std::min(below, top - 1) - 0.5F;
        const float t = 1 - 2 / (1 + fast_exp(2 * shape * v));
        const float slope = inside * shape * (1 - t * t) / (2 * edge);
        const float by_shape =
            v * (1 - t * t) / (2 * edge) - t * (1 - edge * edge) / (4 * edge * edge);
        return {slope, code - c * slope, inside * by_shape};
    }
};

// Terms farther than kReach / shape from u are 0 or 1 to float precision and are counted, not
// computed. kTerms: how many are nearer at the most, so that the loop unrolls; 0: any number.
constexpr float kReach = 17;
inline int near_sigmoids(float shape) {
    return static_cast<int>(2 * kReach / shape) + 1;
}
template <int kTerms>
struct SigmoidCells {
    float shape;
    template <class Term>
    float sum(float u, float top, const Term& term) const {
        const float reach = kReach / shape;
        const float lowest = u - reach + 0.5F;
        const float last = std::min(u + reach + 0.5F, top);
        const float code = round_to_even(clamp_code(lowest, top + 1));
        const float first = code < lowest ? code + 1 : code;
        float psi = std::min(std::max(first - 1, 0.0F), top);
        const int terms = kTerms > 0 ? kTerms : near_sigmoids(shape);
        for (int i = 0; i < terms; ++i) {
            const float k = first + static_cast<float>(i);
            const float sigma = 1 / (1 + fast_exp(-shape * (u - k + 0.5F)));
            psi += term(k >= 1 && k <= last ? sigma : 0.0F);
        }
        return psi;
    }
    float value(float u, float top) const {
        return sum(u, top, [](float sigma) { return sigma; });
    }
    CellGradient at(float u, float top) const {
        float slope = 0;
        const float psi = sum(u, top, [&](float sigma) {
            slope += shape * sigma * (1 - sigma);
            return sigma;
        });
        return {slope, psi - u * slope, 0};
    }
};

}  // namespace cimarron
