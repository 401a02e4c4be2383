// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/cost/technology.h"
#include "hw/device/device.h"
#include "hw/trace/energy_meter.h"

namespace cimarron {

// Dynamic energy of one count of each counter, as the report prices it (programming of weights
// left out): what a waveform's energy_j adds up.
EventPrices event_prices(const AcceleratorParams& params, const Technology& technology,
                         const Device& device);

}  // namespace cimarron
