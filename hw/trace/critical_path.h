// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace cimarron {

// What cycles on a critical path pass with.
enum class PathCause {
    image,            // the host writes it
    global_buffer,    // reading a row of it
    network,          // a vector asks for the interconnect and crosses it
    fetch,            // input buffer to input register
    mvm,              // the macros
    post_processing,  // adder tree to pooling
    logits,           // the host reads them
    reload,           // weights of a round, from DRAM into the macros
    dram,             // a tensor that is kept there
    dependency,       // none of these: the end of trailing windows
    earlier_images    // before this image had its turn
};
const char* name_of(PathCause cause);

// Where: a stage of the program, or
constexpr int kHostPath = -1;  // the host and the global buffer

struct PathStep {
    int where = kHostPath;
    PathCause cause = PathCause::image;
    std::int64_t cycles = 0;
};

// How an event of an image came to happen when it did: steps without a gap from the image's begin,
// each begun by the last thing it waited for. A value; paths share their beginnings.
class CriticalPath {
public:
    CriticalPath() = default;
    static CriticalPath begin(std::int64_t image, std::int64_t cycle);

    // The path of an event at `cycle` that this one led to; none of none.
    CriticalPath then(int where, PathCause cause, std::int64_t cycle) const;
    // The path of an event of another image, begun at image_begin, that this one held back until
    // `cycle`.
    CriticalPath hold_back(std::int64_t image, std::int64_t image_begin, std::int64_t cycle) const;

    bool empty() const { return last_ == nullptr; }
    bool ends(std::int64_t cycle) const { return last_ != nullptr && last_->end == cycle; }
    std::int64_t end() const { return last_->end; }
    std::int64_t image() const { return last_->image; }
    // One for each place and cause, in the order in which they first come.
    std::vector<PathStep> steps() const;

private:
    struct Node {
        Node(std::shared_ptr<const Node> p, std::int64_t i, int w, PathCause c, std::int64_t b,
             std::int64_t e)
            : parent(std::move(p)), image(i), where(w), cause(c), begin(b), end(e) {}
        ~Node();
        Node(const Node&) = delete;
        Node& operator=(const Node&) = delete;
        mutable std::shared_ptr<const Node> parent;
        std::int64_t image;
        int where;
        PathCause cause;
        std::int64_t begin;
        std::int64_t end;
    };
    static CriticalPath make(std::shared_ptr<const Node> parent, std::int64_t image, int where,
                             PathCause cause, std::int64_t begin, std::int64_t end);
    std::shared_ptr<const Node> last_;
};

// When each image under way began, for the blocks that an image of another reaches.
class ImageBegins {
public:
    void begin(std::int64_t image, std::int64_t cycle) { slot(image) = cycle; }
    std::int64_t of(std::int64_t image) const { return begins_[index(image)]; }
    // `cause`, as what an event of `image` waited for.
    CriticalPath follow(const CriticalPath& cause, std::int64_t image, std::int64_t cycle) const {
        return !cause.empty() && cause.image() == image ? cause
                                                        : cause.hold_back(image, of(image), cycle);
    }

private:
    static constexpr std::size_t kSlots = 256;  // more than images under way
    static std::size_t index(std::int64_t image) {
        return static_cast<std::size_t>(image) % kSlots;
    }
    std::int64_t& slot(std::int64_t image) { return begins_[index(image)]; }
    std::vector<std::int64_t> begins_ = std::vector<std::int64_t>(kSlots);
};

}  // namespace cimarron
