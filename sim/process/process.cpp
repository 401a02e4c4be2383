// SPDX-License-Identifier: Apache-2.0
#include "sim/process/process.h"

#include "common/error.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

namespace cimarron {

namespace {

// The process id, or -1.
pid_t start(const ChildCommand& command) {
    std::vector<std::string> words = command.arguments;
    std::replace(words.begin(), words.end(), std::string(kParentProcess), std::to_string(getpid()));
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!command.log.empty()) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, command.log.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0644);
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    }
    if (!command.folder.empty())
        posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
    pid_t pid = -1;
    const int error =
        posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? pid : -1;
}

int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

void run_children(const std::vector<ChildCommand>& commands, int jobs,
                  const ChildFinished& finished) {
    std::map<pid_t, std::size_t> running;
    std::size_t next = 0;
    while (next < commands.size() || !running.empty()) {
        if (next < commands.size() && running.size() < static_cast<std::size_t>(jobs)) {
            const pid_t pid = start(commands[next]);
            if (pid < 0)
                finished(next, 127);
            else
                running[pid] = next;
            ++next;
            continue;
        }
        int status = 0;
        const pid_t pid = waitpid(-1, &status, 0);
        if (pid < 0 && errno != EINTR)
            throw ModelError(fmt::format("waiting for a child process: {}", std::strerror(errno)));
        const auto found = running.find(pid);
        if (found == running.end()) continue;
        const std::size_t index = found->second;
        running.erase(found);
        finished(index, exit_code(status));
    }
}

std::filesystem::path own_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

std::filesystem::path program_beside(const std::string& name) {
    return own_program().parent_path() / name;
}

void become(const std::filesystem::path& program, const std::vector<std::string>& arguments,
            const std::string& hint) {
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    throw UserError(fmt::format("{}: {} ({})", program.string(), std::strerror(errno), hint));
}

}  // namespace cimarron
