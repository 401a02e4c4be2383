// SPDX-License-Identifier: Apache-2.0
// Compiled with -fno-trapping-math, as staircase.cpp.
#include "trainer/norm_kernels.h"

#include "common/multiversion.h"
#include "trainer/staircase_cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

namespace cimarron {
namespace {

// Channels stand side by side: some rows make one block whose lanes fill vectors. Lane l is channel
// l % channels, so that the first lanes of a block serve the rows left over.
constexpr std::int64_t kLanes = 8;     // of a loop whose sums stay in registers
constexpr std::int64_t kBlocks = 256;  // between two additions to the sums in double

struct Lanes {
    std::int64_t channels;
    std::int64_t width;   // of a block
    std::int64_t blocks;  // whole ones
    std::int64_t rows_left;

    Lanes(std::int64_t rows, std::int64_t c)
        : channels(c),
          width(std::lcm(c, kLanes)),
          blocks(rows / (width / c)),
          rows_left(rows % (width / c)) {}

    std::vector<float> repeat(const std::vector<float>& values) const {
        std::vector<float> result(static_cast<std::size_t>(width));
        for (std::size_t l = 0; l < result.size(); ++l) result[l] = values[l % values.size()];
        return result;
    }
    // work(first value, blocks, lanes of a block) in order.
    template <class Work>
    void for_chunks(const Work& work) const {
        for (std::int64_t b = 0; b < blocks; b += kBlocks) {
            work(b * width, std::min(kBlocks, blocks - b), width);
        }
        if (rows_left > 0) work(blocks * width, rows_left, channels);
    }
};

// Calls loop(lane, number of lanes as a constant) for a block's lanes, kLanes at a time. Rows left
// over may have fewer.
template <class Loop>
CIMARRON_INLINE inline void for_lanes(std::int64_t width, const Loop& loop) {
    std::int64_t lane = 0;
    for (; lane + kLanes <= width; lane += kLanes) {
        loop(lane, std::integral_constant<std::int64_t, kLanes>{});
    }
    for (; lane < width; ++lane) loop(lane, std::integral_constant<std::int64_t, 1>{});
}

// A few values side by side, in registers.
template <std::int64_t kCount>
struct Register {
    float v[kCount];
    explicit Register(const float* from) {
        for (std::int64_t l = 0; l < kCount; ++l) v[l] = from[l];
    }
    Register() {
        for (std::int64_t l = 0; l < kCount; ++l) v[l] = 0;
    }
    void store(float* to) const {
        for (std::int64_t l = 0; l < kCount; ++l) to[l] = v[l];
    }
};

// Sums of lanes within a chunk, and of channels over all chunks.
class ChannelSums {
public:
    explicit ChannelSums(const Lanes& lanes)
        : lane_(static_cast<std::size_t>(lanes.width)),
          total_(static_cast<std::size_t>(lanes.channels)) {}
    float* lanes() { return lane_.data(); }
    void next_chunk() {
        for (std::size_t l = 0; l < lane_.size(); ++l) {
            total_[l % total_.size()] += static_cast<double>(lane_[l]);
        }
        std::fill(lane_.begin(), lane_.end(), 0.0F);
    }
    const std::vector<double>& totals() const { return total_; }
    double all() const { return std::accumulate(total_.begin(), total_.end(), 0.0); }

private:
    std::vector<float> lane_;
    std::vector<double> total_;
};

CIMARRON_MULTIVERSION
void moments_chunk(const float* x, std::int64_t blocks, std::int64_t width, const float* about,
                   float* sums, float* squares) {
    for_lanes(width, [&](std::int64_t lane, auto lanes) CIMARRON_INLINE {
        constexpr std::int64_t kCount = decltype(lanes)::value;
        const Register<kCount> shift(about + lane);
        Register<kCount> sum;
        Register<kCount> square;
        const float* at = x + lane;
        for (std::int64_t b = 0; b < blocks; ++b, at += width) {
            for (std::int64_t l = 0; l < kCount; ++l) {
                const float d = at[l] - shift.v[l];
                sum.v[l] += d;
                square.v[l] += d * d;
            }
        }
        sum.store(sums + lane);
        square.store(squares + lane);
    });
}

// What a tail makes of v; those of the staircase are its cells.
struct ReluCells {
    CellGradient at(float u, float) const { return {u > 0 ? 1.0F : 0.0F, 0, 0}; }
};

template <class Work>
CIMARRON_INLINE inline void with_tail(const NormTail& tail, const Work& work) {
    if (tail.kind == NormTail::Kind::relu) return work(ReluCells{});
    switch (tail.staircase) {
        case Staircase::soft_clip:
            return work(SoftClipCells{});
        case Staircase::ripple:
            return work(RippleCells{tail.shape});
        case Staircase::tanh_cells:
            return work(TanhCells(tail.shape));
        case Staircase::clip:
            return work(ClipCells{});
        case Staircase::straight_through:
        case Staircase::sigmoids:  // no staircase going forward: never fused
            break;
    }
    work(StraightThroughCells{});
}

struct ForwardChunk {
    std::int64_t blocks, width;
    const float *x, *shortcut, *scale, *offset;
    float *sum, *codes, *largest;
    float inverse, step, top;
};

template <std::int64_t kCount>
CIMARRON_INLINE inline void forward_loop(const ForwardChunk& c, NormTail::Kind tail,
                                         std::int64_t lane) {
    const Register<kCount> scale(c.scale + lane);
    const Register<kCount> offset(c.offset + lane);
    Register<kCount> largest(c.largest + lane);
    const float inverse = c.inverse;
    const float step = c.step;
    const float top = c.top;
    for (std::int64_t b = 0; b < c.blocks; ++b) {
        const std::int64_t at = b * c.width + lane;
        Register<kCount> v(c.x + at);
        for (std::int64_t l = 0; l < kCount; ++l) v.v[l] = scale.v[l] * v.v[l] + offset.v[l];
        if (c.shortcut != nullptr) {
            const Register<kCount> shortcut(c.shortcut + at);
            for (std::int64_t l = 0; l < kCount; ++l) v.v[l] += shortcut.v[l];
        }
        if (c.sum != nullptr) {
            v.store(c.sum + at);
            for (std::int64_t l = 0; l < kCount; ++l) {
                largest.v[l] = std::max(largest.v[l], std::fabs(v.v[l]));
            }
        }
        if (tail == NormTail::Kind::none) continue;
        if (tail == NormTail::Kind::relu) {
            for (std::int64_t l = 0; l < kCount; ++l) v.v[l] = std::max(v.v[l], 0.0F);
        } else {
            for (std::int64_t l = 0; l < kCount; ++l) {
                v.v[l] = round_to_even(clamp_code(v.v[l] * inverse, top)) * step;
            }
        }
        v.store(c.codes + at);
    }
    largest.store(c.largest + lane);
}

CIMARRON_MULTIVERSION
void forward_chunk(NormTail::Kind tail, const ForwardChunk& c) {
    for_lanes(c.width, [&](std::int64_t lane, auto lanes) CIMARRON_INLINE {
        forward_loop<decltype(lanes)::value>(c, tail, lane);
    });
}

struct BackwardChunk {
    std::int64_t blocks, width;
    const float *x, *sum, *sum_gradient, *codes_gradient, *scale, *offset, *mean;
    float* v_gradient;
    float *by_offset, *by_centred, *by_step, *by_shape;
    float inverse, top;
};

// The gradient of v, and what it sums to. A block of kLanes is so much work that whether a pointer
// is there costs nothing.
template <std::int64_t kCount, class Cells>
CIMARRON_INLINE inline void gradient_loop(const Cells& cells, const BackwardChunk& c,
                                          std::int64_t lane) {
    const Register<kCount> scale(c.scale + lane);
    const Register<kCount> offset(c.offset + lane);
    const Register<kCount> mean(c.mean + lane);
    Register<kCount> by_offset;
    Register<kCount> by_centred;
    Register<kCount> by_step;
    Register<kCount> by_shape;
    const float inverse = c.inverse;
    const float top = c.top;
    for (std::int64_t b = 0; b < c.blocks; ++b) {
        const std::int64_t at = b * c.width + lane;
        const Register<kCount> x(c.x + at);
        Register<kCount> g;
        if (c.sum_gradient != nullptr) g = Register<kCount>(c.sum_gradient + at);
        if (c.codes_gradient != nullptr) {
            Register<kCount> v;
            for (std::int64_t l = 0; l < kCount; ++l) v.v[l] = scale.v[l] * x.v[l] + offset.v[l];
            if (c.sum != nullptr) v = Register<kCount>(c.sum + at);
            const Register<kCount> by_codes(c.codes_gradient + at);
            for (std::int64_t l = 0; l < kCount; ++l) {
                const CellGradient cell = cells.at(v.v[l] * inverse, top);
                g.v[l] += by_codes.v[l] * cell.slope;
                by_step.v[l] += by_codes.v[l] * cell.step;
                by_shape.v[l] += by_codes.v[l] * cell.shape;
            }
        }
        for (std::int64_t l = 0; l < kCount; ++l) {
            by_offset.v[l] += g.v[l];
            by_centred.v[l] += g.v[l] * (x.v[l] - mean.v[l]);
        }
        g.store(c.v_gradient + at);
    }
    by_offset.store(c.by_offset + lane);
    by_centred.store(c.by_centred + lane);
    by_step.store(c.by_step + lane);
    by_shape.store(c.by_shape + lane);
}

CIMARRON_MULTIVERSION
void gradient_chunk(const NormTail& tail, const BackwardChunk& c) {
    with_tail(tail, [&](const auto& cells) CIMARRON_INLINE {
        for_lanes(c.width, [&](std::int64_t lane, auto lanes) CIMARRON_INLINE {
            gradient_loop<decltype(lanes)::value>(cells, c, lane);
        });
    });
}

// dx = scale (g - mean(g) - slope (x - mean)).
CIMARRON_MULTIVERSION
void input_gradient(const float* __restrict x, const float* __restrict g, std::int64_t blocks,
                    std::int64_t width, const float* __restrict scale,
                    const float* __restrict slope, const float* __restrict constant,
                    float* __restrict dx) {
    for (std::int64_t b = 0; b < blocks; ++b) {
        const std::int64_t at = b * width;
        for (std::int64_t l = 0; l < width; ++l) {
            dx[at + l] = scale[l] * g[at + l] - (slope[l] * x[at + l] + constant[l]);
        }
    }
}

const float* offset_by(const float* p, std::int64_t at) {
    return p == nullptr ? nullptr : p + at;
}
float* offset_by(float* p, std::int64_t at) {
    return p == nullptr ? nullptr : p + at;
}

float top_of(const NormTail& tail) {
    return static_cast<float>((std::int64_t{1} << tail.bits) - 1);
}

void write_input_gradient(const NormBackward& job, const Lanes& lanes,
                          const std::vector<double>& by_offset,
                          const std::vector<double>& by_centred) {
    const auto count = static_cast<double>(job.rows);
    std::vector<float> slope;
    std::vector<float> constant;
    for (std::size_t c = 0; c < job.scale.size(); ++c) {
        const double scale = static_cast<double>(job.scale[c]);
        const double inverse = static_cast<double>(job.inverse_deviation[c]);
        const double k = scale * inverse * inverse * by_centred[c] / count;
        slope.push_back(static_cast<float>(k));
        constant.push_back(static_cast<float>(scale * by_offset[c] / count -
                                              k * static_cast<double>(job.mean[c])));
    }
    const std::vector<float> scales = lanes.repeat(job.scale);
    const std::vector<float> slopes = lanes.repeat(slope);
    const std::vector<float> constants = lanes.repeat(constant);
    lanes.for_chunks([&](std::int64_t at, std::int64_t blocks, std::int64_t width) {
        input_gradient(job.x + at, job.v_gradient + at, blocks, width, scales.data(), slopes.data(),
                       constants.data(), job.x_gradient + at);
    });
}

}  // namespace

NormMoments norm_moments(const float* x, std::int64_t rows, std::int64_t channels,
                         const float* about) {
    const Lanes lanes(rows, channels);
    const std::vector<float> shift = lanes.repeat({about, about + channels});
    ChannelSums sum(lanes);
    ChannelSums squares(lanes);
    lanes.for_chunks([&](std::int64_t at, std::int64_t blocks, std::int64_t width) {
        moments_chunk(x + at, blocks, width, shift.data(), sum.lanes(), squares.lanes());
        sum.next_chunk();
        squares.next_chunk();
    });
    NormMoments result;
    for (std::size_t c = 0; c < sum.totals().size(); ++c) {
        const double d = sum.totals()[c] / static_cast<double>(rows);
        const double square = squares.totals()[c] / static_cast<double>(rows);
        result.mean.push_back(static_cast<double>(about[c]) + d);
        result.variance.push_back(std::max(square - d * d, 0.0));
    }
    return result;
}

float norm_forward(const NormForward& job) {
    const Lanes lanes(job.rows, job.channels);
    const std::vector<float> scale = lanes.repeat(job.scale);
    const std::vector<float> offset = lanes.repeat(job.offset);
    std::vector<float> largest(scale.size());
    const float step = job.tail.step;
    lanes.for_chunks([&](std::int64_t at, std::int64_t blocks, std::int64_t width) {
        forward_chunk(job.tail.kind,
                      {blocks, width, job.x + at, offset_by(job.shortcut, at), scale.data(),
                       offset.data(), offset_by(job.sum, at), offset_by(job.codes, at),
                       largest.data(), 1.0F / step, step, top_of(job.tail)});
    });
    return *std::max_element(largest.begin(), largest.end());
}

NormGradients norm_backward(const NormBackward& job) {
    const Lanes lanes(job.rows, job.channels);
    const std::vector<float> scale = lanes.repeat(job.scale);
    const std::vector<float> offset = lanes.repeat(job.offset);
    const std::vector<float> mean = lanes.repeat(job.mean);
    ChannelSums by_offset(lanes);
    ChannelSums by_centred(lanes);
    ChannelSums by_step(lanes);
    ChannelSums by_shape(lanes);
    lanes.for_chunks([&](std::int64_t at, std::int64_t blocks, std::int64_t width) {
        gradient_chunk(
            job.tail,
            {blocks, width, job.x + at, offset_by(job.sum, at), offset_by(job.sum_gradient, at),
             offset_by(job.codes_gradient, at), scale.data(), offset.data(), mean.data(),
             job.v_gradient + at, by_offset.lanes(), by_centred.lanes(), by_step.lanes(),
             by_shape.lanes(), 1.0F / job.tail.step, top_of(job.tail)});
        for (ChannelSums* sums : {&by_offset, &by_centred, &by_step, &by_shape}) {
            sums->next_chunk();
        }
    });
    write_input_gradient(job, lanes, by_offset.totals(), by_centred.totals());
    NormGradients result;
    for (std::size_t c = 0; c < job.scale.size(); ++c) {
        result.offset.push_back(static_cast<float>(by_offset.totals()[c]));
        result.scale.push_back(static_cast<float>(by_centred.totals()[c] *
                                                  static_cast<double>(job.inverse_deviation[c])));
    }
    result.step = by_step.all();
    result.shape = by_shape.all() * static_cast<double>(job.tail.step);
    return result;
}

}  // namespace cimarron
