// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_timeline.h"

#include <fmt/format.h>

namespace cimarron {

void LayerTimeline::begin(std::int64_t cycle) {
    if (tiles_++ == 0) since_ = cycle;
}

void LayerTimeline::end(std::int64_t cycle) {
    if (--tiles_ == 0) timeline_.slice(track_, layer_, since_, cycle);
}

TileTimeline::TileTimeline(Timeline& timeline, const std::string& group, LayerTimeline& layer)
    : timeline_(timeline), layer_(layer) {
    fetch_.track = timeline.track(group, "fetch");
    post_.track = timeline.track(group, "post_processing");
    send_.track = timeline.track(group, "send");
}

void TileTimeline::step(TileStep step, int number, std::int64_t cycle) {
    switch (step) {
        case TileStep::start:
            layer_.begin(cycle);
            break;
        case TileStep::fetch:
            fetch_.since = cycle;
            break;
        case TileStep::fetched:
            end(fetch_, "window", number, cycle);
            break;
        case TileStep::issue:
            end(fetch_, "wait_macros", number, cycle);
            break;
        case TileStep::hand_over:
            post_.since = cycle;
            break;
        case TileStep::posted:
            end(post_, "window", number, cycle);
            break;
        case TileStep::unblocked:
            end(post_, "wait_queue", number, cycle);
            break;
        case TileStep::send:
            send_.since = cycle;
            break;
        case TileStep::sent:
            end(send_, "pixel", number, cycle);
            break;
        case TileStep::idle:
            layer_.end(cycle);
            break;
    }
}

// What follows on the lane begins where this ends.
void TileTimeline::end(Lane& lane, const char* what, int number, std::int64_t cycle) {
    timeline_.slice(lane.track, fmt::format("{} {}", what, number), lane.since, cycle);
    lane.since = cycle;
}

}  // namespace cimarron
