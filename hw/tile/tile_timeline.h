// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/tile/tile_observer.h"
#include "hw/trace/timeline.h"

#include <string>

namespace cimarron {

// The images of one layer, from the first of its tiles that starts to the last one that is idle.
class LayerTimeline {
public:
    LayerTimeline(Timeline& timeline, const std::string& layer)
        : timeline_(timeline), track_(timeline.track("layers", layer)), layer_(layer) {}

    void begin(std::int64_t cycle);
    void end(std::int64_t cycle);

private:
    Timeline& timeline_;
    const Timeline::Track track_;
    const std::string layer_;
    int tiles_ = 0;  // at work
    std::int64_t since_ = 0;
};

// A tile's tracks: fetch, post_processing and send, with the stalls between them.
class TileTimeline final : public TileObserver {
public:
    TileTimeline(Timeline& timeline, const std::string& group, LayerTimeline& layer);

    void step(TileStep step, int number, std::int64_t cycle) override;

private:
    struct Lane {
        Timeline::Track track = 0;
        std::int64_t since = -1;
    };
    void end(Lane& lane, const char* what, int number, std::int64_t cycle);

    Timeline& timeline_;
    LayerTimeline& layer_;
    Lane fetch_, post_, send_;
};

}  // namespace cimarron
