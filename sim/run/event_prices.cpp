// SPDX-License-Identifier: Apache-2.0
#include "sim/run/event_prices.h"

#include "hw/cost/block_meter.h"
#include "sim/run/pricing.h"

namespace cimarron {

EventPrices event_prices(const AcceleratorParams& params, const Technology& technology,
                         const Device& device) {
    const auto costs = chip_cost(params, technology, device);
    const auto meter = [&](auto block) { return block_meter(costs, block, inference); };
    return {meter(&AcceleratorActivity::macro), meter(&AcceleratorActivity::tile),
            meter(&AcceleratorActivity::interconnect), meter(&AcceleratorActivity::global_buffer)};
}

}  // namespace cimarron
