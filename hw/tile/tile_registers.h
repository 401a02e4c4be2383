// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/tile/tile_datapath.h"
#include "hw/tile/tile_macros.h"

#include <cstdint>
#include <tlm>

namespace cimarron {

// Address map of a tile's register_target.
namespace tile_address {
constexpr std::uint64_t kEnable = 0x0;  // write, passed to all macros: cycles count (1) or not (0)
constexpr std::uint64_t kLoad = 0x8;    // write, passed to all macros: new weights come
constexpr std::uint64_t kAffine = 0x1000;  // write: ChannelAffine of every channel
constexpr std::uint64_t kMacros =
    0x100000000;  // macro m's registers follow at kMacros + m * kMacroSpan
constexpr std::uint64_t kMacroSpan = 0x100000000;
}  // namespace tile_address

// What the host writes into a tile: its address map.
class TileRegisters {
public:
    TileRegisters(TileDatapath& datapath, TileMacros& macros)
        : datapath_(datapath), macros_(macros) {}

    void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    // data: ChannelAffine of every channel of the tile.
    void set_affine(const unsigned char* data);

private:
    bool is_affine(const tlm::tlm_generic_payload& payload) const;
    void access_macro(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

    TileDatapath& datapath_;
    TileMacros& macros_;
};

}  // namespace cimarron
