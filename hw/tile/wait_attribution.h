// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/macro/wait_clock.h"
#include "hw/tile/tile_datapath.h"

namespace cimarron {

// Gives the waits of a tile's macros their causes: for input, whether what the next window lacks
// is on its way or not yet made; with results, what holds them back.
class WaitAttribution {
public:
    WaitAttribution(const TileDatapath& datapath, const Clock& clock)
        : datapath_(datapath), clock_(clock) {}

    const MacroWaits& waits() const { return waits_; }

    // A vector that the tile reads was offered to the interconnect, and reached the tile.
    void offered(const VectorExtension& vector) { count(vector, 1); }
    void arrived(const VectorExtension& vector) { count(vector, -1); }
    // What macros without input wait for, when that window is the next.
    void next_window(std::int64_t image, int window);
    // What macros whose results are not taken wait for. queue_full: post-processing cannot empty
    // its vectors into the output queue; no_room: the queue's first vector has no room at its
    // readers.
    void results(bool queue_full, bool no_room);

private:
    void count(const VectorExtension& vector, int change);

    const TileDatapath& datapath_;
    const Clock& clock_;
    MacroWaits waits_;
    int inputs_under_way_ = 0;
    int residuals_under_way_ = 0;
};

}  // namespace cimarron
