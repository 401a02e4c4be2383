// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <optional>

namespace cimarron::foreign {

// Channels of a tensor [1, C, ...]; 1 for anything else.
std::int64_t channels_of(const Dims& dims);

// A constant that is joined with a tensor [1, C, ...] as one number or one for each channel, 1-D;
// nothing when it differs within a channel.
std::optional<Tensor> per_channel(const Tensor& constant, const Dims& dims);

}  // namespace cimarron::foreign
