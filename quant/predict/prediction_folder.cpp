// SPDX-License-Identifier: Apache-2.0
#include "quant/predict/prediction_folder.h"

#include "common/file.h"
#include "quant/predict/tensor_order.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

std::vector<std::size_t> with_images(std::size_t images, std::vector<std::size_t> sizes) {
    sizes.insert(sizes.begin(), images);
    return sizes;
}

// An arg max leaves one number of an image.
std::vector<std::size_t> output_sizes(const Network& network, std::size_t images) {
    if (network.logit_form.function == LogitForm::Function::arg_max) return {images};
    return with_images(images, logit_sizes(network));
}

}  // namespace

PredictionFolder::PredictionFolder(StagedFolder& folder, const Network& network, int images,
                                   const std::vector<CodeTensor>& tensors)
    : folder_(folder),
      network_(network),
      images_(static_cast<std::size_t>(images)),
      sizes_(logit_sizes(network)),
      pixels_(static_cast<std::size_t>(outputs_of(network).back().shape.pixels())),
      logits_(folder.path() / "logits.npy", ElementType::f8, with_images(images_, sizes_)) {
    if (network.logit_form.function != LogitForm::Function::none)
        output_.emplace(folder.path() / "output.npy", ElementType::f8,
                        output_sizes(network, images_));
    if (!tensors.empty()) codes_.emplace(folder.path() / "codes", tensors, images);
}

// Logits that the file flattens are all one image's, whatever their pixels were.
std::vector<std::size_t> PredictionFolder::class_sizes() const {
    std::vector<std::size_t> sizes = {images_};
    const std::size_t channel = network_.logit_form.channels_last ? sizes_.size() - 1 : 0;
    if (sizes_.size() > 1)
        for (std::size_t i = 0; i < sizes_.size(); ++i)
            if (i != channel && sizes_[i] > 1) sizes.push_back(sizes_[i]);
    return sizes;
}

void PredictionFolder::add_classes(const std::vector<double>& logits) {
    const std::size_t pixels = sizes_.size() > 1 ? pixels_ : 1;
    const std::size_t channels = logits.size() / pixels;
    const bool last = network_.logit_form.channels_last;
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const auto logit = [&](std::size_t c) {
            return logits[last ? pixel * channels + c : c * pixels + pixel];
        };
        std::size_t best = 0;
        for (std::size_t c = 1; c < channels; ++c)
            if (logit(c) > logit(best)) best = c;
        classes_.push_back(static_cast<std::int64_t>(best));
    }
}

void PredictionFolder::add(const ImagePrediction& prediction) {
    logits_.append(prediction.logits);
    if (output_) output_->append(prediction.output);
    add_classes(prediction.logits);
    if (!codes_) return;
    codes_->add(prediction.codes);
    if (images_ == 1) write_json(prediction);
}

void PredictionFolder::write_json(const ImagePrediction& prediction) const {
    nlohmann::ordered_json all;
    all["network"] = network_.name;
    all["tensors"] = codes_->with_codes(prediction.codes);
    all["logits"] = prediction.logits;
    all["class"] = classes_.front();
    write_atomically(folder_.path() / "codes.json", all.dump() + "\n");
}

void PredictionFolder::finish() {
    logits_.close();
    if (output_) output_->close();
    NpyWriter classes(folder_.path() / "classes.npy", ElementType::i8, class_sizes());
    classes.append(classes_);
    classes.close();
    if (codes_) codes_->finish();
    folder_.commit();
}

std::string PredictionFolder::summary() const {
    std::string lines = fmt::format("logits.npy float64 {}\nclasses.npy int64 {}\n",
                                    text(with_images(images_, sizes_)), text(class_sizes()));
    if (output_)
        lines += fmt::format("output.npy float64 {}\n", text(output_sizes(network_, images_)));
    if (codes_) lines += fmt::format("codes/ {} tensors\n", codes_->size());
    if (codes_ && images_ == 1) lines += "codes.json\n";
    return lines;
}

}  // namespace cimarron
