// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/round_control.h"

#include "hw/accelerator/routes.h"

#include <algorithm>

namespace cimarron {

RoundControl::RoundControl(const Program& program, std::vector<Tile*> blocks,
                           GlobalBuffer& global_buffer, WeightLoader& loader, const Clock& clock)
    : program_(program),
      blocks_(std::move(blocks)),
      global_buffer_(global_buffer),
      loader_(loader),
      clock_(clock),
      tiles_(static_cast<std::size_t>(program.rounds)),
      kept_(tiles_.size()),
      resident_(tiles_.size()) {
    std::size_t block = 0;
    for (const Stage& stage : program.stages) {
        for (const TilePlacement& tile : stage.tiles)
            tiles_[static_cast<std::size_t>(tile.round)].push_back(block++);
        for (const StageOutput& output : stage.outputs)
            if (program.tensor(output.tensor).kept)
                kept_[static_cast<std::size_t>(stage.last_round())].push_back(output.tensor);
    }
    loader.on_loaded = [this] { loaded(); };
}

void RoundControl::start() {
    ++images_;
    busy_ = true;
    path_ = global_buffer_.start_path();
    begin(0);
}

void RoundControl::begin(int round) {
    if (round_ >= 0) {
        resident_[static_cast<std::size_t>(round_)] += clock_.now() - since_;
        for (const std::size_t block : tiles_[static_cast<std::size_t>(round_)])
            write(block, tile_address::kEnable, 0);
    }
    round_ = round;
    since_ = clock_.now();
    for (const std::size_t block : tiles_[static_cast<std::size_t>(round)]) {
        write(block, tile_address::kEnable, 1);
        write(block, tile_address::kLoad, 1);
    }
    loading_ = true;
    loader_.load(round);
}

void RoundControl::loaded() {
    loading_ = false;
    loading_cycles_ += clock_.now() - since_;
    path_ = path_.then(kHostPath, PathCause::reload, clock_.now());
    global_buffer_.resume(path_);
    for (const int tensor : program_.sent_in(round_))
        global_buffer_.send(tensor, tensor_destination(program_, round_, tensor));
}

bool RoundControl::over() const {
    const auto round = static_cast<std::size_t>(round_);
    const bool last = round_ == program_.rounds - 1;
    return std::all_of(
               tiles_[round].begin(), tiles_[round].end(),
               [this](std::size_t block) { return blocks_[block]->pipeline().done(images_); }) &&
           std::all_of(kept_[round].begin(), kept_[round].end(),
                       [this](int tensor) { return global_buffer_.has(tensor); }) &&
           (!last || !global_buffer_.computing());
}

void RoundControl::advance(const CriticalPath& path) {
    if (!busy_ || loading_ || !over()) return;
    path_ = path.then(kHostPath, PathCause::dependency, clock_.now());
    if (round_ + 1 < program_.rounds) {
        begin(round_ + 1);
        return;
    }
    busy_ = false;
    global_buffer_.release_image();
    on_done();
}

std::int64_t RoundControl::resident_cycles(int round) const {
    return resident_[static_cast<std::size_t>(round)] +
           (round == round_ ? clock_.now() - since_ : 0);
}

}  // namespace cimarron
