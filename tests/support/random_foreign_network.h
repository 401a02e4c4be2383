// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "quant/network.h"

namespace cimarron::test {

// A network in the forms that other tools' files have: zeros of codes and weights, activations of
// -1 and +1, clips, every rounding, scales of channels before depthwise layers, open branches,
// sums of quantized ones, Concats. dyadic: all numbers are powers of two or small integers, so that
// double precision is exact and ties are common.
Network random_foreign_network(Rng& rng, bool dyadic);

}  // namespace cimarron::test
