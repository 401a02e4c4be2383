// SPDX-License-Identifier: Apache-2.0
#include "sim/config/device_config.h"

#include "hw/technology/constants.h"
#include "sim/config/constant_config.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

constexpr std::initializer_list<std::pair<const char*, DeviceKind>> kKinds = {
    {"sram", DeviceKind::sram},   {"charge", DeviceKind::charge}, {"rram", DeviceKind::rram},
    {"fefet", DeviceKind::fefet}, {"pcm", DeviceKind::pcm},       {"mram", DeviceKind::mram}};

void check_resistances(const YamlReader& reader, const Device& device) {
    if (!device.resistive() || device.off_resistance.value > device.on_resistance.value) return;
    reader.fail("off_resistance",
                fmt::format("is {} ohm, must be above on_resistance ({} ohm)",
                            device.off_resistance.value, device.on_resistance.value));
}

}  // namespace

Device read_device(const YamlReader& reader) {
    Device device;
    device.name = reader.required<std::string>("name");
    device.kind = reader.required_enum<DeviceKind>("kind", kKinds);
    visit_device(device,
                 [&](const char*, const std::string& key, const char* unit, double least,
                     Constant& constant) { constant = read_constant(reader, key, unit, least); });
    const YamlReader variation = reader.required_child("variation");
    visit_variation(
        device, [&](const char*, const std::string& key, const char* unit, double least,
                    Constant& constant) { constant = read_constant(variation, key, unit, least); });
    reader.done();
    check_resistances(reader, device);
    return device;
}

Device load_device(const std::filesystem::path& file) {
    return read_device(YamlReader::load(file));
}

YAML::Node to_yaml(const Device& device) {
    YAML::Node node(YAML::NodeType::Map);
    node["name"] = device.name;
    node["kind"] = to_string(device.kind);
    visit_device(device, [&](const char*, const std::string& key, const char*, double,
                             const Constant& constant) { node[key] = to_yaml(constant); });
    visit_variation(device,
                    [&](const char* section, const std::string& key, const char*, double,
                        const Constant& constant) { node[section][key] = to_yaml(constant); });
    return node;
}

std::string to_string(DeviceKind kind) {
    for (const auto& [name, value] : kKinds)
        if (value == kind) return name;
    return {};
}

}  // namespace cimarron
