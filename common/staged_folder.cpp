// SPDX-License-Identifier: Apache-2.0
#include "common/staged_folder.h"

#include "common/error.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace cimarron {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& folder, const std::error_code& error) {
    throw UserError(fmt::format("{}: cannot be written: {}", folder.string(), error.message()));
}

// The first of the path's folders that is not there; empty when all are.
fs::path first_missing(const fs::path& folder) {
    fs::path so_far;
    for (const fs::path& part : folder) {
        so_far /= part;
        std::error_code error;
        if (!fs::exists(so_far, error)) return so_far;
    }
    return {};
}

}  // namespace

StagedFolder::StagedFolder(fs::path folder)
    : folder_(std::move(folder)),
      made_(first_missing(folder_)),
      staging_(folder_ / fmt::format(".{}.part", getpid())) {
    std::error_code error;
    fs::create_directories(staging_, error);
    if (!error) return;
    std::error_code ignored;
    if (!made_.empty()) fs::remove_all(made_, ignored);
    fail(folder_, error);
}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    fs::remove_all(staging_, ignored);
    if (!made_.empty()) fs::remove_all(made_, ignored);
}

void StagedFolder::commit() {
    std::vector<fs::path> names;
    for (const auto& entry : fs::directory_iterator(staging_))
        names.push_back(entry.path().filename());
    made_.clear();
    for (const fs::path& name : names) {
        std::error_code error;
        if (fs::is_directory(folder_ / name)) fs::remove_all(folder_ / name, error);
        if (!error) fs::rename(staging_ / name, folder_ / name, error);
        if (error) fail(folder_ / name, error);
    }
}

}  // namespace cimarron
