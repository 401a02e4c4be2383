// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/image_store.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

ImageStore::ImageStore(int images, const Shape& image, const Shape& output)
    : shape_(image),
      output_(output),
      places_(images),
      images_(static_cast<std::size_t>(image.size()) * static_cast<std::size_t>(images)),
      logits_(static_cast<std::size_t>(output.size()) * kLogits),
      received_(kLogits),
      paths_(kLogits) {}

void ImageStore::write(const std::uint8_t* codes) {
    std::copy(codes, codes + shape_.size(),
              images_.begin() + place(counts_.written++) * shape_.size());
}

void ImageStore::start() {
    if (under_way() == kLogits)
        SC_REPORT_FATAL("cimarron/global_buffer", "too many images under way");
    received_[slot(counts_.started++)] = 0;
}

bool ImageStore::receive(const VectorExtension& vector, const unsigned char* values,
                         std::size_t bytes) {
    const std::size_t slot = this->slot(vector.image);
    const int first = vector.first_pixel * output_.channels + vector.first_channel;
    std::memcpy(logits_.data() + static_cast<std::ptrdiff_t>(slot) * output_.size() + first, values,
                bytes);
    received_[slot] += vector.codes();
    if (received_[slot] < output_.size()) return false;
    paths_[slot] = vector.path;
    ++counts_.done;
    return true;
}

void ImageStore::read(std::int64_t* logits) {
    const auto slot = static_cast<std::ptrdiff_t>(this->slot(counts_.read++));
    std::copy_n(logits_.begin() + slot * output_.size(), output_.size(), logits);
}

}  // namespace cimarron
