// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_paths.h"

namespace cimarron {

TilePaths::TilePaths(int stage, int copies, const ImageBegins& begins, const Clock& clock)
    : stage_(stage), begins_(begins), clock_(clock), copies_(static_cast<std::size_t>(copies)) {}

CriticalPath TilePaths::led_by(std::int64_t image,
                               std::initializer_list<const CriticalPath*> candidates) {
    for (const CriticalPath* path : candidates)
        if (path->ends(clock_.now())) return latest_ = begins_.follow(*path, image, clock_.now());
    return latest_ = begins_.follow(latest_, image, clock_.now())
                         .then(stage_, PathCause::dependency, clock_.now());
}

void TilePaths::fetch_begins(std::int64_t image) {
    fetch_ = led_by(image, {&issue_, &arrival_, &turn_});
}

void TilePaths::issued(std::int64_t image, int copy) {
    issue_ = led_by(image, {&fetch_, &of_copy(copy)});
    of_copy(copy) = issue_;
}

void TilePaths::handed_over(std::int64_t image, int copy) {
    post_ = led_by(image, {&of_copy(copy), &post_, &send_});
    of_copy(copy) = post_;
}

const CriticalPath& TilePaths::send_begins(std::int64_t image) {
    return send_ = led_by(image, {&room_, &send_, &post_});
}

}  // namespace cimarron
