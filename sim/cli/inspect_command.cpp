// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "sim/cli/cli.h"
#include "sim/inspect/inspect.h"

#include <fmt/format.h>

#include <memory>

namespace cimarron {

namespace {

struct Arguments {
    std::filesystem::path file;
    std::vector<std::string> overrides;
    bool sources = false;
};

std::string inspect(const Arguments& arguments) {
    const std::string kind = arguments.file.extension().string();
    if (kind == ".yaml" || kind == ".yml")
        return arguments.sources ? inspect_sources(arguments.file, arguments.overrides)
                                 : inspect_run(arguments.file, arguments.overrides);
    if (arguments.sources || !arguments.overrides.empty())
        throw UserError(
            fmt::format("{}: --sources and --set need a run file", arguments.file.string()));
    if (kind == ".onnx") return inspect_network(arguments.file);
    if (kind == ".json") return inspect_result(arguments.file);
    throw UserError(fmt::format("{}: must be a network (.onnx), a run (.yaml) or a result (.json)",
                                arguments.file.string()));
}

}  // namespace

void add_inspect_command(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("inspect", "Tell what a network, run or result holds");
    command->add_option("file", arguments->file, "ONNX network, run file, or result")->required();
    command->add_option("--set", arguments->overrides, "KEY=VALUE of the run")
        ->allow_extra_args(false);
    command->add_flag("--sources", arguments->sources,
                      "The constants the run rests on: value, unit, grade, source");
    command->callback([arguments] { fmt::print("{}", inspect(*arguments)); });
}

}  // namespace cimarron
