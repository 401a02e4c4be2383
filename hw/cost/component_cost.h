// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/quantity.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

struct EventCost {
    std::string name;
    Energy per_event;
};

// One kind of block, all its instances on the chip together.
struct ComponentCost {
    std::string name;  // e.g. macro.adc
    std::int64_t instances = 0;
    Area area;      // all instances
    Power leakage;  // all instances
    std::vector<EventCost> events;
};

struct EventCount {
    std::string name;
    std::int64_t count = 0;
};

// Of one kind of block: what its activity holds, under the names its cost prices.
struct ComponentCount {
    std::string name;
    std::vector<EventCount> events;
};

// With every area multiplied.
std::vector<ComponentCost> laid_out(std::vector<ComponentCost> costs, double factor);

// `count` blocks like `one`; the price of an event does not change.
ComponentCost replicate(ComponentCost one, std::int64_t count);

}  // namespace cimarron
