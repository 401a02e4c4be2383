// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/interconnect/interconnect.h"
#include "hw/program/program.h"
#include "hw/tile/tile.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm>

#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// The tiles of a chip, those of all rounds, in placement order, stage after stage, bound to the
// interconnect, with the ports to their registers. Tiles and ports become children of the module
// under construction.
class ChipTiles {
public:
    // UserError when rtl_scope names something else.
    ChipTiles(const AcceleratorParams& params, const Program& program, const Clock& clock,
              const ImageBegins& begins, Interconnect& interconnect);

    std::vector<std::unique_ptr<Tile>>& all() { return tiles_; }
    const std::vector<std::unique_ptr<Tile>>& all() const { return tiles_; }
    std::size_t count() const { return tiles_.size(); }
    std::vector<Tile*> of_stage(std::size_t stage) const;

    // A tile's registers (tile_address).
    void access(std::size_t tile, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void write(std::size_t tile, std::uint64_t address, unsigned char value);

    bool idle() const;
    // Of a stage, summed over the finished images: from its first window to its last vector.
    std::int64_t stage_cycles(std::size_t stage) const;
    std::int64_t activations() const;
    std::int64_t macro_steps() const;
    void record(Waveform& wave);  // those that it covers, and their macros

private:
    using Port = tlm_utils::simple_initiator_socket<ChipTiles>;

    void add(const std::string& name, std::unique_ptr<Tile> tile, Interconnect& interconnect);
    void connect_shares();
    void check(const std::vector<std::string>& rtl_scope) const;

    std::vector<std::unique_ptr<Tile>> tiles_;
    std::vector<std::unique_ptr<Port>> ports_;
    std::vector<std::size_t> first_of_stage_;  // and the number of tiles
};

}  // namespace cimarron
