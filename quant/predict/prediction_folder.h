// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/numpy/npy_writer.h"
#include "common/staged_folder.h"
#include "quant/predict/code_files.h"
#include "quant/predict/predict.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// The folder that predictions are written to: logits.npy [N, the file's sizes]; classes.npy, the
// index of the largest logit of each pixel, the lowest of a tie; where the file makes something of
// its logits, output.npy. With tensors, their codes (code_files.h), and for one image all of it in
// codes.json. The files appear together, in finish().
class PredictionFolder {
public:
    // images of them will be added; all three must outlive it.
    PredictionFolder(StagedFolder& folder, const Network& network, int images,
                     const std::vector<CodeTensor>& tensors);

    void add(const ImagePrediction& prediction);
    void finish();

    const std::vector<std::int64_t>& classes() const { return classes_; }
    std::string summary() const;  // its files, a line each

private:
    std::vector<std::size_t> class_sizes() const;
    void add_classes(const std::vector<double>& logits);
    void write_json(const ImagePrediction& prediction) const;

    StagedFolder& folder_;
    const Network& network_;
    const std::size_t images_;
    const std::vector<std::size_t> sizes_;  // of the logits
    std::size_t pixels_ = 1;
    NpyWriter logits_;
    std::optional<NpyWriter> output_;
    std::optional<CodeFiles> codes_;
    std::vector<std::int64_t> classes_;
};

}  // namespace cimarron
