// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cli.h"

#include "common/error.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

namespace cimarron {

namespace {

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

int parse_and_run(CLI::App& app, int argc, char** argv, const int& exit_code) {
    try {
        app.parse(argc, argv);
        return exit_code;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        fmt::print(stderr, "cimarron: {} (cimarron --help tells more)\n", first_line(error.what()));
        return 2;
    }
}

}  // namespace

int run_cli(int argc, char** argv) {
    int exit_code = 0;
    CLI::App app("Cycle-accurate simulation of compute-in-memory CNN accelerators", "cimarron");
    app.set_version_flag("--version", CIMARRON_VERSION);
    app.require_subcommand(1);
    add_train_command(app);
    add_simulate_command(app, exit_code);
    add_sweep_command(app, exit_code);
    add_report_command(app);
    add_inspect_command(app);
    try {
        return parse_and_run(app, argc, argv, exit_code);
    } catch (const UserError& error) {
        fmt::print(stderr, "cimarron: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "cimarron: the run failed: {}\n", error.what());
        return 1;
    }
}

}  // namespace cimarron
