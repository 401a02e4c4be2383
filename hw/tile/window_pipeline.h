// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/common/clock.h"
#include "hw/tile/stage_timing.h"
#include "hw/tile/tile_datapath.h"
#include "hw/tile/tile_macros.h"
#include "hw/tile/tile_observer.h"
#include "hw/tile/tile_paths.h"
#include "hw/tile/wait_attribution.h"

#include <systemc>

#include <functional>
#include <string>
#include <vector>

namespace cimarron {

// The windows of a tile on their way through it. Once what it needs is there (its rows or,
// sequential, the whole input map and residual), every window passes
//   fetch (input buffer -> input register)   window_fetch().cycles()
//   MVM on all macros of a copy at once      tile_mvm_cycles()
//   accumulate and post-process              post_cycles()
//   send (output queue -> interconnect)      transfer_cycles(), plus waiting for the bus and,
//                                            pipelined, for room in the readers' line buffers
// with one window in each step at a time (in the MVM step, one in each copy); a step whose
// successor is occupied keeps its window. tile_cycles() (stage_timing.h) is the resulting
// recurrence.
class WindowPipeline : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(WindowPipeline);
    WindowPipeline(const sc_core::sc_module_name& name, const TileParams& params,
                   const Clock& clock, TileDatapath& datapath, TileMacros& macros, TilePaths& paths,
                   WaitAttribution& waits);

    // Called when the last window of an image has been post-processed and the last vector
    // delivered. Pooling may drop trailing windows, so that the vector may come first.
    std::function<void()> on_idle;
    bool idle() const { return posted_ == fetches_ && posted_ % windows_ == 0 && queue_.empty(); }
    // All windows of that many images are through.
    bool done(std::int64_t images) const { return idle() && posted_ == images * windows_; }

    // Pipelined: whether a vector's readers have room, and called when this tile's buffers have
    // more.
    std::function<bool(int tensor, std::int64_t image, int pixel)> has_room;
    std::function<void(const CriticalPath& freed)> on_room;
    void retry(const CriticalPath& freed);  // there may be room now

    // They stand in the same tile: one of them works at a time.
    void share_with(WindowPipeline& other) { sharing_.push_back(&other); }

    // A vector that the tile reads was offered to the interconnect; it is in the tile's buffers.
    void expect(const VectorExtension& vector);
    void arrived(const VectorExtension& vector);

    // Offers the queue's first vector to the interconnect, which answers with sent().
    std::function<void(const OutputVector& vector, std::int64_t image, const CriticalPath& path)>
        offer;
    void sent();

    // The path of what it did last.
    const CriticalPath& path() const { return paths_.latest(); }
    // Sums over images: of the cycle at which the first window could be fetched, and of the one at
    // which the last vector was taken.
    std::int64_t started() const { return started_; }
    std::int64_t finished() const { return finished_; }
    std::int64_t activations() const { return activations_; }
    TileStatus status() const;
    void observe(TileObserver& observer) { observers_.push_back(&observer); }
    // What it waits for, for the report of a stuck run; empty when idle.
    std::string waiting_for() const;

private:
    // Windows so far, all images together: the index-th of image i is number i * windows_ + index.
    int index_of(std::int64_t number) const { return static_cast<int>(number % windows_); }
    int window_of(std::int64_t number) const {  // of the layer
        return datapath_.band().window(index_of(number));
    }
    std::int64_t image_of(std::int64_t number) const { return number / windows_; }
    int copy_of(std::int64_t number) const { return index_of(number) % macros_.copies(); }
    std::int64_t image_of_front() const;  // of the output queue

    bool next_ready() const;
    bool turn() const;
    void advance();
    void fetch_next();
    void fetched();
    void issue();
    void hand_over();
    void posted();
    void send();
    void finish_if_idle();
    void tell_macros();
    void name_waits();
    void wake() { advance_event_.notify(sc_core::SC_ZERO_TIME); }
    void tell(TileStep step, int number) {
        for (TileObserver* observer : observers_) observer->step(step, number, clock_.now());
    }

    const TileParams params_;
    const Clock& clock_;
    TileDatapath& datapath_;
    TileMacros& macros_;
    TilePaths& paths_;
    WaitAttribution& waits_;
    const PostSchedule schedule_;
    PostWork post_work_;
    const std::int64_t queue_bits_;
    const std::int64_t windows_;
    std::vector<WindowPipeline*> sharing_;

    std::int64_t fetches_ = 0;  // begun
    bool fetching_ = false;
    bool register_full_ = false;
    std::int64_t issued_ = 0;       // to the macros
    std::int64_t handed_over_ = 0;  // results taken from them
    std::int64_t posted_ = 0;
    bool post_busy_ = false;
    bool post_blocked_ = false;  // its vectors do not fit in the output queue
    OutputQueue queue_;
    bool sending_ = false;
    bool no_room_ = false;    // for the first vector of the queue, at its readers
    std::int64_t sends_ = 0;  // vectors taken by the interconnect
    bool active_ = false;     // what the macros were told last
    bool running_ = false;    // not idle since a window was fetched

    std::int64_t started_ = 0;
    std::int64_t finished_ = 0;
    std::int64_t activations_ = 0;
    std::vector<TileObserver*> observers_;

    sc_core::sc_event advance_event_{"advance_event"};
    sc_core::sc_event fetch_event_{"fetch_event"};
    sc_core::sc_event post_event_{"post_event"};
};

}  // namespace cimarron
