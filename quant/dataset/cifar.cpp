// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/formats.h"

#include <fmt/format.h>

namespace cimarron {
namespace {

constexpr std::size_t kPixels = 32 * 32;
constexpr std::size_t kChannels = 3;
constexpr std::size_t kRecord = 1 + kChannels * kPixels;
constexpr std::size_t kRecordsPerFile = 10000;

void append(const std::filesystem::path& folder, const std::string& name, Dataset& data) {
    const Bytes bytes = read_bytes(folder, name);
    if (bytes.size() != kRecord * kRecordsPerFile) {
        damaged(folder, name,
                fmt::format("{} bytes; a CIFAR-10 file has {}", bytes.size(),
                            kRecord * kRecordsPerFile));
    }
    check_labels(folder, name, bytes.data(), kRecordsPerFile, kRecord, data.classes);
    for (std::size_t i = 0; i < kRecordsPerFile; ++i) {
        const std::uint8_t* record = bytes.data() + i * kRecord;
        data.labels.push_back(record[0]);
        for (std::size_t p = 0; p < kPixels; ++p) {
            for (std::size_t c = 0; c < kChannels; ++c) {
                data.pixels.push_back(record[1 + c * kPixels + p]);
            }
        }
    }
}

}  // namespace

Dataset load_cifar10(const std::filesystem::path& folder, Split split) {
    Dataset data;
    data.shape = {static_cast<int>(kChannels), 32, 32};
    if (split == Split::test) {
        append(folder, "test_batch.bin", data);
        return data;
    }
    for (int i = 1; i <= 5; ++i) append(folder, fmt::format("data_batch_{}.bin", i), data);
    return data;
}

}  // namespace cimarron
