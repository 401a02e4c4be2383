// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "sim/cli/cli.h"
#include "sim/sweep/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cimarron {

namespace {

// The trainer is a program of its own, because it needs libtorch and the simulator does not.
[[noreturn]] void become_trainer(const std::vector<std::string>& arguments) {
    const std::string trainer = (own_program().parent_path() / "cimarron-train").string();
    std::vector<char*> argv = {const_cast<char*>(trainer.c_str())};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(trainer.c_str(), argv.data());
    throw UserError(fmt::format("{}: {} (built with CIMARRON_BUILD_TRAINER=ON)", trainer,
                                std::strerror(errno)));
}

}  // namespace

void add_train_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "Train a network: runs cimarron-train");
    command->prefix_command();
    command->set_help_flag();  // cimarron-train answers --help
    command->callback([command] { become_trainer(command->remaining()); });
}

}  // namespace cimarron
