// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

namespace cimarron {

// The same network with every node behind those it reads, otherwise in the order it had: a file may
// hold the convolution of a residual add before the shortcut's.
Network topologically_ordered(Network network);

}  // namespace cimarron
