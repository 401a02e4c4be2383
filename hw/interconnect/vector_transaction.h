// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/trace/critical_path.h"

#include <tlm>

#include <cstdint>

namespace cimarron {

// Rides on a transfer between blocks: which part of a tensor the payload's bytes are. A value takes
// payload_bytes() (program.h) there and bits_per_code on the wires. Or, for the tile that takes it,
// a row of a macro's weight codes or (macro -1) the coefficients of all its channels.
struct VectorExtension : tlm::tlm_extension<VectorExtension> {
    static constexpr int kWeights = -1;

    int destination = 0;  // of the interconnect (routes.h): the blocks it goes to
    int tensor = 0;       // of Program::tensors, or kWeights
    int macro = -1;       // kWeights: of one copy
    int row = 0;
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
