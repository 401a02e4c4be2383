// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/code_files.h"

#include "common/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <utility>

namespace cimarron {

namespace {

using Json = nlohmann::ordered_json;

// Different names may become the same file's: the later one gets a number.
std::string file_name(const std::string& tensor, std::set<std::string>& taken) {
    std::string name = tensor;
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
    if (name.empty() || name.front() == '.') name.insert(0, "_");
    constexpr std::size_t kMost = 120;  // a file system's own limit is 255
    if (name.size() > kMost) name.resize(kMost);
    std::string unique = name;
    for (int i = 2; !taken.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
    return unique + ".npy";
}

std::size_t extent(int value) {
    return static_cast<std::size_t>(value);
}

Json numbers(const PerChannel& values) {
    if (values.values().size() == 1) return values.values().front();
    return values.values();
}

// CHW, nested.
Json nested(const std::vector<std::int32_t>& codes, const Shape& shape) {
    Json channels = Json::array();
    auto at = codes.begin();
    for (int c = 0; c < shape.channels; ++c) {
        Json rows = Json::array();
        for (int y = 0; y < shape.height; ++y, at += shape.width)
            rows.push_back(std::vector<std::int32_t>(at, at + shape.width));
        channels.push_back(std::move(rows));
    }
    return channels;
}

}  // namespace

CodeFiles::CodeFiles(std::filesystem::path folder, const std::vector<CodeTensor>& tensors,
                     int images)
    : folder_(std::move(folder)), tensors_(tensors) {
    std::filesystem::create_directories(folder_);
    std::set<std::string> taken = {"index"};
    for (const CodeTensor& tensor : tensors_) {
        files_.push_back(file_name(tensor.name, taken));
        const Shape& s = tensor.shape;
        writers_.emplace_back(folder_ / files_.back(),
                              is_stream(tensor.quantizer.bits) ? ElementType::i4 : ElementType::u1,
                              std::vector<std::size_t>{extent(images), extent(s.channels),
                                                       extent(s.height), extent(s.width)});
    }
}

void CodeFiles::add(const std::vector<std::vector<std::int32_t>>& codes) {
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
        if (is_stream(tensors_[t].quantizer.bits)) {
            writers_[t].append(codes[t]);
            continue;
        }
        std::vector<std::uint8_t> narrow(codes[t].size());
        std::transform(codes[t].begin(), codes[t].end(), narrow.begin(),
                       [](std::int32_t code) { return static_cast<std::uint8_t>(code); });
        writers_[t].append(narrow);
    }
}

void CodeFiles::finish() {
    for (NpyWriter& writer : writers_) writer.close();
    Json index = Json::array();
    for (std::size_t t = 0; t < tensors_.size(); ++t) index.push_back(entry(t));
    write_atomically(folder_ / "index.json", index.dump(1) + "\n");
}

Json CodeFiles::entry(std::size_t tensor) const {
    const CodeTensor& t = tensors_[tensor];
    return {{"name", t.name},
            {"file", files_[tensor]},
            {"shape", {t.shape.channels, t.shape.height, t.shape.width}},
            {"bits", t.quantizer.bits},
            {"scale", numbers(t.quantizer.scale)},
            {"zero", numbers(t.quantizer.zero)}};
}

Json CodeFiles::with_codes(const std::vector<std::vector<std::int32_t>>& codes) const {
    Json all = Json::array();
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
        Json one = entry(t);
        one["codes"] = nested(codes[t], tensors_[t].shape);
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace cimarron
