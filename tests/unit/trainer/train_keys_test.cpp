// SPDX-License-Identifier: Apache-2.0
// What describes the keys of a training file is what reads it.
#include "common/error.h"
#include "sim/config/yaml_json.h"
#include "tests/support/example_file.h"
#include "trainer/train_config.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

TEST(TrainKeys, files_made_of_the_description_read) {
    const fs::path root =
        fs::path(testing::TempDir()) / fmt::format("cimarron_train_keys_{}", getpid());
    fs::create_directories(root / "train");
    for (const char* folder :
         {"network", "run", "accelerator", "technology", "device", "non_idealities", "scaling"})
        fs::create_directory_symlink(fs::path(CIMARRON_SOURCE_DIR "/configs") / folder,
                                     root / folder);
    const KeyFile file = train_keys();
    std::set<std::string> seen;
    for (const Variant& variant : variants(file.entries)) {
        std::set<std::string> present;
        std::ofstream(root / "train/example.yaml")
            << to_text(example_file(file.entries, variant, present));
        std::string said;
        try {
            load_train_config(root / "train/example.yaml", {});
        } catch (const UserError& error) {
            said = error.what();
        }
        EXPECT_FALSE(is_of_description(said)) << said;
        seen.insert(present.begin(), present.end());
    }
    EXPECT_EQ(seen.size(), file.entries.size());
    fs::remove_all(root);
}

TEST(TrainKeys, shipped_files_hold_described_keys_alone) {
    std::set<std::string> paths;
    for (const KeyEntry& entry : train_keys().entries) paths.insert(entry.path);
    for (const auto& shipped : fs::directory_iterator(CIMARRON_SOURCE_DIR "/configs/train")) {
        if (shipped.path().extension() != ".yaml") continue;
        for (const auto& entry : YAML::LoadFile(shipped.path().string())) {
            const std::string key = entry.first.Scalar();
            EXPECT_EQ(paths.count(key), 1u) << shipped.path() << ": " << key;
            if (!entry.second.IsMap()) continue;
            for (const auto& inner : entry.second)
                EXPECT_EQ(paths.count(key + "." + inner.first.Scalar()), 1u)
                    << shipped.path() << ": " << key << "." << inner.first.Scalar();
        }
    }
}

}  // namespace
}  // namespace cimarron
