// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/rng.h"
#include "hw/cost/chip_cost.h"
#include "sim/config/device_config.h"
#include "sim/config/technology_config.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace cimarron {

inline std::filesystem::path config_path(const std::string& name) {
    return std::filesystem::path(CIMARRON_SOURCE_DIR) / "configs" / name;
}

inline const Technology& shipped_technology() {
    static const Technology technology = load_technology(config_path("technology/22nm.yaml"));
    return technology;
}

inline const std::vector<Device>& shipped_devices() {
    static const std::vector<Device> devices = {load_device(config_path("device/sram_22nm.yaml")),
                                                load_device(config_path("device/rram_22nm.yaml")),
                                                load_device(config_path("device/fefet_22nm.yaml"))};
    return devices;
}

// Sizes chosen so that doubling any of them keeps columns a multiple of columns per ADC.
inline AcceleratorParams random_params(Rng& rng) {
    AcceleratorParams p;
    p.clock_period_ps = rng.uniform_int(1000, 3000);
    p.tiles = rng.uniform_int(1, 16);
    p.tile.macros = rng.uniform_int(2, 12);
    p.tile.input_buffer = {1 << rng.uniform_int(10, 16), 1 << rng.uniform_int(5, 8)};
    p.tile.output_buffer = {1 << rng.uniform_int(10, 14), 1 << rng.uniform_int(5, 8)};
    p.tile.residual_buffer = {1 << rng.uniform_int(10, 14), 1 << rng.uniform_int(5, 8)};
    p.tile.post_processing = {rng.uniform_int(1, 32), rng.uniform_int(1, 6),
                              rng.uniform_int(8, 20)};
    p.global_buffer = {1 << rng.uniform_int(12, 18), 1 << rng.uniform_int(5, 8)};
    p.interconnect.width_bits = 1 << rng.uniform_int(4, 8);
    MacroParams& m = p.macro;
    m.adc.columns_per_adc = 1 << rng.uniform_int(0, 3);
    m.adc.bits = rng.uniform_int(1, 10);
    m.adc.conversion_cycles = rng.uniform_int(1, 12);
    m.array.rows = 2 * rng.uniform_int(16, 256);
    m.array.columns = 16 * rng.uniform_int(1, 32);
    m.array.rows_active = 2 * rng.uniform_int(1, m.array.rows / 2);
    m.word_line_driver = {rng.uniform_int(1, 4), 1, rng.uniform_int(1, 4)};
    m.sample_and_hold = {rng.coin(0.5), rng.uniform_int(1, 3)};
    m.shift_adder.accumulator_bits = rng.uniform_int(12, 40);
    return p;
}

inline AcceleratorActivity random_activity(Rng& rng) {
    const auto some = [&] { return std::int64_t{rng.uniform_int(1, 1000000)}; };
    AcceleratorActivity a;
    const std::int64_t on = some();
    a.macro.array = {some(), some(), on + some(), on, some()};
    a.macro.word_line_driver = {some(), some(), some()};
    a.macro.sample_and_hold.samples = some();
    a.macro.column_mux.switches = some();
    a.macro.adc = {some(), some(), some()};
    a.macro.shift_adder.additions = some();
    a.macro.control_steps = some();
    a.tile.input_buffer = {some(), some()};
    a.tile.output_buffer = {some(), some()};
    a.tile.residual_buffer = {some(), some()};
    a.tile.adder_tree.additions = some();
    a.tile.window_sum.additions = some();
    a.tile.post_processing = {some(), some(), some(), some(), some()};
    a.tile.input_register_bits = some();
    a.interconnect = {some(), some(), some()};
    a.global_buffer = {some(), some()};
    return a;
}

template <class Component>
const Component& find(const std::vector<Component>& components, const std::string& name) {
    const auto at = std::find_if(components.begin(), components.end(),
                                 [&](const Component& c) { return c.name == name; });
    if (at == components.end()) throw std::out_of_range(name);
    return *at;
}

inline Energy event_price(const std::vector<ComponentCost>& costs, const std::string& component,
                          const std::string& event) {
    return find(find(costs, component).events, event).per_event;
}

}  // namespace cimarron
