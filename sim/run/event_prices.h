// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/energy_meter.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

namespace cimarron {

// Dynamic energy of one count of each counter, as the report prices it (programming of weights
// left out): what a waveform's energy_j adds up.
EventPrices event_prices(const AcceleratorParams& params, const Technology& technology,
                         const Device& device);

}  // namespace cimarron
