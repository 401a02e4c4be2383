// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace cimarron {

// Files that appear in a folder together when all are complete: they are written into a hidden
// folder inside it and renamed at the end. Whatever else the folder holds stays. Without commit()
// nothing is left, not even the folder when it was not there before.
class StagedFolder {
public:
    // Throws UserError when the folder cannot be written.
    explicit StagedFolder(std::filesystem::path folder);
    ~StagedFolder();
    StagedFolder(const StagedFolder&) = delete;
    StagedFolder& operator=(const StagedFolder&) = delete;

    const std::filesystem::path& path() const { return staging_; }  // write here
    // Each file or folder in place of what had its name. Throws UserError when that fails.
    void commit();

private:
    std::filesystem::path folder_;
    std::filesystem::path made_;  // the first folder that had to be created; empty: none
    std::filesystem::path staging_;
};

}  // namespace cimarron
