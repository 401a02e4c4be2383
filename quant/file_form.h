// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace cimarron {

// How a network's file holds what belongs to one image: sizes in the file's order, without the
// batch, and whether channels come last among them. No sizes: channels, height and width; for
// logits of one pixel, channels alone.
struct TensorForm {
    std::vector<int> sizes = {};
    bool channels_last = false;
};

// What the file makes of its logits, over the channels.
enum class Ending { logits, softmax, log_softmax, arg_max };

// The file's own side of a Network, whose tensors are C x H x W whatever the file's order.
struct FileForm {
    TensorForm image;
    TensorForm logits;
    Ending ending = Ending::logits;
};

}  // namespace cimarron
