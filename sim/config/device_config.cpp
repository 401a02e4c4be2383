// SPDX-License-Identifier: Apache-2.0
#include "sim/config/device_config.h"

#include "hw/technology/constants.h"
#include "sim/config/constant_config.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr Names<DeviceKind> kKinds = {{"sram", DeviceKind::sram}, {"charge", DeviceKind::charge},
                                      {"rram", DeviceKind::rram}, {"fefet", DeviceKind::fefet},
                                      {"pcm", DeviceKind::pcm},   {"mram", DeviceKind::mram}};
constexpr const char* kResistive = "rram, fefet, pcm, mram";

template <class Keys, class D>
void describe_variation(Keys& f, D& device) {
    const auto add = [&](const ConstantKey& key, auto& value) { constant(f, key, value); };
    visit_any_variation(device.variation, add);
    f.only("kind", kResistive, device.resistive(),
           [&] { visit_resistive_variation(device.variation, add); });
}

template <class Keys, class D>
void describe(Keys& f, D& device) {
    const auto add = [&](const ConstantKey& key, auto& value) { constant(f, key, value); };
    f.value({"name", "", "in results", "SRAM 6T"}, device.name);
    f.choice({"kind", "",
              "cells discharge a precharged line; drive a capacitor each; or conduct at a voltage",
              "sram"},
             device.kind, kKinds);
    visit_cell(device, add);
    f.only("kind", kResistive, device.resistive(), [&] { visit_resistances(device, add); });
    f.only("kind", "charge", device.kind == DeviceKind::charge,
           [&] { visit_cell_capacitance(device, add); });
    f.only("kind", "sram", device.kind == DeviceKind::sram,
           [&] { visit_read_current(device, add); });
    f.child({"variation", "", "how far cells are from ideal; not priced", ""},
            [&](auto& v) { describe_variation(v, device); });
}

void check_resistances(const YamlReader& reader, const Device& device) {
    if (!device.resistive() || device.off_resistance.value > device.on_resistance.value) return;
    reader.fail("off_resistance",
                fmt::format("is {} ohm, must be above on_resistance ({} ohm)",
                            device.off_resistance.value, device.on_resistance.value));
}

}  // namespace

Device read_device(const YamlReader& reader) {
    Device device;
    KeyReader keys(reader);
    describe(keys, device);
    reader.done();
    check_resistances(reader, device);
    return device;
}

Device load_device(const std::filesystem::path& file) {
    return read_device(YamlReader::load(file));
}

YAML::Node to_yaml(const Device& device) {
    KeyWriter keys;
    describe(keys, device);
    return keys.node();
}

std::vector<KeyEntry> device_keys() {
    Device device;
    return list_keys([&](KeyLister& keys) { describe(keys, device); });
}

std::string to_string(DeviceKind kind) {
    for (const auto& [name, value] : kKinds)
        if (value == kind) return name;
    return {};
}

}  // namespace cimarron
