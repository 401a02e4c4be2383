// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cimarron {

struct ChildCommand {
    std::vector<std::string> arguments;  // the first is the program; looked up in PATH if bare
    std::filesystem::path log;           // stdout and stderr; empty: inherited
    std::filesystem::path folder;        // to run in; empty: inherited
};

// Runs the commands, `jobs` at a time, and calls `finished` (from this thread) with each one's
// index and exit code: 128 + signal when killed, 127 when it could not start.
void run_children(const std::vector<ChildCommand>& commands, int jobs,
                  const std::function<void(std::size_t index, int exit_code)>& finished);

// This program's own file.
std::filesystem::path own_program();

}  // namespace cimarron
