// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/process/process.h"

#include <CLI/CLI.hpp>

namespace cimarron {

// The command line. Returns the exit code: 0; 1 a run failed; 2 the user's input is wrong (one line
// on stderr says what and where). Sweeps run their points through `runner`.
int run_cli(int argc, char** argv, const ChildRunner& runner = {});

// Each adds its subcommand; the callback sets the exit code.
void add_simulate_command(CLI::App& app, int& exit_code);
void add_sweep_command(CLI::App& app, int& exit_code, const ChildRunner& runner);
void add_report_command(CLI::App& app);
void add_compare_command(CLI::App& app, int& exit_code);
void add_inspect_command(CLI::App& app);
void add_vectors_command(CLI::App& app);
void add_train_command(CLI::App& app);
void add_keys_command(CLI::App& app);
void add_validate_command(CLI::App& app, int& exit_code);

}  // namespace cimarron
