// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/critical_path.h"

#include <boost/pool/pool_alloc.hpp>

#include <algorithm>

namespace cimarron {

const char* name_of(PathCause cause) {
    constexpr const char* kNames[] = {"image", "global_buffer",   "network",       "fetch",
                                      "mvm",   "post_processing", "logits",        "reload",
                                      "dram",  "dependency",      "earlier_images"};
    return kNames[static_cast<std::size_t>(cause)];
}

// A long chain is let go link by link, not by recursion.
CriticalPath::Node::~Node() {
    std::shared_ptr<const Node> next = std::move(parent);
    while (next != nullptr && next.use_count() == 1) {
        std::shared_ptr<const Node> after = std::move(next->parent);
        next = std::move(after);
    }
}

CriticalPath CriticalPath::make(std::shared_ptr<const Node> parent, std::int64_t image, int where,
                                PathCause cause, std::int64_t begin, std::int64_t end) {
    using Allocator = boost::fast_pool_allocator<Node, boost::default_user_allocator_new_delete,
                                                 boost::details::pool::null_mutex>;
    CriticalPath path;
    path.last_ =
        std::allocate_shared<Node>(Allocator(), std::move(parent), image, where, cause, begin, end);
    return path;
}

CriticalPath CriticalPath::begin(std::int64_t image, std::int64_t cycle) {
    return make(nullptr, image, kHostPath, PathCause::image, cycle, cycle);
}

CriticalPath CriticalPath::then(int where, PathCause cause, std::int64_t cycle) const {
    if (empty() || last_->end == cycle) return *this;
    if (last_->where == where && last_->cause == cause)
        return make(last_->parent, last_->image, where, cause, last_->begin, cycle);
    return make(last_, last_->image, where, cause, last_->end, cycle);
}

CriticalPath CriticalPath::hold_back(std::int64_t image, std::int64_t image_begin,
                                     std::int64_t cycle) const {
    const int where = empty() ? kHostPath : last_->where;
    return begin(image, image_begin).then(where, PathCause::earlier_images, cycle);
}

std::vector<PathStep> CriticalPath::steps() const {
    std::vector<PathStep> steps;  // last first
    for (const Node* node = last_.get(); node != nullptr; node = node->parent.get()) {
        if (node->end == node->begin) continue;
        const auto same = [node](const PathStep& s) {
            return s.where == node->where && s.cause == node->cause;
        };
        // To the end: the place of its first coming.
        auto found = std::find_if(steps.begin(), steps.end(), same);
        PathStep step{node->where, node->cause, node->end - node->begin};
        if (found != steps.end()) {
            step.cycles += found->cycles;
            steps.erase(found);
        }
        steps.push_back(step);
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}

}  // namespace cimarron
