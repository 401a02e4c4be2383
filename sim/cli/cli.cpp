// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cli.h"

#include "common/error.h"
#include "common/yaml/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace cimarron {

namespace {

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// The first word must be a command; the parser alone would not say which are near.
void check_command(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    if (argc < 2 || argv[1][0] == '-' ||
        std::find(names.begin(), names.end(), argv[1]) != names.end())
        return;
    const std::string similar = nearest(argv[1], names);
    throw UserError(fmt::format("{}: unknown command, {}", argv[1],
                                similar.empty()
                                    ? fmt::format("must be one of {}", fmt::join(names, ", "))
                                    : fmt::format("did you mean '{}'?", similar)));
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

int run_cli(int argc, char** argv, const ChildRunner& runner) {
    int exit_code = 0;
    CLI::App app("Cycle-accurate simulation of compute-in-memory CNN accelerators", "cimarron");
    app.set_version_flag("--version", CIMARRON_VERSION);
    app.require_subcommand(1);
    add_train_command(app);
    add_simulate_command(app, exit_code);
    add_sweep_command(app, exit_code, runner);
    add_report_command(app);
    add_compare_command(app, exit_code);
    add_inspect_command(app);
    add_keys_command(app);
    add_vectors_command(app);
    add_validate_command(app, exit_code);
    try {
        check_command(app, argc, argv);
        return parse_and_run(app, argc, argv, exit_code);
    } catch (const UserError& error) {
        fmt::print(stderr, "cimarron: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        // A report of the kernel goes on with the source line and process.
        fmt::print(stderr, "cimarron: the run failed: {}\n", first_line(error.what()));
        return 1;
    }
}

}  // namespace cimarron
