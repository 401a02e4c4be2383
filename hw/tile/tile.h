// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/common/payload.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/macro/macro.h"
#include "hw/tile/post_lanes.h"
#include "hw/tile/stage_timing.h"
#include "hw/tile/tile_datapath.h"
#include "hw/tile/tile_observer.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// Address map of a tile's register_target.
namespace tile_address {
constexpr std::uint64_t kEnable = 0x0;  // write, passed to all macros: cycles count (1) or not (0)
constexpr std::uint64_t kLoad = 0x8;    // write, passed to all macros: new weights come
constexpr std::uint64_t kAffine = 0x1000;  // write: ChannelAffine of every channel
constexpr std::uint64_t kMacros =
    0x100000000;  // macro m's registers follow at kMacros + m * kMacroSpan
constexpr std::uint64_t kMacroSpan = 0x100000000;
}  // namespace tile_address

// One stage's work on some of its channels. Once what it needs is there (its rows or, sequential,
// the whole input map and residual), every window passes
//   fetch (input buffer -> input register)   window_fetch().cycles()
//   MVM on all macros of a copy at once      tile_mvm_cycles()
//   accumulate and post-process              post_cycles()
//   send (output queue -> interconnect)      transfer_cycles(), plus waiting for the bus and,
//   pipelined,
//                                            for room in the readers' line buffers
// with one window in each step at a time (in the MVM step, one in each copy); a step whose
// successor is occupied keeps its window. tile_cycles() (stage_timing.h) is the resulting
// recurrence.
class Tile : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Tile);
    Tile(const sc_core::sc_module_name& name, const AcceleratorParams& params, const Stage& stage,
         const TilePlacement& placement, const Clock& clock, int stage_index,
         const ImageBegins& begins);

    tlm_utils::simple_target_socket<Tile> vector_target{"vector_target"};
    tlm_utils::simple_initiator_socket<Tile> vector_initiator{"vector_initiator"};
    tlm_utils::simple_target_socket<Tile> register_target{"register_target"};

    // Called when the last window of an image has been post-processed and the last vector
    // delivered. Pooling may drop trailing windows, so that the vector may come first.
    std::function<void()> on_idle;
    bool idle() const { return posted_ == fetches_ && posted_ % windows_ == 0 && queue_.empty(); }

    // Pipelined: whether a vector's readers have room, and called when this tile's buffers have
    // more.
    std::function<bool(int tensor, std::int64_t image, int pixel)> has_room;
    std::function<void(const CriticalPath& freed)> on_room;
    void retry(const CriticalPath& freed);  // there may be room now
    // A vector that this tile reads was offered to the interconnect.
    void expect(const VectorExtension& vector);
    // The path of what it did last.
    const CriticalPath& path() const { return path_; }

    // They stand in the same tile: one of them works at a time.
    void share_with(Tile& other) { sharing_.push_back(&other); }

    // The interconnect's destination of tensor 0 in this tile's round.
    int first_destination = 0;
    // Reloading: a row of that macro is written, in all copies; -1: the coefficients.
    std::function<void(int macro)> on_written;
    // All windows of that many images are through.
    bool done(std::int64_t images) const { return idle() && posted_ == images * windows_; }

    Macro& macro(int index) { return *macros_[static_cast<std::size_t>(index)]; }
    int macros() const { return static_cast<int>(macros_.size()); }  // of all copies
    TileDatapath& datapath() { return datapath_; }
    const TileDatapath& datapath() const { return datapath_; }
    // Sums over images: of the cycle at which the first window could be fetched, and of the one at
    // which the last vector was taken.
    std::int64_t started() const { return started_; }
    std::int64_t finished() const { return finished_; }
    std::int64_t activations() const;
    std::int64_t macro_steps() const;
    TileStatus status() const;
    void observe(TileObserver& observer) { observers_.push_back(&observer); }
    void record(Waveform& wave);      // the tile without its macros
    std::string waiting_for() const;  // for the report of a stuck run; empty when idle

private:
    struct MacroPort {
        explicit MacroPort(int index);
        tlm_utils::simple_initiator_socket_tagged<Tile> initiator;
        ReusablePayload<MvmExtension> payload;
    };
    struct Copy {
        bool busy = false;
        int macros_done = 0;
        CriticalPath path;  // of its issue, then of its last macro's end, then of the hand-over
    };
    void receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void receive_weights(const VectorExtension& vector, const unsigned char* data);
    void pass_to_macros(std::uint64_t address, const unsigned char* data);
    void set_affine(const unsigned char* data);
    void write_register(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    tlm::tlm_sync_enum macro_response(int macro, tlm::tlm_generic_payload& payload,
                                      tlm::tlm_phase& phase, sc_core::sc_time& delay);
    tlm::tlm_sync_enum sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
    void advance();
    bool next_ready() const;
    bool turn() const;
    void fetched();
    void posted();
    int index_of(std::int64_t number) const { return static_cast<int>(number % windows_); }
    int window_of(std::int64_t number) const {  // of the layer
        return datapath_.band().window(index_of(number));
    }
    std::int64_t image_of(std::int64_t number) const { return number / windows_; }
    int copy_of(std::int64_t number) const {
        return index_of(number) % static_cast<int>(copies_.size());
    }
    int macros_per_copy() const { return macros() / static_cast<int>(copies_.size()); }
    bool result_waits();
    void hand_over();
    void issue();
    void fetch_next();
    void send();
    void finish_if_idle();
    void count_under_way(const VectorExtension& vector, int change);
    void name_waits();
    bool now(const CriticalPath& path) const { return path.ends(clock_.now()); }
    // What let an event of that image happen now: the first of the candidates that ends now.
    CriticalPath led_by(std::int64_t image, std::initializer_list<const CriticalPath*> candidates);
    std::int64_t image_of_front() const;
    void tell_macros();
    void tell(TileStep step, int number) {
        for (TileObserver* observer : observers_) observer->step(step, number, clock_.now());
    }

    const AcceleratorParams params_;
    const Clock& clock_;
    TileDatapath datapath_;
    std::unique_ptr<PostLanes> rtl_lanes_;
    const PostSchedule schedule_;
    PostWork post_work_;
    const std::int64_t queue_bits_;
    std::vector<std::unique_ptr<MacroPort>> ports_;
    std::vector<PartialSums> partial_sums_;  // of a window's macros
    StepWheel wheel_;
    std::vector<std::unique_ptr<Macro>> macros_;

    // Windows so far, all images together: the index-th of image i is number i * windows_ + index.
    const std::int64_t windows_;
    std::int64_t fetches_ = 0;  // begun
    bool fetching_ = false;
    bool register_full_ = false;
    std::vector<Copy> copies_;
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
    std::vector<Tile*> sharing_;
    ReusablePayload<VectorExtension> vector_payload_;

    // Vectors on their way to it.
    int inputs_under_way_ = 0;
    int residuals_under_way_ = 0;
    MacroWaits waits_;
    const int stage_index_;
    const ImageBegins& begins_;
    CriticalPath path_;          // of the latest event
    CriticalPath arrival_path_;  // of each kind of event, the latest
    CriticalPath fetch_path_;    // begun, then ended
    CriticalPath issue_path_;
    CriticalPath post_path_;  // begun, then ended
    CriticalPath send_path_;  // begun, then taken by the interconnect
    CriticalPath room_path_;
    CriticalPath turn_path_;  // of the end of what shares the tile

    std::int64_t started_ = 0;
    std::int64_t finished_ = 0;
    std::int64_t activations_ = 0;
    std::vector<TileObserver*> observers_;

    sc_core::sc_event advance_event_{"advance_event"};
    sc_core::sc_event fetch_event_{"fetch_event"};
    sc_core::sc_event post_event_{"post_event"};
};

}  // namespace cimarron
