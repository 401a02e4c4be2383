// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "sim/result/read_results.h"
#include "sim/result/reference.h"
#include "sim/result/result_key.h"
#include "tests/unit/sim/sample_result.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace cimarron::test {
namespace {

// A file of its own, gone with it.
class JsonFile {
public:
    explicit JsonFile(const std::string& text)
        : path_(std::filesystem::path(testing::TempDir()) /
                ("cimarron_result_" + std::to_string(getpid()) + ".json")) {
        std::ofstream(path_) << text;
    }
    ~JsonFile() { std::filesystem::remove(path_); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::string refusal(const Json& tree) {
    const JsonFile file(tree.dump());
    try {
        read_results(file.path());
    } catch (const UserError& error) {
        return error.what();
    }
    return "read";
}

TEST(ResultKeys, are_each_described_once_and_say_what_they_mean) {
    std::set<std::string> paths;
    for (const ResultKey& key : result_keys()) {
        EXPECT_TRUE(paths.insert(key.path).second) << key.path;
        EXPECT_FALSE(key.meaning.empty()) << key.path;
        const bool measured = key.type == ResultType::number || key.type == ResultType::range;
        EXPECT_TRUE(!measured || !key.unit.empty()) << key.path << " has no unit";
    }
    EXPECT_EQ(item_name("layers"), "name");
    EXPECT_EQ(item_name("manifest.inputs"), "role");
    EXPECT_EQ(item_name("critical_path"), "");
    EXPECT_EQ(result_key("components[].activity.reads")->path, "components[].activity.*");
    EXPECT_EQ(result_key("config.accelerator.tile.macros")->path, "config");
    EXPECT_EQ(result_key("nothing"), nullptr);
}

TEST(ReadResults, refuses_what_lacks_a_key_or_has_another_type) {
    const Json good = sample_result();
    EXPECT_EQ(refusal(good), "read");
    for (const ResultKey& key : result_keys()) {
        if (!key.always || key.path.back() == '*') continue;
        if (key.path != "schema") {
            EXPECT_NE(refusal(without(good, key.path)), "read") << key.path;
        }
        Json other = good;
        std::string pointer = "/" + key.path;
        for (std::size_t at; (at = pointer.find("[]")) != std::string::npos;)
            pointer.replace(at, 2, "/0");
        for (char& c : pointer)
            if (c == '.') c = '/';
        other[Json::json_pointer(pointer)] = nullptr;
        const std::string said = refusal(other);
        EXPECT_NE(said, "read") << key.path;
        EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    }
}

TEST(ReadResults, refuses_another_schema_in_one_line_and_reads_one_of_before) {
    Json tree = sample_result();
    tree["schema"] = kResultSchema + 1;
    EXPECT_NE(refusal(tree).find(".json: has schema 2, this program reads 1"), std::string::npos)
        << refusal(tree);
    tree.erase("schema");
    EXPECT_EQ(refusal(tree), "read");
}

TEST(ReadResults, refuses_what_is_no_result) {
    for (const std::string text : {"", "{", "4", "[4]", "{}", "[{}]", "\"word\""}) {
        const JsonFile file(text);
        EXPECT_THROW(read_results(file.path()), UserError) << text;
    }
    EXPECT_THROW(read_results("no/such/file.json"), UserError);
}

// CIMARRON_UPDATE_REFERENCE writes the table anew: scripts/reference-results.
TEST(ResultReference, the_documentation_has_the_descriptions) {
    const std::filesystem::path file = CIMARRON_SOURCE_DIR "/docs/reference/results.md";
    const std::string begin = "<!-- begin: scripts/reference-results -->\n";
    const std::string end = "<!-- end -->\n";
    std::ifstream in(file);
    std::stringstream all;
    all << in.rdbuf();
    std::string text = all.str();
    const std::size_t from = text.find(begin);
    const std::size_t to = text.find(end);
    ASSERT_NE(from, std::string::npos);
    ASSERT_NE(to, std::string::npos);
    const std::size_t start = from + begin.size();
    if (std::getenv("CIMARRON_UPDATE_REFERENCE") != nullptr) {
        std::ofstream(file) << text.replace(start, to - start, result_reference());
        GTEST_SKIP() << "wrote " << file;
    }
    EXPECT_EQ(text.substr(start, to - start), result_reference())
        << "run scripts/reference-results";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 120u) << line;
}

}  // namespace
}  // namespace cimarron::test
