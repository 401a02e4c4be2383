// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_registers.h"

#include <cstring>
#include <vector>

namespace cimarron {

void TileRegisters::access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (address >= tile_address::kMacros)
        access_macro(payload, delay);
    else if (address == tile_address::kEnable)
        macros_.write_all(macro_address::kEnable, *payload.get_data_ptr());
    else if (address == tile_address::kLoad)
        macros_.write_all(macro_address::kLoad, *payload.get_data_ptr());
    else if (is_affine(payload))
        set_affine(payload.get_data_ptr());
    else
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

void TileRegisters::access_macro(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    const std::uint64_t offset = address - tile_address::kMacros;
    const std::uint64_t macro = offset / tile_address::kMacroSpan;
    if (macro >= static_cast<std::uint64_t>(macros_.count())) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    payload.set_address(offset % tile_address::kMacroSpan);
    macros_.access(static_cast<int>(macro), payload, delay);
    payload.set_address(address);
}

bool TileRegisters::is_affine(const tlm::tlm_generic_payload& payload) const {
    return payload.get_address() == tile_address::kAffine &&
           payload.get_data_length() ==
               sizeof(ChannelAffine) * static_cast<std::size_t>(datapath_.placement().channels);
}

void TileRegisters::set_affine(const unsigned char* data) {
    std::vector<ChannelAffine> affine(static_cast<std::size_t>(datapath_.placement().channels));
    std::memcpy(affine.data(), data, sizeof(ChannelAffine) * affine.size());
    datapath_.set_affine({affine.data(), datapath_.placement().channels});
}

}  // namespace cimarron
