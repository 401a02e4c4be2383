// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/common/payload.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/tile/post_lanes.h"
#include "hw/tile/tile_datapath.h"
#include "hw/tile/tile_macros.h"
#include "hw/tile/tile_paths.h"
#include "hw/tile/tile_registers.h"
#include "hw/tile/wait_attribution.h"
#include "hw/tile/window_pipeline.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <memory>
#include <string>

namespace cimarron {

// One stage's work on some of its channels: macros, buffers and lanes, which a pipeline carries
// windows through, behind three sockets.
class Tile : public sc_core::sc_module {
public:
    Tile(const sc_core::sc_module_name& name, const AcceleratorParams& params, const Stage& stage,
         const TilePlacement& placement, const Clock& clock, int stage_index,
         const ImageBegins& begins);

    tlm_utils::simple_target_socket<Tile> vector_target{"vector_target"};
    tlm_utils::simple_initiator_socket<Tile> vector_initiator{"vector_initiator"};
    tlm_utils::simple_target_socket<Tile> register_target{"register_target"};  // tile_address

    // The interconnect's destination of tensor 0 in this tile's round.
    int first_destination = 0;
    // Reloading: a row of that macro is written, in all copies; -1: the coefficients.
    std::function<void(int macro)> on_written;

    WindowPipeline& pipeline() { return pipeline_; }
    const WindowPipeline& pipeline() const { return pipeline_; }
    TileDatapath& datapath() { return datapath_; }
    const TileDatapath& datapath() const { return datapath_; }
    Macro& macro(int index) { return macros_.macro(index); }
    int macros() const { return macros_.count(); }  // of all copies

    std::int64_t activations() const { return pipeline_.activations() + macros_.activations(); }
    std::int64_t macro_steps() const { return macros_.steps(); }
    void record(Waveform& wave);      // the tile without its macros
    std::string waiting_for() const;  // for the report of a stuck run; empty when idle

private:
    void make_rtl_lanes(const PostProcessingParams& params, const Clock& clock);
    void receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void receive_weights(const VectorExtension& vector, const unsigned char* data);
    void write_register(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void offer(const OutputVector& vector, std::int64_t image, const CriticalPath& path);
    tlm::tlm_sync_enum sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);

    const int stage_index_;
    TileDatapath datapath_;
    std::unique_ptr<PostLanes> rtl_lanes_;
    WaitAttribution waits_;
    TileMacros macros_;
    TilePaths paths_;
    WindowPipeline pipeline_;
    TileRegisters registers_;
    ReusablePayload<VectorExtension> vector_payload_;
};

}  // namespace cimarron
