// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/cost/energy_meter.h"
#include "hw/technology/device.h"
#include "hw/technology/technology.h"

namespace cimarron {

// What a mapping is judged by when energy counts: joules of what the macros and tiles do, and watts
// of a chip of so many tiles.
struct MappingPrices {
    EnergyMeter<MacroActivity> macro;
    EnergyMeter<TileActivity> tile;
    double leakage_base_w = 0;
    double leakage_tile_w = 0;

    double dynamic_j(const AcceleratorActivity& activity) const {
        return macro.joules(activity.macro) + tile.joules(activity.tile);
    }
    double leakage_w(int tiles) const { return leakage_base_w + tiles * leakage_tile_w; }
};

MappingPrices mapping_prices(const AcceleratorParams& params, const Technology& technology,
                             const Device& device);

}  // namespace cimarron
