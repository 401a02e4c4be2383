// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cimarron::test {

// A folder with a small data set in IDX form (stripes whose place and direction tell the class,
// under noise), a network file and a training file; removed at the end.
class SyntheticRun {
public:
    explicit SyntheticRun(const std::string& name)
        : folder_(std::filesystem::temp_directory_path() /
                  fmt::format("cimarron_{}_{}", name, getpid())) {
        std::filesystem::create_directories(folder_);
        write_images("train", kTrainImages);
        write_images("t10k", kTestImages);
        write("network.yaml", R"(name: stripes
input: {channels: 1, height: 12, width: 12}
layers:
  - {name: stem, type: conv, weights: integer8, channels: 8, kernel: 3, stride: 2, padding: 1}
  - {name: conv1, type: conv, weights: binary, channels: 16, kernel: 3, padding: 1}
  - {name: pool1, type: max_pool, kernel: 2}
  - {name: conv2, type: conv, weights: binary, channels: 16, kernel: 3, padding: 1}
  - {name: classifier, type: linear, weights: integer8, channels: 10}
)");
        write("train.yaml", R"(network: network.yaml
dataset: {name: fashion_mnist, folder: .}
weights: bwma
activation_bits: 4
warm_start: none
seed: 7
epochs: 3
batch: 32
learning_rate: 0.01
warm_up: 0.2
augment: {shift: 1, flip: false}
shards: 2
)");
    }
    ~SyntheticRun() { std::filesystem::remove_all(folder_); }
    SyntheticRun(const SyntheticRun&) = delete;
    SyntheticRun& operator=(const SyntheticRun&) = delete;

    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    std::filesystem::path config() const { return path("train.yaml"); }

    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }
    std::string read(const std::string& name) const {
        std::ifstream in(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    static constexpr int kTrainImages = 1600;
    static constexpr int kTestImages = 600;

private:
    static std::string header(std::initializer_list<int> words) {
        std::string bytes;
        for (const int word : words) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes.push_back(static_cast<char>(word >> shift));
            }
        }
        return bytes;
    }

    void write_images(const std::string& split, int count) {
        constexpr int kSide = 12;
        std::string images = header({0x803, count, kSide, kSide});
        std::string labels = header({0x801, count});
        for (int i = 0; i < count; ++i) {
            const int label = rng_.uniform_int(0, 9);
            labels.push_back(static_cast<char>(label));
            for (int y = 0; y < kSide; ++y) {
                for (int x = 0; x < kSide; ++x) {
                    const int along = label < 5 ? x : y;
                    const bool bright = along / 2 == label % 5;
                    const double value = (bright ? 200 : 40) + rng_.normal(0, 40);
                    images.push_back(
                        static_cast<char>(std::clamp(static_cast<int>(value), 0, 255)));
                }
            }
        }
        write(split + "-images-idx3-ubyte", images);
        write(split + "-labels-idx1-ubyte", labels);
    }

    std::filesystem::path folder_;
    Rng rng_{3};
};

}  // namespace cimarron::test
