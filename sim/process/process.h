// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cimarron {

// As an argument: the number of the process that starts the child, wherever that is.
constexpr const char* kParentProcess = "{parent}";

struct ChildCommand {
    std::vector<std::string> arguments;  // the first is the program; looked up in PATH if bare
    std::filesystem::path log;           // stdout and stderr; empty: inherited
    std::filesystem::path folder;        // to run in; empty: inherited
};

// Told each command's index and exit code: 128 + signal when killed, 127 when it could not start.
using ChildFinished = std::function<void(std::size_t index, int exit_code)>;

// Runs the commands, `jobs` at a time, and calls `finished` from this thread.
void run_children(const std::vector<ChildCommand>& commands, int jobs,
                  const ChildFinished& finished);

// Whatever runs commands like run_children(): here, or on the ranks of an MPI job (sim/mpi).
using ChildRunner = std::function<void(const std::vector<ChildCommand>& commands, int jobs,
                                       const ChildFinished& finished)>;

// This program's own file, and the program of that name beside it.
std::filesystem::path own_program();
std::filesystem::path program_beside(const std::string& name);

// Replaces this process by the program. Throws UserError, ending in `hint`, when it can't start.
[[noreturn]] void become(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments, const std::string& hint);

}  // namespace cimarron
