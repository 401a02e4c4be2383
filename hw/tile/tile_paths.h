// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/trace/critical_path.h"

#include <initializer_list>
#include <vector>

namespace cimarron {

// What led to each event of a tile, so that the path of its last one goes back to the image
// without a gap. The pipeline of windows calls it at each event, in the cycle of the event; an
// event that several others may have allowed was allowed by the last of them, which ends now.
class TilePaths {
public:
    TilePaths(int stage, int copies, const ImageBegins& begins, const Clock& clock);

    // Of the event before this one.
    const CriticalPath& latest() const { return latest_; }

    // From outside.
    void vector_arrived(const CriticalPath& path) { latest_ = arrival_ = path; }
    void readers_have_room(const CriticalPath& freed) { room_ = freed; }
    void tile_is_free(const CriticalPath& path) { turn_ = path; }  // of what shares it

    // The steps of a window of that image.
    void fetch_begins(std::int64_t image);
    void fetched() { fetch_ = ended(fetch_, PathCause::fetch); }
    void issued(std::int64_t image, int copy);
    void computed(int copy) { of_copy(copy) = ended(of_copy(copy), PathCause::mvm); }
    void handed_over(std::int64_t image, int copy);
    void posted() { post_ = ended(post_, PathCause::post_processing); }
    // The path with which a vector is offered to the interconnect.
    const CriticalPath& send_begins(std::int64_t image);
    void sent() { send_ = ended(send_, PathCause::network); }

private:
    // The first of the candidates that ends now; where none does, the event before and a
    // dependency.
    CriticalPath led_by(std::int64_t image, std::initializer_list<const CriticalPath*> candidates);
    // A step that began with that path is over.
    CriticalPath ended(const CriticalPath& begun, PathCause cause) {
        return latest_ = begun.then(stage_, cause, clock_.now());
    }
    CriticalPath& of_copy(int copy) { return copies_[static_cast<std::size_t>(copy)]; }

    const int stage_;
    const ImageBegins& begins_;
    const Clock& clock_;
    CriticalPath latest_;
    CriticalPath arrival_;
    CriticalPath fetch_;  // begun, then ended; so are the post-processing's and the sending's
    CriticalPath issue_;
    CriticalPath post_;
    CriticalPath send_;
    CriticalPath room_;
    CriticalPath turn_;
    std::vector<CriticalPath> copies_;  // of a copy's issue, its last macro's end, its hand-over
};

}  // namespace cimarron
