// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/yaml_json.h"

#include <string>
#include <vector>

namespace cimarron {

// A point of one sweep beside that of another.
struct PointPair {
    std::string name;         // what tells it from the others, key=value; empty where there is one
    const Json* a = nullptr;  // nullptr: the other sweep alone has it
    const Json* b = nullptr;
};

// Pairs two arrays of results, which must outlive the pairs, by what tells the points of each
// apart, whatever their order: network, device, activation bits and seed, then of the effective
// configuration the fewest keys that do, words before numbers and constants last, then the input
// files. Points that nothing tells apart are paired in order.
std::vector<PointPair> match_points(const Json& a, const Json& b);

}  // namespace cimarron
