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

std::string dotted(const ConstantKey& key) {
    return *key.section == '\0' ? key.name : fmt::format("{}.{}", key.section, key.name);
}

bool parent_is_buffer(const ConstantKey& key) {
    return std::string(key.section) == "sram_buffer";
}

// The supply is chosen, not known more or less well.
Constant exact(Constant constant) {
    constant.low_factor = constant.high_factor = 1;
    return constant;
}

// What stands before the constants: the name, or where they come from.
struct Head {
    std::string name;
    std::filesystem::path scaled_from, rules;
    Flavour flavour = Flavour::hp;
    bool no_sram_buffer = false;
};

template <class Keys, class H>
void describe_head(Keys& f, H& head) {
    const Names<Flavour> flavours = {{"hp", Flavour::hp}, {"lp", Flavour::lp}};
    f.value({"name", "", "in results", "22 nm"}, head.name);
    f.optional(
        {"scaled_from", "", "a technology that this one is made of, at another node or supply",
         "22nm.yaml", "every constant is stated"},
        head.scaled_from);
    const bool scaled = !head.scaled_from.empty();
    f.only("scaled_from", "given", scaled, [&] {
        f.value({"rules", "", "the scaling file", "../scaling/stillmaker_baas.yaml"}, head.rules);
        f.choice({"flavour", "", "which fits; nodes above 45 nm have only hp", "hp"}, head.flavour,
                 flavours);
    });
    f.only("scaled_from", "absent", !scaled, [&] {
        f.optional({"no_sram_buffer", "",
                    "sram_buffer is left out: buffers cannot be priced at this node", "false"},
                   head.no_sram_buffer);
    });
}

template <class Keys, class T>
void describe_constants(Keys& f, T& t) {
    const auto section = [&](const Key& key, auto visit) {
        f.child(key, [&](auto& inner) {
            visit([&](const ConstantKey& k, auto& value) { constant(inner, k, value); });
        });
    };
    visit_operating_point(t, [&](const ConstantKey& k, auto& value) { constant(f, k, value); });
    section({"logic", "", "standard cells", ""}, [&](auto add) { visit_logic(t.logic, add); });
    section({"wire", "", "of arrays and of the bus", ""},
            [&](auto add) { visit_wire(t.wire, add); });
    f.only("no_sram_buffer", "false", t.sram_buffer.present, [&] {
        section({"sram_buffer", "", "of size S and port width P, both in bits", ""},
                [&](auto add) { visit_sram_buffer(t.sram_buffer, add); });
    });
    section({"adc", "", "converters of b bits, at node N and supply V", ""},
            [&](auto add) { visit_adc(t.adc, add); });
    section({"periphery", "", "word-line drivers, DACs, sampling, switches", ""},
            [&](auto add) { visit_periphery(t.periphery, add); });
    section({"dram", "", "a channel beside the chip, whatever the chip's node", ""},
            [&](auto add) { visit_dram(t.dram, add); });
    section({"calibration", "", "factors of classes of blocks; 1 changes nothing", ""},
            [&](auto add) { visit_calibration(t.calibration, add); });
}

// What the file states replaces what scaling gave.
void read_own(const YamlReader& reader, bool moved, Technology& technology) {
    technology.sram_buffer.present = !moved || reader.has("sram_buffer");
    visit_technology(technology, [&](const ConstantKey& key, Constant& value) {
        if (*key.section == '\0') return;
        const YamlReader parent = reader.optional_child(key.section);
        const std::string name = dotted(key);
        const bool needed = moved && (parent_is_buffer(key) || kWithoutRule.count(name) > 0);
        if (!needed && !parent.has(key.name)) return;
        KeyReader keys(parent);
        constant(keys, key, value);
        value.name = name;
    });
}

Technology read_scaled(const YamlReader& reader, const Head& head) {
    const Technology base = load_technology(head.scaled_from);
    const ScalingRules rules = load_scaling(head.rules);
    Technology point;
    KeyReader keys(reader);
    visit_operating_point(
        point, [&](const ConstantKey& key, Constant& value) { constant(keys, key, value); });
    point.supply = exact(point.supply);
    Technology technology;
    try {
        technology = scale(base, {point.node.value, point.supply.value, head.flavour}, rules);
    } catch (const UserError& error) {
        reader.fail("", error.what());
    }
    technology.name = head.name;
    technology.node = point.node;
    technology.supply = point.supply;
    read_own(reader, point.node.value != base.node.value, technology);
    reader.done();
    return technology;
}

}  // namespace

Technology read_technology(const YamlReader& reader) {
    Head head;
    KeyReader keys(reader);
    describe_head(keys, head);
    if (!head.scaled_from.empty()) return read_scaled(reader, head);
    Technology technology;
    technology.name = head.name;
    technology.sram_buffer.present = !head.no_sram_buffer;
    describe_constants(keys, technology);
    reader.done();
    visit_technology(technology,
                     [](const ConstantKey& key, Constant& value) { value.name = dotted(key); });
    technology.supply = exact(technology.supply);
    return technology;
}

Technology load_technology(const std::filesystem::path& file) {
    return read_technology(YamlReader::load(file));
}

YAML::Node to_yaml(const Technology& technology) {
    const Head head{technology.name, {}, {}, Flavour::hp, !technology.sram_buffer.present};
    KeyWriter keys;
    describe_head(keys, head);
    describe_constants(keys, technology);
    return keys.node();
}

std::vector<KeyEntry> technology_keys() {
    Head head;
    Technology technology;
    std::vector<KeyEntry> entries = list_keys([&](KeyLister& keys) {
        describe_head(keys, head);
        describe_constants(keys, technology);
    });
    for (KeyEntry& entry : entries) {
        const bool inner = entry.path.find('.') != std::string::npos;
        if (!inner && entry.type != "mapping") continue;
        entry.otherwise = "with scaled_from: by its rules";
        if (kWithoutRule.count(entry.path) > 0)
            entry.otherwise = "with scaled_from, at its node: the same";
        if (entry.path.rfind("sram_buffer", 0) == 0)
            entry.otherwise = "with scaled_from, at its node: the same";
    }
    return entries;
}

}  // namespace cimarron
