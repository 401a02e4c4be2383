// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/validate/shipped.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cimarron::test {
namespace {

// The first YAML block of a page.
std::string yaml_of(const std::filesystem::path& page) {
    std::ifstream in(page);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::string open = "```yaml\n";
    const std::size_t start = text.find(open) + open.size();
    return text.substr(start, text.find("```", start) - start);
}

TEST(Documentation, TheWorkedExampleIsAMacroInTenLines) {
    const std::string text =
        yaml_of(std::filesystem::path(CIMARRON_SOURCE_DIR) / "docs/validation.md");
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 10);
    const auto folder = std::filesystem::temp_directory_path() / "cimarron_worked_example";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "validate");
    for (const char* name : {"technology", "device", "scaling"})
        std::filesystem::copy(validate_folder().parent_path() / name, folder / name,
                              std::filesystem::copy_options::recursive);
    std::ofstream(folder / "validate/my_chip.yaml") << text;
    const auto experiments = load_experiments(folder / "validate/my_chip.yaml");
    ASSERT_EQ(experiments.size(), 1u);
    const auto rows = validate(experiments.front());
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_TRUE(rows.front().within()) << rows.front().ours;
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cimarron::test
