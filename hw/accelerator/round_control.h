// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/memory/global_buffer.h"
#include "hw/memory/weight_loader.h"
#include "hw/program/program.h"
#include "hw/tile/tile.h"

#include <functional>
#include <vector>

namespace cimarron {

// Takes an image through the rounds of a program that does not fit the chip. A round begins when
// the one before is over: its weights are loaded, then the global buffer sends what the round
// reads, and it is over when its tiles have done the image and what later rounds read has arrived.
class RoundControl {
public:
    // blocks: the tiles in placement order, those of all rounds.
    RoundControl(const Program& program, std::vector<Tile*> blocks, GlobalBuffer& global_buffer,
                 WeightLoader& loader, const Clock& clock);

    // Writes a register of a tile.
    std::function<void(std::size_t block, std::uint64_t address, unsigned char value)> write;
    std::function<void()> on_done;  // with an image

    void start();                            // with the image that the global buffer has started
    void advance(const CriticalPath& path);  // a tile or a tensor may be done, led there by this
    const CriticalPath& path() const { return path_; }  // to what it did last
    bool busy() const { return busy_; }

    // Cycles in which a round's weights were there or on their way; from the first image's start
    // on.
    std::int64_t resident_cycles(int round) const;
    std::int64_t loading_cycles() const { return loading_cycles_; }  // all rounds, all images

private:
    void begin(int round);
    void loaded();
    bool over() const;

    const Program& program_;
    const std::vector<Tile*> blocks_;
    GlobalBuffer& global_buffer_;
    WeightLoader& loader_;
    const Clock& clock_;
    std::vector<std::vector<std::size_t>> tiles_;  // blocks of each round
    std::vector<std::vector<int>> kept_;           // tensors that each round completes
    std::vector<std::int64_t> resident_;           // per round, without the present stay
    int round_ = -1;                               // whose weights are there; -1: none yet
    std::int64_t since_ = 0;
    std::int64_t images_ = 0;  // begun
    bool busy_ = false;
    bool loading_ = false;
    std::int64_t loading_cycles_ = 0;
    CriticalPath path_;
};

}  // namespace cimarron
