// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/kept_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cimarron {

KeptTensor& KeptTensors::add(int index, const Tensor& tensor,
                             std::unique_ptr<SpilledTensor> spilled) {
    KeptTensor& kept = kept_[index];
    kept.shape = tensor.shape;
    kept.bits = tensor.bits;
    kept.values.resize(static_cast<std::size_t>(tensor.shape.size() * payload_bytes(tensor.bits)));
    kept.spilled = std::move(spilled);
    return kept;
}

KeptTensor* KeptTensors::find(int tensor) {
    const auto kept = kept_.find(tensor);
    return kept == kept_.end() ? nullptr : &kept->second;
}

bool KeptTensors::admits(int tensor, int pixel) {
    const KeptTensor* kept = find(tensor);
    return kept == nullptr || !kept->spilled || kept->spilled->admit(pixel);
}

void KeptTensors::begin_image() {
    for (auto& [tensor, kept] : kept_) {
        kept.missing = kept.shape.size();
        if (kept.spilled) kept.spilled->begin_image();
    }
}

bool KeptTensors::receive(KeptTensor& kept, const VectorExtension& vector,
                          const unsigned char* values) {
    const auto value_bytes = static_cast<std::size_t>(payload_bytes(kept.bits));
    const std::size_t bytes = static_cast<std::size_t>(vector.channels) * value_bytes;
    for (int p = 0; p < vector.pixels; ++p) {
        const auto first = static_cast<std::size_t>((vector.first_pixel + p) * kept.shape.channels +
                                                    vector.first_channel);
        std::memcpy(kept.values.data() + first * value_bytes, values, bytes);
        values += bytes;
    }
    sram_.write(vector.bits());
    kept.missing -= vector.codes();
    if (!kept.spilled) return kept.missing == 0;
    if (kept.spilled->arrive(vector.first_pixel, vector.codes()))
        spill(kept, vector.first_pixel / kept.shape.width);
    return false;
}

void KeptTensors::spill(KeptTensor& kept, int row) {
    sram_.read(kept.row_bits());
    kept.spilled->write(row, kept.row(row));
    std::fill_n(kept.row(row), kept.row_values() * payload_bytes(kept.bits), 0);
}

bool KeptTensors::fetch(KeptTensor& kept, int row) {
    kept.spilled->fetch(row);
    if (!kept.spilled->fetched(row)) return false;
    kept.spilled->take(row, kept.row(row));
    sram_.write(kept.row_bits());
    return true;
}

std::string KeptTensors::waiting_for() const {
    for (const auto& [tensor, kept] : kept_)
        if (kept.missing > 0)
            return fmt::format("for {} values of tensor {}", kept.missing, tensor);
    return {};
}

}  // namespace cimarron
