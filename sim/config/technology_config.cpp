// SPDX-License-Identifier: Apache-2.0
#include "sim/config/technology_config.h"

#include "common/error.h"
#include "hw/technology/constants.h"
#include "sim/config/constant_config.h"
#include "sim/config/scaling_config.h"

#include <fmt/format.h>

#include <set>

namespace cimarron {

namespace {

// No rule moves these between nodes: a file of another node must state them.
const std::set<std::string> kWithoutRule = {"logic.nand2_leakage", "wire.resistance",
                                            "wire.bus_energy", "wire.bus_pitch"};

std::string dotted(const std::string& section, const std::string& key) {
    return section.empty() ? key : section + "." + key;
}

// The supply is chosen, not known more or less well.
Constant exact(Constant constant) {
    constant.low_factor = constant.high_factor = 1;
    return constant;
}

// What the file states replaces what scaling gave.
void read_own(const YamlReader& reader, bool moved, Technology& technology) {
    technology.sram_buffer.present = !moved || reader.has("sram_buffer");
    visit_technology(technology, [&](const std::string& section, const std::string& key,
                                     const char* unit, double least, Constant& constant) {
        if (section.empty()) return;
        const YamlReader parent = reader.optional_child(section);
        const bool needed =
            moved && (section == "sram_buffer" || kWithoutRule.count(dotted(section, key)) > 0);
        if (!needed && !parent.has(key)) return;
        constant = read_constant(parent, key, unit, least);
        constant.name = dotted(section, key);
    });
}

Technology read_scaled(const YamlReader& reader) {
    const std::string name = reader.required<std::string>("name");
    const Technology base = load_technology(reader.required_path("scaled_from"));
    const ScalingRules rules = load_scaling(reader.required_path("rules"));
    const auto flavour =
        reader.required_enum<Flavour>("flavour", {{"hp", Flavour::hp}, {"lp", Flavour::lp}});
    const Constant node = read_constant(reader, "node", "nm", kPositive);
    const Constant supply = exact(read_constant(reader, "supply", "V", kPositive));
    Technology technology;
    try {
        technology = scale(base, {node.value, supply.value, flavour}, rules);
    } catch (const UserError& error) {
        reader.fail("", error.what());
    }
    technology.name = name;
    technology.node = node;
    technology.supply = supply;
    read_own(reader, node.value != base.node.value, technology);
    reader.done();
    return technology;
}

}  // namespace

Technology read_technology(const YamlReader& reader) {
    if (reader.has("scaled_from")) return read_scaled(reader);
    Technology technology;
    technology.sram_buffer.present = !reader.optional<bool>("no_sram_buffer", false);
    technology.name = reader.required<std::string>("name");
    visit_technology(technology, [&](const std::string& section, const std::string& key,
                                     const char* unit, double least, Constant& constant) {
        const YamlReader parent = section.empty() ? reader : reader.required_child(section);
        constant = read_constant(parent, key, unit, least);
        constant.name = dotted(section, key);
    });
    technology.supply = exact(technology.supply);
    reader.done();
    return technology;
}

Technology load_technology(const std::filesystem::path& file) {
    return read_technology(YamlReader::load(file));
}

YAML::Node to_yaml(const Technology& technology) {
    YAML::Node node(YAML::NodeType::Map);
    node["name"] = technology.name;
    if (!technology.sram_buffer.present) node["no_sram_buffer"] = "true";
    visit_technology(technology, [&](const std::string& section, const std::string& key,
                                     const char*, double, const Constant& constant) {
        if (section.empty())
            node[key] = to_yaml(constant);
        else
            node[section][key] = to_yaml(constant);
    });
    return node;
}

}  // namespace cimarron
