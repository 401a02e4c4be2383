// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/cli.h"
#include "sim/inspect/key_files.h"
#include "sim/process/process.h"

#include <fmt/format.h>

#include <memory>

namespace cimarron {

namespace {

struct Arguments {
    std::string prefix;
    bool json = false;
    bool markdown = false;
};

// The trainer describes its own files.
bool is_of_trainer(const std::string& prefix) {
    return prefix == "train" || prefix.rfind("train.", 0) == 0;
}

void print_keys(const Arguments& arguments) {
    const bool json = arguments.json;
    if (is_of_trainer(arguments.prefix))
        become(program_beside("cimarron-train"),
               {"--keys",
                json                 ? "json"
                : arguments.markdown ? "markdown"
                                     : "table",
                arguments.prefix},
               "built with CIMARRON_BUILD_TRAINER=ON");
    const KeyFormat format = json                 ? KeyFormat::json
                             : arguments.markdown ? KeyFormat::markdown
                                                  : KeyFormat::table;
    fmt::print("{}", keys_text(key_files(), arguments.prefix, format));
}

}  // namespace

void add_keys_command(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        app.add_subcommand("keys", "What files may hold: every key, its values and its meaning");
    command->add_option("prefix", arguments->prefix,
                        "Those whose name begins so: run, accelerator.macro.adc, train");
    CLI::Option* json = command->add_flag("--json", arguments->json, "As JSON");
    command->add_flag("--markdown", arguments->markdown, "As tables of the reference page")
        ->excludes(json);
    command->callback([arguments] { print_keys(*arguments); });
}

}  // namespace cimarron
