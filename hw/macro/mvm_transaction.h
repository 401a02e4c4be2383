// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm>

#include <cstdint>
#include <vector>

namespace cimarron {

// Rides on a macro's MVM transaction. The payload's data are the input codes (one byte a row); the
// macro points partial_sums at its results before BEGIN_RESP, valid until END_RESP.
struct MvmExtension : tlm::tlm_extension<MvmExtension> {
    int input_bits = 8;
    const std::vector<std::int32_t>* partial_sums = nullptr;

    void free() override {}  // a member of its initiator, which the payload must not delete
    tlm_extension_base* clone() const override { return new MvmExtension(*this); }
    void copy_from(const tlm_extension_base& other) override {
        *this = static_cast<const MvmExtension&>(other);
    }
};

// Address map of a macro's command_target.
namespace macro_address {
constexpr std::uint64_t kMvm = 0x0;  // nb_transport: one matrix-vector product
constexpr std::uint64_t kEnable =
    0x8;  // b_transport write: cycles count from now (1), no longer (0)
constexpr std::uint64_t kActive = 0x10;    // b_transport write: its layer is running (1) or not (0)
constexpr std::uint64_t kLoad = 0x18;      // b_transport write: new weights come, row by row
constexpr std::uint64_t kWeights = 0x100;  // b_transport write: weight codes, channel after channel
// b_transport write at kRows + r: the codes of row r, one a channel. The macro is busy for
// write_cycles; the cells hold the new weights when the last row is written.
constexpr std::uint64_t kRows = 0x10000000;
}  // namespace macro_address

}  // namespace cimarron
