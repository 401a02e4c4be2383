// SPDX-License-Identifier: Apache-2.0
#include "common/staged_folder.h"

#include "common/error.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

class Staged : public testing::Test {
protected:
    ~Staged() override { fs::remove_all(root_); }

    static void write(const fs::path& file, const std::string& content) {
        fs::create_directories(file.parent_path());
        std::ofstream(file) << content;
    }
    static std::string read(const fs::path& file) {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static std::set<std::string> names(const fs::path& folder) {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder))
            found.insert(entry.path().filename());
        return found;
    }

    const fs::path root_ = fs::temp_directory_path() / fmt::format("cimarron_staged_{}", getpid());
};

TEST_F(Staged, NothingIsLeftWithoutCommit) {
    { const StagedFolder staged(root_ / "a/b"); }
    EXPECT_FALSE(fs::exists(root_));
    write(root_ / "a/mine", "1");
    {
        const StagedFolder staged(root_ / "a/b");
        write(staged.path() / "x", "new");
    }
    EXPECT_EQ(names(root_ / "a"), std::set<std::string>{"mine"});
}

TEST_F(Staged, CommitReplacesWhatHasItsNameAndKeepsTheRest) {
    write(root_ / "x", "old");
    write(root_ / "codes/stale", "old");
    write(root_ / "mine", "kept");
    {
        StagedFolder staged(root_);
        write(staged.path() / "x", "new");
        write(staged.path() / "codes/fresh", "new");
        EXPECT_EQ(read(root_ / "x"), "old");
        staged.commit();
    }
    EXPECT_EQ(names(root_), (std::set<std::string>{"codes", "mine", "x"}));
    EXPECT_EQ(names(root_ / "codes"), std::set<std::string>{"fresh"});
    EXPECT_EQ(read(root_ / "x"), "new");
    EXPECT_EQ(read(root_ / "mine"), "kept");
}

TEST_F(Staged, AFileInItsPlaceIsTheUsersMistake) {
    write(root_ / "file", "1");
    EXPECT_THROW(StagedFolder(root_ / "file"), UserError);
    EXPECT_THROW(StagedFolder(root_ / "file/b"), UserError);
    EXPECT_EQ(read(root_ / "file"), "1");
}

}  // namespace
}  // namespace cimarron
