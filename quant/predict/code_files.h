// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/numpy/npy_writer.h"
#include "quant/predict/predict.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cimarron {

// A folder with the codes of some tensors: NAME.npy [N, C, H, W], uint8 or, of streams, int32, and
// index.json: each tensor's name, file, shape and what its codes stand for: value = scale (code -
// zero). Letters, digits, '.', '-' of a name are kept, other characters become '_'.
class CodeFiles {
public:
    CodeFiles(std::filesystem::path folder, const std::vector<CodeTensor>& tensors, int images);

    void add(const std::vector<std::vector<std::int32_t>>& codes);  // of one image
    void finish();

    std::size_t size() const { return tensors_.size(); }
    // The index with each tensor's codes of one image, nested as its shape.
    nlohmann::ordered_json with_codes(const std::vector<std::vector<std::int32_t>>& codes) const;

private:
    nlohmann::ordered_json entry(std::size_t tensor) const;

    const std::filesystem::path folder_;
    const std::vector<CodeTensor>& tensors_;
    std::vector<std::string> files_;
    std::vector<NpyWriter> writers_;
};

}  // namespace cimarron
