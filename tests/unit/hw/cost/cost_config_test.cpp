// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/technology/constants.h"
#include "sim/config/constant_config.h"
#include "tests/unit/hw/cost/cost_fixture.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace cimarron {
namespace {

struct File {
    const char* path;
    std::function<void(const YamlReader&)> read;
};

const File kFiles[] = {{"technology/22nm.yaml", [](const YamlReader& r) { read_technology(r); }},
                       {"device/sram_22nm.yaml", [](const YamlReader& r) { read_device(r); }},
                       {"device/rram_22nm.yaml", [](const YamlReader& r) { read_device(r); }},
                       {"device/fefet_22nm.yaml", [](const YamlReader& r) { read_device(r); }}};

std::string error_of(const File& file, const YAML::Node& node) {
    try {
        file.read(YamlReader::parse(YAML::Dump(node), "changed.yaml"));
    } catch (const UserError& error) {
        return error.what();
    }
    return {};
}

// Paths of all constants of a file, as section and key.
std::vector<std::vector<std::string>> constant_paths(const YAML::Node& root) {
    std::vector<std::vector<std::string>> paths;
    for (const auto& entry : root) {
        if (!entry.second.IsMap()) continue;
        const auto key = entry.first.as<std::string>();
        if (entry.second["value"]) {
            paths.push_back({key});
            continue;
        }
        for (const auto& inner : entry.second)
            paths.push_back({key, inner.first.as<std::string>()});
    }
    return paths;
}

YAML::Node parent_of(const YAML::Node& root, const std::vector<std::string>& path) {
    YAML::Node node = root;
    if (path.size() == 2) node.reset(root[path[0]]);
    return node;
}

// Changes each constant of each shipped file in turn; every one must be refused at its place.
void expect_refused(const std::function<void(YAML::Node parent, const std::string& key)>& change,
                    const std::string& what) {
    for (const File& file : kFiles) {
        const std::string path = config_path(file.path).string();
        const YAML::Node original = YAML::LoadFile(path);
        const auto paths = constant_paths(original);
        ASSERT_GT(paths.size(), 9u);
        for (const auto& place : paths) {
            const YAML::Node root = YAML::Clone(original);
            change(parent_of(root, place), place.back());
            const std::string error = error_of(file, root);
            const std::string dotted = place.size() == 2 ? place[0] + "." + place[1] : place[0];
            EXPECT_EQ(error.rfind("changed.yaml:", 0), 0u) << path << ": " << dotted;
            EXPECT_NE(error.find(": " + dotted), std::string::npos) << error;
            EXPECT_NE(error.find(what), std::string::npos) << error;
        }
    }
}

TEST(CostConfig, AMissingConstantIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent.remove(key); },
                   "is missing");
}

TEST(CostConfig, AMissingPartOfAConstantIsAnError) {
    for (const std::string part : {"value", "unit", "source", "grade"})
        expect_refused([&](YAML::Node parent, const std::string& key) { parent[key].remove(part); },
                       part + ": is missing");
}

TEST(CostConfig, AnEmptySourceIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent[key]["source"] = " "; },
                   "source: is empty");
}

TEST(CostConfig, AnUnknownGradeIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent[key]["grade"] = "sure"; },
                   "must be one of measured, published, fitted, assumed");
}

TEST(CostConfig, AnotherUnitIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent[key]["unit"] = "mile"; },
                   "is 'mile', must be '");
}

TEST(CostConfig, ABareNumberIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent[key] = 1.0; },
                   "must be a mapping");
}

TEST(CostConfig, AnInfiniteValueIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent[key]["value"] = ".inf"; },
                   "value: ");
}

TEST(CostConfig, AnUnknownKeyOfAConstantIsAnError) {
    expect_refused([](YAML::Node parent, const std::string& key) { parent[key]["note"] = "x"; },
                   "note: unknown key");
}

TEST(CostConfig, NegativeEnergyIsAnError) {
    const File& file = kFiles[0];
    YAML::Node node = YAML::LoadFile(config_path(file.path).string());
    node["logic"]["nand2_energy"]["value"] = "-1";
    EXPECT_NE(error_of(file, node).find("logic.nand2_energy.value: is -1, must be above 0"),
              std::string::npos);
}

TEST(CostConfig, ADeviceHasOnlyTheConstantsOfItsKind) {
    const File& rram = kFiles[2];
    YAML::Node node = YAML::LoadFile(config_path(rram.path).string());
    node["kind"] = "sram";
    EXPECT_NE(error_of(rram, node).find("read_current: is missing"), std::string::npos);
    node["kind"] = "flash";
    EXPECT_NE(error_of(rram, node).find("must be one of sram, charge, rram, fefet, pcm"),
              std::string::npos);
}

TEST(CostConfig, OffMustResistMoreThanOn) {
    const File& rram = kFiles[2];
    YAML::Node node = YAML::LoadFile(config_path(rram.path).string());
    node["off_resistance"]["value"] = node["on_resistance"]["value"].as<std::string>();
    EXPECT_NE(error_of(rram, node).find("must be above on_resistance"), std::string::npos);
}

void expect_same(const std::vector<Constant>& a, const std::vector<Constant>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].value, b[i].value) << a[i].name;
        EXPECT_EQ(a[i].unit, b[i].unit) << a[i].name;
        EXPECT_EQ(a[i].source, b[i].source) << a[i].name;
        EXPECT_EQ(a[i].grade, b[i].grade) << a[i].name;
    }
}

TEST(CostConfig, ShippedFilesRoundTrip) {
    const Technology& technology = shipped_technology();
    const Technology again =
        read_technology(YamlReader::parse(YAML::Dump(to_yaml(technology)), "dumped"));
    EXPECT_EQ(again.name, technology.name);
    expect_same(constants(again), constants(technology));
    for (const Device& device : shipped_devices()) {
        const Device back = read_device(YamlReader::parse(YAML::Dump(to_yaml(device)), "dumped"));
        EXPECT_EQ(back.name, device.name);
        EXPECT_EQ(back.kind, device.kind);
        expect_same(constants(back), constants(device));
    }
}

TEST(CostConfig, ConstantsListsEveryOneOnceWithItsSource) {
    std::vector<std::vector<Constant>> lists = {constants(shipped_technology())};
    for (const Device& device : shipped_devices()) lists.push_back(constants(device));
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const YAML::Node file = YAML::LoadFile(config_path(kFiles[i].path).string());
        EXPECT_EQ(lists[i].size(), constant_paths(file).size());
        std::set<std::string> names;
        for (const Constant& constant : lists[i]) {
            EXPECT_TRUE(names.insert(constant.name).second) << constant.name;
            EXPECT_FALSE(constant.source.empty()) << constant.name;
            EXPECT_FALSE(constant.unit.empty()) << constant.name;
        }
    }
}

TEST(CostConfig, GradesHaveNames) {
    EXPECT_EQ(to_string(Grade::measured), "measured");
    EXPECT_EQ(to_string(Grade::published), "published");
    EXPECT_EQ(to_string(Grade::fitted), "fitted");
    EXPECT_EQ(to_string(Grade::assumed), "assumed");
}

}  // namespace
}  // namespace cimarron
