// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/trace/critical_path.h"

#include <tlm>

#include <cstdint>

namespace cimarron {

// Rides on a transfer between blocks: which part of a tensor the payload's bytes are. A value takes
// payload_bytes() (program.h) there and bits_per_code on the wires.
struct VectorExtension : tlm::tlm_extension<VectorExtension> {
    int destination = 0;  // tensor (Program::tensors): it goes to all blocks that read it
    std::int64_t image = 0;
    int first_pixel = 0;
    int pixels = 1;
    int first_channel = 0;
    int channels = 1;
    int bits_per_code = 8;
    int stage = kHostPath;  // that sends it
    CriticalPath path;      // of its being offered, then of its arrival

    std::int64_t codes() const { return std::int64_t{pixels} * channels; }
    std::int64_t bits() const { return codes() * bits_per_code; }

    void free() override {}  // a member of its initiator, which the payload must not delete
    tlm_extension_base* clone() const override { return new VectorExtension(*this); }
    void copy_from(const tlm_extension_base& other) override {
        *this = static_cast<const VectorExtension&>(other);
    }
};

}  // namespace cimarron
