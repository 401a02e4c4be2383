// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/common/payload.h"
#include "hw/macro/macro.h"
#include "hw/tile/tile_datapath.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm>

#include <functional>
#include <memory>
#include <vector>

namespace cimarron {

// The macros of a tile and the sockets that they are reached by: `copies` times the macros of the
// placement, each copy with all of the layer's weights that the tile has. Macros are numbered copy
// after copy. They and the sockets become children of the module under construction.
class TileMacros {
public:
    TileMacros(const AcceleratorParams& params, const Stage& stage, const TilePlacement& placement,
               const Clock& clock, const MacroWaits& waits);

    int count() const { return static_cast<int>(macros_.size()); }  // of all copies
    int copies() const { return static_cast<int>(copies_.size()); }
    int per_copy() const { return count() / copies(); }
    Macro& macro(int index) { return *macros_[static_cast<std::size_t>(index)]; }
    const Readout& readout() const { return macros_.front()->datapath().readout(); }

    // Register writes (macro_address).
    void write_all(std::uint64_t address, unsigned char value);
    void access(int macro, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    // A row of weights of that macro of a copy, in all copies.
    void write_row(int macro, int row, const unsigned char* weights, int columns);
    std::function<void(int macro)> on_row_written;  // the same macro of all copies has it

    // An MVM of all macros of a copy at once: the copy is busy from reserve() on, which begin()
    // follows, and done when the last macro is; it keeps its results until release().
    void reserve(int copy) { copies_[static_cast<std::size_t>(copy)] = {true, 0}; }
    void begin(int copy, const TileDatapath& window);
    std::function<void(int copy)> on_done;
    bool busy(int copy) const { return copies_[static_cast<std::size_t>(copy)].busy; }
    bool done(int copy) const;
    int busy_copies() const;
    const std::vector<PartialSums>& results(int copy);  // of its macros, until the next call
    void release(int copy);

    std::int64_t activations() const { return wheel_.activations(); }
    std::int64_t steps() const;

private:
    struct Port {
        explicit Port(int index);
        tlm_utils::simple_initiator_socket_tagged<TileMacros> initiator;
        ReusablePayload<MvmExtension> payload;
    };
    struct Copy {
        bool busy = false;
        int macros_done = 0;
    };
    tlm::tlm_sync_enum response(int macro, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                sc_core::sc_time& delay);
    Port& port(int macro) { return *ports_[static_cast<std::size_t>(macro)]; }

    const TilePlacement& placement_;
    TimingWheel wheel_;
    std::vector<std::unique_ptr<Macro>> macros_;
    std::vector<std::unique_ptr<Port>> ports_;
    std::vector<Copy> copies_;
    std::vector<PartialSums> results_;
};

}  // namespace cimarron
