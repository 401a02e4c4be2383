// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/chip_control.h"

#include "hw/host/register_map.h"

namespace cimarron {

ChipControl::ChipControl(Dataflow dataflow, const Clock& clock, GlobalBuffer& global_buffer,
                         ChipTiles& tiles)
    : dataflow_(dataflow), clock_(clock), global_buffer_(global_buffer), tiles_(tiles) {
    global_buffer.on_done = [this] { progress(global_buffer_.logits_path()); };
    for (auto& tile : tiles.all())
        tile->pipeline().on_idle = [this, &tile = *tile] { progress(tile.pipeline().path()); };
}

void ChipControl::set_rounds(RoundControl& rounds) {
    rounds_ = &rounds;
    rounds.on_done = [this] { update_done(rounds_->path()); };
}

void ChipControl::write(std::uint64_t value) {
    const TracedActivation traced(trace_);
    if ((value & register_map::kEnable) != 0 && rounds_ == nullptr)
        for (std::size_t tile = 0; tile < tiles_.count(); ++tile)
            tiles_.write(tile, tile_address::kEnable, 1);
    if ((value & register_map::kStart) == 0) return;
    global_buffer_.start();
    if (rounds_ != nullptr) rounds_->start();
    update_done({});
}

bool ChipControl::busy() const {
    if (rounds_ != nullptr) return rounds_->busy();
    return global_buffer_.computing() || !tiles_.idle();
}

void ChipControl::progress(const CriticalPath& path) {
    if (rounds_ != nullptr)
        rounds_->advance(path);
    else
        update_done(path);
}

// last: of the event that may have been the last.
void ChipControl::update_done(const CriticalPath& last) {
    const TracedActivation traced(trace_);
    const bool done =
        pipelined() ? global_buffer_.has_logits() : global_buffer_.started() && !busy();
    if (done == done_) return;
    done_ = done;
    if (done) done_path_ = last;
    on_done_changed();
}

std::int64_t ChipControl::read_logits(std::int64_t* logits) {
    const CriticalPath path = pipelined() ? global_buffer_.logits_path() : done_path_;
    const std::int64_t cycles = global_buffer_.read_logits(logits);
    // The host may still have been reading those of the image before.
    critical_path_ = path.then(kHostPath, PathCause::earlier_images, clock_.now())
                         .then(kHostPath, PathCause::logits, clock_.now() + cycles);
    if (pipelined()) update_done(path);
    return cycles;
}

void ChipControl::record(Waveform& wave, const std::string& path) {
    auto trace = std::make_unique<StatusTrace>(wave, path);
    trace_ = trace.get();
    trace_->add("busy", 1, [this] { return busy() ? 1 : 0; });
    trace_->add("done", 1, [this] { return done_ ? 1 : 0; });
    wave.keep(std::move(trace));
}

}  // namespace cimarron
