// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/spilled_tensor.h"

#include "hw/program/packed_values.h"

#include <algorithm>

namespace cimarron {

SpilledTensor::SpilledTensor(DramPort& port, const Tensor& tensor, const DramTensor& at,
                             int staged_rows)
    : port_(port),
      at_(at),
      height_(tensor.shape.height),
      width_(tensor.shape.width),
      row_values_(std::int64_t{width_} * tensor.shape.channels),
      bits_(tensor.bits),
      staged_rows_(staged_rows),
      packed_(static_cast<std::size_t>(height_ * at.row_bytes)),
      missing_(static_cast<std::size_t>(height_)),
      admitted_(missing_.size()) {}

void SpilledTensor::begin_image() {
    std::fill(missing_.begin(), missing_.end(), row_values_);
    std::fill(admitted_.begin(), admitted_.end(), 0);
    written_ = 0;
}

bool SpilledTensor::admit(int pixel) {
    char& admitted = admitted_[static_cast<std::size_t>(pixel / width_)];
    if (admitted != 0) return true;
    if (places_taken_ == staged_rows_) return false;
    ++places_taken_;
    admitted = 1;
    return true;
}

bool SpilledTensor::arrive(int pixel, std::int64_t values) {
    std::int64_t& missing = missing_[static_cast<std::size_t>(pixel / width_)];
    missing -= values;
    return missing == 0;
}

void SpilledTensor::write(int row, const unsigned char* values) {
    pack_values(values, row_values_, bits_, packed(row));
    port_.write(at_.address + row * at_.row_bytes, packed(row), at_.row_bytes, [this] {
        ++written_;
        --places_taken_;
        on_written();
    });
}

void SpilledTensor::begin_sending() {
    asked_ = fetched_ = 0;
    std::fill(packed_.begin(), packed_.end(), 0);
}

void SpilledTensor::fetch(int row) {
    for (; asked_ < std::min(row + 2, height_); ++asked_)
        port_.read(at_.address + asked_ * at_.row_bytes, packed(asked_), at_.row_bytes, [this] {
            ++fetched_;
            on_fetched();
        });
}

void SpilledTensor::take(int row, unsigned char* values) const {
    unpack_values(packed_.data() + row * at_.row_bytes, row_values_, bits_, values);
}

}  // namespace cimarron
