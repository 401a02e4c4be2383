// SPDX-License-Identifier: Apache-2.0
// The description of the keys and what readers take are the same thing: files made of the
// description read, in every variant, and files that are shipped hold nothing else.
#include "common/error.h"
#include "quant/spec/network_spec.h"
#include "sim/config/device_config.h"
#include "sim/config/run_config.h"
#include "sim/config/scaling_config.h"
#include "sim/config/sweep_config.h"
#include "sim/config/technology_config.h"
#include "sim/inspect/key_files.h"
#include "sim/validate/experiment.h"
#include "tests/support/example_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <fstream>
#include <functional>
#include <regex>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigs = CIMARRON_SOURCE_DIR "/configs";

const std::map<std::string, std::function<void(const fs::path&)>> kReaders = {
    {"run", [](const fs::path& file) { load_run(file, {}); }},
    {"sweep", [](const fs::path& file) { load_sweep(file); }},
    {"accelerator", [](const fs::path& file) { read_accelerator(YamlReader::load(file)); }},
    {"non_idealities", [](const fs::path& file) { read_non_idealities(YamlReader::load(file)); }},
    {"technology", [](const fs::path& file) { load_technology(file); }},
    {"device", [](const fs::path& file) { load_device(file); }},
    {"scaling", [](const fs::path& file) { load_scaling(file); }},
    {"network", [](const fs::path& file) { load_network_spec(file); }},
    {"validate", [](const fs::path& file) { load_experiments(file); }},
};

// The configs folder with one file more in each of its folders.
class Keys : public testing::Test {
protected:
    void SetUp() override {
        root_ = fs::path(testing::TempDir()) / fmt::format("cimarron_keys_{}", getpid());
        fs::remove_all(root_);
        for (const auto& [kind, read] : kReaders) {
            fs::create_directories(root_ / kind);
            for (const auto& entry : fs::directory_iterator(kConfigs / kind))
                fs::create_symlink(entry.path(), root_ / kind / entry.path().filename());
        }
    }
    void TearDown() override { fs::remove_all(root_); }

    // What the reader says of the file, after its name and line; empty when it takes it.
    std::string error(const std::string& kind, const YAML::Node& node) const {
        const fs::path file = root_ / kind / "example.yaml";
        std::ofstream(file) << to_text(node);
        try {
            kReaders.at(kind)(file);
        } catch (const UserError& error) {
            const std::string text = error.what();
            EXPECT_EQ(text.rfind(file.string() + ":", 0), 0u) << text;
            return text.substr(text.find(": ") + 2);
        }
        return {};
    }

    void change(const KeyFile& file, const YAML::Node& node, const KeyEntry& entry) const;

private:
    fs::path root_;
};

std::vector<KeyFile> files_with_readers() {
    std::vector<KeyFile> files;
    for (KeyFile& file : key_files())
        if (kReaders.count(file.name) > 0) files.push_back(std::move(file));
    return files;
}

// Constants that have to be a node and a supply of the scaling rules.
Variant completed(const KeyFile& file, Variant variant) {
    if (file.name != "technology") return variant;
    variant.values["node"] = "45";
    variant.values["supply"] = "0.9";
    return variant;
}

// The reader found a key that the description has not, or lacks one that it has, or a value that is
// not of its kind; not that values contradict each other.
bool is_of_description(const std::string& error) {
    static const std::regex wrong(
        "unknown key|is missing|has no value|must be (a|an|one of|in|at least|at most|true) ");
    return std::regex_search(error, wrong);
}

std::string in_first_item(std::string path) {
    for (auto at = path.find("[]"); at != std::string::npos; at = path.find("[]"))
        path.replace(at, 2, "[0]");
    return path;
}

TEST_F(Keys, files_made_of_the_description_read) {
    EXPECT_EQ(files_with_readers().size(), kReaders.size());
    for (const KeyFile& file : files_with_readers()) {
        std::set<std::string> seen;
        for (const Variant& variant : variants(file.entries)) {
            std::set<std::string> present;
            const YAML::Node node = example_file(file.entries, completed(file, variant), present);
            const std::string said = error(file.name, node);
            // That one of two is needed is no matter of a single key.
            if (said.rfind("vary: is missing", 0) == 0) continue;
            EXPECT_FALSE(is_of_description(said)) << file.name << ": " << said << "\n"
                                                  << to_text(node);
            // A network of one layer is none; all others contradict nowhere.
            if (variant.values.empty() && variant.without.empty() && file.name != "network") {
                EXPECT_EQ(said, "") << file.name << "\n" << to_text(node);
            }
            seen.insert(present.begin(), present.end());
        }
        for (const KeyEntry& entry : file.entries)
            EXPECT_TRUE(seen.count(entry.path) > 0 || entry.path == "roll_up.parts")
                << file.name << "." << entry.path << " stands in no file";
    }
}

// Misspells and removes one key of a file that reads.
void Keys::change(const KeyFile& file, const YAML::Node& node, const KeyEntry& entry) const {
    const std::string path = in_first_item(entry.path);
    const std::string key = last_part(entry.path);
    if (key != "KEY" && key != "MODEL") {
        YAML::Node misspelt = YAML::Clone(node);
        mapping_of(misspelt, entry.path)[key + "x"] = "1";
        const std::string said = error(file.name, misspelt);
        EXPECT_EQ(said.rfind(path + "x: unknown key, did you mean '", 0), 0u) << said;
    }
    if (!entry.required || !entry.otherwise.empty()) return;
    YAML::Node without = YAML::Clone(node);
    mapping_of(without, entry.path).remove(key);
    const std::string said = error(file.name, without);
    EXPECT_EQ(said.rfind(path + ": is missing", 0), 0u) << said;
}

TEST_F(Keys, a_required_key_is_missed_and_a_misspelt_one_is_not_taken) {
    for (const KeyFile& file : files_with_readers()) {
        std::set<std::string> changed;
        for (const Variant& variant : variants(file.entries)) {
            std::set<std::string> present;
            const YAML::Node node = example_file(file.entries, completed(file, variant), present);
            if (std::includes(changed.begin(), changed.end(), present.begin(), present.end()) ||
                is_of_description(error(file.name, node)))
                continue;
            for (const KeyEntry& entry : file.entries)
                if (present.count(entry.path) > 0 && changed.insert(entry.path).second)
                    change(file, node, entry);
        }
        EXPECT_GE(changed.size() + 1, file.entries.size()) << file.name;  // but roll_up.parts
    }
}

TEST_F(Keys, what_is_beyond_a_range_is_refused_with_the_range) {
    int refused = 0;
    for (const KeyFile& file : files_with_readers()) {
        std::set<std::string> present;
        const YAML::Node node = example_file(file.entries, completed(file, {}), present);
        for (const KeyEntry& entry : file.entries) {
            if (present.count(entry.path) == 0 || entry.is_list || entry.type != "integer")
                continue;
            for (const bool above : {false, true}) {
                const std::string& end = above ? entry.high : entry.low;
                if (end.empty() || end.find_first_not_of("-0123456789") != std::string::npos)
                    continue;
                YAML::Node beyond = YAML::Clone(node);
                mapping_of(beyond, entry.path)[last_part(entry.path)] =
                    std::to_string(std::stoll(end) + (above ? 1 : -1));
                const std::string said = error(file.name, beyond);
                EXPECT_EQ(said.rfind(in_first_item(entry.path) + ": is ", 0), 0u) << said;
                EXPECT_NE(said.find("must be"), std::string::npos) << said;
                EXPECT_NE(said.find(end), std::string::npos) << said << " should name " << end;
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 60);
}

// Calls f(path) for every key of the tree, "[]" after lists of mappings.
void for_each_key(const YAML::Node& node, const std::string& prefix,
                  const std::function<void(const std::string&)>& f) {
    for (const auto& entry : node) {
        const std::string path = prefix + entry.first.Scalar();
        f(path);
        if (entry.second.IsMap()) for_each_key(entry.second, path + ".", f);
        if (entry.second.IsSequence())
            for (const YAML::Node& item : entry.second)
                if (item.IsMap()) for_each_key(item, path + "[].", f);
    }
}

// As the description calls it: keys of a constant, of a part of a roll-up, of an open mapping.
std::string described_as(const std::string& kind, const std::string& path) {
    std::string name = path;
    if (kind == "sweep") name = std::regex_replace(name, std::regex("^vary\\..*"), "vary.KEY");
    if (kind == "validate") {
        name = std::regex_replace(name, std::regex("(bands|misses)\\..*"), "$1.MODEL");
        name = std::regex_replace(name, std::regex("(\\.parts\\[\\])+\\."), ".");
        name = std::regex_replace(name, std::regex("(\\.parts\\[\\])+\\.parts$"), ".parts");
    }
    return name;
}

TEST(KeyFiles, shipped_files_hold_described_keys_alone) {
    int found = 0;
    for (const KeyFile& file : files_with_readers()) {
        std::map<std::string, std::string> types;
        for (const KeyEntry& entry : file.entries) types[entry.path] = entry.type;
        for (const auto& shipped : fs::directory_iterator(kConfigs / file.name)) {
            if (shipped.path().extension() != ".yaml") continue;
            for_each_key(YAML::LoadFile(shipped.path().string()), "", [&](const std::string& path) {
                const std::string name = described_as(file.name, path);
                const std::size_t dot = name.rfind('.');
                const std::string above = dot == std::string::npos ? "" : name.substr(0, dot);
                const bool inside = types.count(above) > 0 && types[above] == "constant";
                EXPECT_TRUE(inside || types.count(name) > 0) << shipped.path() << ": " << path;
                ++found;
            });
        }
    }
    EXPECT_GT(found, 5000);
}

TEST(KeyFiles, every_key_says_what_it_means_and_has_one_place) {
    for (const KeyFile& file : key_files()) {
        std::set<std::string> paths;
        for (const KeyEntry& entry : file.entries) {
            const std::string name = file.name + "." + entry.path;
            EXPECT_TRUE(paths.insert(entry.path).second) << name << " is described twice";
            EXPECT_FALSE(entry.meaning.empty()) << name;
            EXPECT_EQ(entry.example.empty(), entry.type == "mapping" || entry.type == "constant")
                << name;
            EXPECT_EQ(entry.meaning.find('|'), std::string::npos) << name;
        }
    }
}

TEST(KeyFiles, json_has_every_entry) {
    const auto json = nlohmann::json::parse(keys_text(key_files(), "", KeyFormat::json));
    ASSERT_EQ(json.size(), key_files().size());
    for (std::size_t i = 0; i < json.size(); ++i)
        EXPECT_EQ(json[i].at("keys").size(), key_files()[i].entries.size());
    const auto bits = nlohmann::json::parse(
        keys_text(key_files(), "accelerator.macro.adc.bits", KeyFormat::json))[0]["keys"][0];
    EXPECT_EQ(bits.at("type"), "integer");
    EXPECT_EQ(bits.at("low"), 1);
    EXPECT_EQ(bits.at("high"), 16);
    EXPECT_EQ(bits.at("auto"), true);
    EXPECT_EQ(bits.at("where")[0].at("key"), "macro.kind");
}

TEST(KeyFiles, a_table_has_the_keys_of_the_prefix_within_120_columns) {
    const std::string all = keys_text(key_files(), "", KeyFormat::table);
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 120u) << line;
    const std::string some = keys_text(key_files(), "accelerator.dram", KeyFormat::table);
    EXPECT_NE(some.find("\ndram.row_bytes "), std::string::npos) << some;
    EXPECT_NE(some.find("with dram.bytes above"), std::string::npos) << some;
    EXPECT_EQ(some.find("accelerator.tile"), std::string::npos) << some;
    try {
        keys_text(key_files(), "accelerator.drum", KeyFormat::table);
        ADD_FAILURE() << "no error";
    } catch (const UserError& error) {
        EXPECT_STREQ(error.what(),
                     "accelerator.drum: no key begins so, did you mean 'accelerator.dram'?");
    }
}

}  // namespace
}  // namespace cimarron
