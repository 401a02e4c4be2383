// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/tile/tile_observer.h"
#include "hw/trace/waveform.h"

#include <functional>
#include <string>

namespace cimarron {

// A tile's waveform. Below the tile's instance path:
//   running
//   fetch:        state (0 idle, 1 fetching, 2 waiting for macros), windows (begun)
//   mvm:          windows (issued), busy_copies
//   post_processing: state (0 idle, 1 busy, 2 waiting for room), windows (begun)
//   send:         state (0 idle, 1 sending), queue_bits (in the output queue)
//   energy_j:     dynamic, of the tile without its macros, since the first image
class TileTrace final : public BlockTrace, public TileObserver {
public:
    TileTrace(Waveform& wave, const std::string& path, std::function<TileStatus()> status,
              std::function<TileActivity()> activity);

    void show() override;
    void step(TileStep /*step*/, int /*number*/, std::int64_t /*cycle*/) override {
        if (wave_.open()) show();
    }

private:
    Waveform& wave_;
    const std::function<TileStatus()> status_;
    const std::function<TileActivity()> activity_;
    int running_, fetch_state_, fetched_, issued_, busy_copies_, post_state_, posted_, send_state_,
        queue_, energy_;
};

}  // namespace cimarron
