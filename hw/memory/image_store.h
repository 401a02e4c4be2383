// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/vector_transaction.h"
#include "quant/geometry.h"

#include <cstdint>
#include <vector>

namespace cimarron {

// Images from their writing to their sending, and logits from their arrival to their reading, in
// order: room for `images` images and for the logits of kLogits.
class ImageStore {
public:
    static constexpr int kLogits = 64;  // images under way at most

    ImageStore(int images, const Shape& image, const Shape& output);

    const Shape& shape() const { return shape_; }
    std::int64_t image_values() const { return shape_.size(); }
    std::int64_t logit_count() const { return output_.size(); }

    void write(const std::uint8_t* codes);
    void start();                    // the next one
    void sent() { ++counts_.sent; }  // the oldest one: its place is free
    std::int64_t place(std::int64_t image) const { return image % places_; }
    const std::uint8_t* codes(std::int64_t image) const {
        return images_.data() + place(image) * shape_.size();
    }
    // Some of an image's logits; returns whether all are there now.
    bool receive(const VectorExtension& vector, const unsigned char* values, std::size_t bytes);
    void read(std::int64_t* logits);  // of the oldest image not read
    // Of that image, until its logits were complete.
    const CriticalPath& logits_path() const { return paths_[slot(counts_.read)]; }

    // Images so far.
    struct Counts {
        std::int64_t written = 0;
        std::int64_t started = 0;
        std::int64_t sent = 0;
        std::int64_t done = 0;
        std::int64_t read = 0;
    };
    const Counts& counts() const { return counts_; }
    bool has_place() const { return counts_.written - counts_.sent < places_; }
    bool has_logits() const { return counts_.done > counts_.read; }
    std::int64_t under_way() const { return counts_.started - counts_.read; }

private:
    static std::size_t slot(std::int64_t image) {
        return static_cast<std::size_t>(image % kLogits);
    }

    const Shape shape_;
    const Shape output_;
    const std::int64_t places_;
    Counts counts_;
    std::vector<std::uint8_t> images_;    // places_ of them
    std::vector<std::int64_t> logits_;    // kLogits of them
    std::vector<std::int64_t> received_;  // logits, per slot
    std::vector<CriticalPath> paths_;     // per slot
};

}  // namespace cimarron
