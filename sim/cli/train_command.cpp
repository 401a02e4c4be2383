// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cli.h"
#include "sim/process/process.h"

namespace cimarron {

// The trainer is a program of its own, because it needs libtorch and the simulator does not.
void add_train_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "Train a network: runs cimarron-train");
    command->prefix_command();
    command->set_help_flag();  // cimarron-train answers --help
    command->callback([command] {
        become(program_beside("cimarron-train"), command->remaining(),
               "built with CIMARRON_BUILD_TRAINER=ON");
    });
}

}  // namespace cimarron
