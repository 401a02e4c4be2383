// SPDX-License-Identifier: Apache-2.0
#include "sim/config/technology_config.h"

#include "hw/cost/visit.h"
#include "sim/config/constant_config.h"

namespace cimarron {

Technology read_technology(const YamlReader& reader) {
    Technology technology;
    technology.name = reader.required<std::string>("name");
    visit_technology(technology, [&](const std::string& section, const std::string& key,
                                     const char* unit, double least, Constant& constant) {
        const YamlReader parent = section.empty() ? reader : reader.required_child(section);
        constant = read_constant(parent, key, unit, least);
        if (!section.empty()) constant.name = section + "." + key;
    });
    reader.done();
    return technology;
}

Technology load_technology(const std::filesystem::path& file) {
    return read_technology(YamlReader::load(file));
}

YAML::Node to_yaml(const Technology& technology) {
    YAML::Node node(YAML::NodeType::Map);
    node["name"] = technology.name;
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
