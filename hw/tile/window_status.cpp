// SPDX-License-Identifier: Apache-2.0
// What the pipeline of windows says of itself: to waveforms, to the report of a stuck run.
#include "hw/tile/window_pipeline.h"

#include <fmt/format.h>

namespace cimarron {

TileStatus WindowPipeline::status() const {
    TileStatus s;
    s.running = running_;
    s.fetching = fetching_;
    s.register_full = register_full_;
    s.post_processing = post_busy_;
    s.post_blocked = post_blocked_;
    s.sending = sending_;
    // Of the image whose window came last.
    const auto in_image = [this](std::int64_t windows) {
        return windows == 0 ? 0 : index_of(windows - 1) + 1;
    };
    s.fetched = in_image(fetches_);
    s.issued = in_image(issued_);
    s.handed_over = in_image(handed_over_);
    s.busy_copies = macros_.busy_copies();
    s.queued_bits = queue_.bits();
    return s;
}

std::string WindowPipeline::waiting_for() const {
    if (sending_) return "for the interconnect";
    if (no_room_)
        return fmt::format("for room for output {} of image {} in its readers",
                           queue_.front().output, image_of_front());
    if (posted_ < fetches_)
        return fmt::format("for window {} of image {}", window_of(posted_), image_of(posted_));
    if (datapath_.input().empty() && datapath_.residual().empty() && idle()) return {};
    if (!turn()) return "for its turn in the tile";
    const bool has_rows = datapath_.input().ready(image_of(fetches_), window_of(fetches_));
    return fmt::format("for the {} of window {} of image {}", has_rows ? "residual" : "input rows",
                       window_of(fetches_), image_of(fetches_));
}

}  // namespace cimarron
