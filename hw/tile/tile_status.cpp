// SPDX-License-Identifier: Apache-2.0
// What a tile says of itself: to waveforms, to the report, to the watchdog.
#include "hw/tile/tile.h"
#include "hw/tile/tile_trace.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

TileStatus Tile::status() const {
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
    s.busy_copies = static_cast<int>(
        std::count_if(copies_.begin(), copies_.end(), [](const Copy& c) { return c.busy; }));
    s.queued_bits = queue_.bits();
    return s;
}

void Tile::record(Waveform& wave) {
    auto trace = std::make_unique<TileTrace>(
        wave, name(), [this] { return status(); }, [this] { return datapath_.activity(); });
    observe(*trace);
    wave.keep(std::move(trace));
}

std::int64_t Tile::activations() const {
    return activations_ + wheel_.activations();
}

std::int64_t Tile::macro_steps() const {
    std::int64_t sum = 0;
    for (const auto& macro : macros_) sum += macro->steps();
    return sum;
}

std::string Tile::waiting_for() const {
    if (sending_) return fmt::format("{} for the interconnect", name());
    if (no_room_)
        return fmt::format("{} for room for output {} of image {} in its readers", name(),
                           queue_.front().output, image_of_front());
    if (posted_ < fetches_)
        return fmt::format("{} for window {} of image {}", name(), window_of(posted_),
                           image_of(posted_));
    if (datapath_.input().empty() && datapath_.residual().empty() && idle()) return {};
    if (!turn()) return fmt::format("{} for its turn in the tile", name());
    return fmt::format("{} for the {} of window {} of image {}", name(),
                       datapath_.input().ready(image_of(fetches_), window_of(fetches_))
                           ? "residual"
                           : "input rows",
                       window_of(fetches_), image_of(fetches_));
}

}  // namespace cimarron
