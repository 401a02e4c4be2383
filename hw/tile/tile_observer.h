// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// What a tile has just done; `number` is the window's, in send and sent the pixel's.
enum class TileStep {
    start,      // its input is complete
    fetch,      // input buffer -> input register begins
    fetched,    // the register is full
    issue,      // register -> the macros of a copy
    hand_over,  // the macros' results are taken, post-processing begins
    posted,     // it ends
    unblocked,  // its vectors found room in the output queue
    send,       // a vector is offered to the interconnect
    sent,
    idle  // the image's last window is posted and its last vector sent
};

// A tile's state machines between two steps.
struct TileStatus {
    bool running = false;
    bool fetching = false;
    bool register_full = false;
    bool post_processing = false;
    bool post_blocked = false;
    bool sending = false;
    int fetched = 0;      // windows taken from the input buffer
    int issued = 0;       // windows
    int handed_over = 0;  // windows
    int busy_copies = 0;
    std::int64_t queued_bits = 0;  // in the output queue
};

class TileObserver {
public:
    virtual ~TileObserver() = default;
    virtual void step(TileStep step, int number, std::int64_t cycle) = 0;
};

}  // namespace cimarron
