// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/post_schedule.h"

#include "hw/tile/band.h"
#include "hw/tile/pooling.h"

#include <optional>

namespace cimarron {

namespace {

// Follows one vector after another through a stage's post layers.
struct Walk {
    explicit Walk(const Stage& stage) {
        for (int source = -1; source < static_cast<int>(stage.post.size()); ++source)
            readers.push_back(post_readers(stage, source));
        for (const PostLayer& post : stage.post) {
            const auto* pool = std::get_if<PoolLayer>(&post.layer);
            pools.push_back(pool ? std::make_optional<PoolSchedule>(*pool) : std::nullopt);
        }
    }
    void vector(int source, int pixel) {
        const PostReaders& next = readers[static_cast<std::size_t>(source + 1)];
        if (sends) departures.insert(departures.end(), next.outputs.begin(), next.outputs.end());
        for (const int post : next.post) {
            if (const auto& pool = pools[static_cast<std::size_t>(post)]) {
                for (const int out : pool->completed_by(pixel)) vector(post, out);
            } else {
                ++quantized;
                vector(post, pixel);
            }
        }
    }

    std::vector<PostReaders> readers;
    std::vector<std::optional<PoolSchedule>> pools;
    std::vector<int> departures;
    int quantized = 0;
    bool sends = true;
};

}  // namespace

PostReaders post_readers(const Stage& stage, int source) {
    PostReaders readers;
    for (std::size_t i = 0; i < stage.outputs.size(); ++i)
        if (stage.outputs[i].post == source) readers.outputs.push_back(static_cast<int>(i));
    for (std::size_t i = 0; i < stage.post.size(); ++i)
        if (stage.post[i].source == source) readers.post.push_back(static_cast<int>(i));
    return readers;
}

PostSchedule::PostSchedule(const Stage& stage, const TilePlacement& tile) {
    const Band band(stage.mvm, tile);
    Walk walk(stage);
    for (int index = 0; index < band.windows(); ++index) {
        const int window = band.window(index);
        walk.sends = band.sends(window / stage.mvm.output.width);
        first_.push_back(static_cast<int>(walk.departures.size()));
        walk.quantized = 0;
        walk.vector(-1, window);
        quantized_.push_back(walk.quantized);
    }
    first_.push_back(static_cast<int>(walk.departures.size()));
    departures_ = std::move(walk.departures);
}

}  // namespace cimarron
