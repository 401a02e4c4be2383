// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/technology/logic.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace cimarron {

constexpr int kSeeds = 40;

using Names = std::set<std::string>;

// What a change of one parameter moves; everything not named stays, bit for bit. The interconnect's
// length follows the area of the chip and is looked at apart.
struct Moves {
    Names area_up, area_down, event_up, event_down;
};

struct Change {
    const char* name;
    std::function<void(AcceleratorParams&)> apply;
    std::function<Moves(const AcceleratorParams& before, const Device&)> moves;
};

inline Names both(Names a, const Names& b) {
    a.insert(b.begin(), b.end());
    return a;
}
inline Names when(bool condition, const Names& names) {
    return condition ? names : Names{};
}

inline const Names kMacro = {"macro.array", "macro.word_line_driver", "macro.adc",
                             "macro.shift_adder", "macro.control"};
inline const Names kTile = {"tile.input_buffer",   "tile.input_register",  "tile.adder_tree",
                            "tile.window_sum",     "tile.post_processing", "tile.output_buffer",
                            "tile.residual_buffer"};

inline Names per_column(const AcceleratorParams& p) {
    return both(when(p.macro.sample_and_hold.present, {"macro.sample_and_hold"}),
                when(p.macro.adc.columns_per_adc > 1, {"macro.column_mux"}));
}

inline Moves observed(const std::vector<ComponentCost>& before,
                      const std::vector<ComponentCost>& after, const Moves& expected) {
    const bool bus_expected = expected.area_up.count("interconnect") != 0;
    Moves moves;
    for (const ComponentCost& old : before) {
        const ComponentCost& now = find(after, old.name);
        if (old.name != "interconnect" || bus_expected) {
            if (now.area > old.area) moves.area_up.insert(old.name);
            if (now.area < old.area) moves.area_down.insert(old.name);
        }
        for (std::size_t i = 0; i < old.events.size(); ++i) {
            const std::string name = old.name + "." + old.events[i].name;
            if (name == "interconnect.payload_bit") continue;
            if (now.events[i].per_event > old.events[i].per_event) moves.event_up.insert(name);
            if (now.events[i].per_event < old.events[i].per_event) moves.event_down.insert(name);
        }
    }
    return moves;
}

inline void check(const std::vector<Change>& changes) {
    for (int seed = 1; seed <= kSeeds; ++seed) {
        Rng rng(static_cast<std::uint64_t>(seed));
        const AcceleratorParams params = random_params(rng);
        for (const Device& device : shipped_devices())
            for (const Change& change : changes) {
                SCOPED_TRACE(testing::Message()
                             << "seed " << seed << ", " << device.name << ", " << change.name);
                AcceleratorParams changed = params;
                change.apply(changed);
                const Moves expected = change.moves(params, device);
                const Moves moves =
                    observed(chip_cost(params, shipped_technology(), device),
                             chip_cost(changed, shipped_technology(), device), expected);
                EXPECT_EQ(moves.area_up, expected.area_up);
                EXPECT_EQ(moves.area_down, expected.area_down);
                EXPECT_EQ(moves.event_up, expected.event_up);
                EXPECT_EQ(moves.event_down, expected.event_down);
            }
    }
}

inline double area_ratio(const AcceleratorParams& a, const AcceleratorParams& b,
                         const Device& device, const std::string& name) {
    return find(chip_cost(b, shipped_technology(), device), name).area /
           find(chip_cost(a, shipped_technology(), device), name).area;
}

}  // namespace cimarron
