// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/chip_tiles.h"
#include "hw/accelerator/round_control.h"
#include "hw/chip/tile.h"
#include "hw/memory/global_buffer.h"
#include "hw/trace/status_trace.h"

#include <functional>
#include <string>

namespace cimarron {

// Starts images, and knows when the chip is busy and when it is done (register_map.h): sequential,
// when nothing is under way; pipelined, when the logits of an image can be read.
class ChipControl {
public:
    ChipControl(Dataflow dataflow, const Clock& clock, GlobalBuffer& global_buffer,
                ChipTiles& tiles);

    // Weights are reloaded: rounds take the images through.
    void set_rounds(RoundControl& rounds);

    void write(std::uint64_t value);  // the control register
    bool busy() const;
    bool done() const { return done_; }
    std::function<void()> on_done_changed;
    // A block has come further, led there by that path.
    void progress(const CriticalPath& path);

    // Of the oldest image not read; returns the cycles of the global buffer's port.
    std::int64_t read_logits(std::int64_t* logits);
    // Of that image, from its pixels taken to its logits read.
    const CriticalPath& critical_path() const { return critical_path_; }

    void record(Waveform& wave, const std::string& path);  // busy, done

private:
    bool pipelined() const { return dataflow_ == Dataflow::pipelined; }
    void update_done(const CriticalPath& last);

    const Dataflow dataflow_;
    const Clock& clock_;
    GlobalBuffer& global_buffer_;
    ChipTiles& tiles_;
    RoundControl* rounds_ = nullptr;  // nullptr: weights stay
    bool done_ = false;
    CriticalPath done_path_;  // of what made it so
    CriticalPath critical_path_;
    StatusTrace* trace_ = nullptr;  // the waveform has it
};

}  // namespace cimarron
