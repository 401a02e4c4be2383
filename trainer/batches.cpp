// SPDX-License-Identifier: Apache-2.0
#include "trainer/batches.h"

#include "common/noise.h"
#include "common/rng.h"

#include <algorithm>
#include <numeric>

namespace cimarron {
namespace {

constexpr float kScale = 1.0F / 255.0F;
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // keeps the epochs' streams apart

struct Placement {
    int image = 0;
    int dy = 0;
    int dx = 0;
    bool flip = false;
    RandomCrop crop{1, 0.5, 0.5, 0.5, false};  // of an image in a file of its own
};

// Where part `part` of such an image's random numbers stands.
double uniform(std::uint64_t key, std::size_t position, int part) {
    return uniform_at(derive_key(key, position), static_cast<std::uint64_t>(part));
}

void place_file(const Dataset& data, const Placement& at, float* out) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(data.shape.size()));
    read_crop(data, at.image, at.crop, pixels.data());
    std::transform(pixels.begin(), pixels.end(), out,
                   [](std::uint8_t pixel) { return static_cast<float>(pixel) * kScale; });
}

void place(const Dataset& data, const Placement& at, float* out) {
    const Shape& s = data.shape;
    const std::uint8_t* pixels = data.image(at.image);
    for (int y = 0; y < s.height; ++y) {
        for (int x = 0; x < s.width; ++x) {
            const int from_y = y - at.dy;
            const int shifted = x - at.dx;
            const int from_x = at.flip ? s.width - 1 - shifted : shifted;
            const bool inside = from_y >= 0 && from_y < s.height && from_x >= 0 && from_x < s.width;
            const std::uint8_t* pixel = pixels + (from_y * s.width + from_x) * s.channels;
            for (int c = 0; c < s.channels; ++c) {
                *out++ = inside ? static_cast<float>(pixel[c]) * kScale : 0.0F;
            }
        }
    }
}

Batch make_batch(const Dataset& data, const std::vector<Placement>& placements) {
    const Shape& s = data.shape;
    const auto count = static_cast<std::int64_t>(placements.size());
    torch::Tensor pixels = torch::empty({count, s.height, s.width, s.channels});
    torch::Tensor labels = torch::empty({count}, torch::kLong);
    float* out = pixels.data_ptr<float>();
    for (std::size_t i = 0; i < placements.size(); ++i) {
        float* image = out + i * static_cast<std::size_t>(s.size());
        if (data.pixels.empty()) {
            place_file(data, placements[i], image);
        } else {
            place(data, placements[i], image);
        }
        labels.data_ptr<std::int64_t>()[i] =
            data.labels[static_cast<std::size_t>(placements[i].image)];
    }
    return {pixels.permute({0, 3, 1, 2}), labels};
}

}  // namespace

Batches::Batches(const Dataset& data, int batch, const Augmentation& augmentation,
                 std::uint64_t seed, int epoch)
    : data_(data),
      batch_(batch),
      key_(seed + kGolden * static_cast<std::uint64_t>(epoch + 1)),
      order_(static_cast<std::size_t>(data.size())),
      changes_(order_.size()) {
    Rng rng(key_);
    std::iota(order_.begin(), order_.end(), 0);
    for (int i = data.size() - 1; i > 0; --i) {
        std::swap(order_[static_cast<std::size_t>(i)],
                  order_[static_cast<std::size_t>(rng.uniform_int(0, i))]);
    }
    const int shift = augmentation.shift;
    for (Change& change : changes_) {
        change.dy = rng.uniform_int(-shift, shift);
        change.dx = rng.uniform_int(-shift, shift);
        change.flip = augmentation.flip && rng.coin(0.5);
    }
}

Batch Batches::get(int index, int part, int parts) const {
    std::vector<Placement> placements;
    const std::int64_t first = std::int64_t{index} * batch_;
    const auto begin = static_cast<std::size_t>(first + std::int64_t{batch_} * part / parts);
    const auto end = static_cast<std::size_t>(first + std::int64_t{batch_} * (part + 1) / parts);
    for (std::size_t i = begin; i < end; ++i) {
        const auto draw = [&](int k) { return uniform(key_, i, k); };
        placements.push_back({order_[i],
                              changes_[i].dy,
                              changes_[i].dx,
                              changes_[i].flip,
                              {draw(0), draw(1), draw(2), draw(3), changes_[i].flip}});
    }
    return make_batch(data_, placements);
}

Batch plain_batch(const Dataset& data, int first, int count) {
    std::vector<Placement> placements(static_cast<std::size_t>(count));
    for (Placement& placement : placements) placement.image = first++;
    return make_batch(data, placements);
}

}  // namespace cimarron
