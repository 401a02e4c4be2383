// SPDX-License-Identifier: Apache-2.0
#include "sim/run/predict_chip.h"

#include "common/progress.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/predict/tensor_order.h"
#include "sim/run/place.h"
#include "sim/run/workload.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cimarron {

namespace {

// Index of the program's tensor that a layer makes, 0 where it stays in the tile.
std::size_t tensor_of(const Program& program, const std::string& layer) {
    for (std::size_t t = 1; t < program.tensors.size(); ++t)
        if (program.tensors[t].name == layer && program.tensors[t].bits != 0) return t;
    return 0;
}

template <class T>
std::vector<std::int32_t> values_of(const std::vector<std::uint8_t>& payload) {
    std::vector<T> values(payload.size() / sizeof(T));
    std::memcpy(values.data(), payload.data(), payload.size());
    return {values.begin(), values.end()};
}

std::vector<std::int32_t> values_of(const std::vector<std::uint8_t>& payload, int bits) {
    switch (payload_bytes(bits)) {
        case 1:
            return values_of<std::uint8_t>(payload);
        case 2:
            return values_of<std::int16_t>(payload);
        default:
            return values_of<std::int32_t>(payload);
    }
}

}  // namespace

ChipNetwork chip_network(const RunConfig& config) {
    Network network = load_network(config);
    const int bits = config.accelerator.params.tile.post_processing.coefficient_bits;
    IntegerNetwork integers = lower(network, bits);
    PlacedChip chip = config.calibrates() ? place(config, Workload(config, load_test_set(config)))
                                          : place_on_chip(config, integers);
    return {std::move(network), std::move(integers), std::move(chip)};
}

std::vector<CodeTensor> sent_tensors(const ChipNetwork& chip) {
    std::vector<CodeTensor> sent;
    for (CodeTensor& tensor : code_tensors(chip.network, chip.integers))
        if (tensor.layer < 0 || tensor_of(chip.chip.program, tensor.name) != 0)
            sent.push_back(std::move(tensor));
    return sent;
}

void predict_on_chip(const ChipNetwork& chip, const InputImages& images,
                     const std::vector<CodeTensor>& tensors, const PredictionSink& sink) {
    const Program& program = chip.chip.program;
    std::vector<std::vector<std::vector<std::int32_t>>> codes;
    Codes image;
    const auto take = [&](int index) {
        return image = image_codes(chip.network, images.values(index));
    };
    const auto keep = [&](const std::vector<std::vector<std::uint8_t>>& sent) {
        codes.emplace_back();
        for (const CodeTensor& tensor : tensors) {
            const std::size_t t = tensor.layer < 0 ? 0 : tensor_of(program, tensor.name);
            const auto values = t == 0 ? values_of<std::uint8_t>(image)
                                       : values_of(sent[t], program.tensors[t].bits);
            codes.back().push_back(in_file_order<std::int32_t>(values, tensor.shape, false));
        }
    };
    Progress progress("bit-true", images.count, "images");
    const RunResult result = simulate_bit_true(
        chip.chip.params, program, ImageSource{images.count, take},
        [&progress](int done) { progress.update(done); },
        tensors.empty() ? TensorProbe() : TensorProbe(keep));
    for (std::size_t i = 0; i < result.logits.size(); ++i) {
        ImagePrediction prediction = file_prediction(chip.network, chip.integers, result.logits[i]);
        if (!tensors.empty()) prediction.codes = std::move(codes[i]);
        sink(std::move(prediction));
    }
}

}  // namespace cimarron
