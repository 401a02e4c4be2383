// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/file.h"
#include "common/yaml/scalar.h"
#include "sim/cli/cli.h"
#include "sim/validate/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace cimarron {

namespace {

struct Arguments {
    std::vector<std::string> names;
    std::filesystem::path folder = "configs/validate";
    std::filesystem::path json;
};

std::vector<std::filesystem::path> shipped(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    if (!std::filesystem::is_directory(folder))
        throw UserError(fmt::format("{}: no such folder; --configs says where the macros are",
                                    folder.string()));
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// A name of the folder, or a path to a file elsewhere.
std::vector<std::filesystem::path> chosen(const Arguments& arguments) {
    if (arguments.names.empty()) return shipped(arguments.folder);
    std::vector<std::filesystem::path> files;
    for (const std::string& name : arguments.names) {
        const bool path = std::filesystem::path(name).extension() == ".yaml";
        files.push_back(path ? std::filesystem::path(name) : arguments.folder / (name + ".yaml"));
        if (std::filesystem::exists(files.back())) continue;
        std::vector<std::string> known;
        if (!path)
            for (const auto& file : shipped(arguments.folder)) known.push_back(file.stem());
        const std::string similar = nearest(name, known);
        throw UserError(fmt::format(
            "{}: no such macro{}", name,
            similar.empty() ? known.empty()
                                  ? std::string()
                                  : fmt::format(", must be one of {}", fmt::join(known, ", "))
                            : fmt::format(", did you mean '{}'?", similar)));
    }
    return files;
}

// 1 when a figure left its band without a written reason.
int validate_command(const Arguments& arguments) {
    std::vector<ValidationRow> rows;
    for (const auto& file : chosen(arguments))
        for (const Experiment& experiment : load_experiments(file))
            for (ValidationRow& row : validate(experiment)) rows.push_back(std::move(row));
    fmt::print("{}", to_text(rows));
    if (!arguments.json.empty()) write_atomically(arguments.json, to_json(rows).dump(1) + "\n");
    return std::any_of(rows.begin(), rows.end(),
                       [](const ValidationRow& row) { return !row.within() && row.miss.empty(); })
               ? 1
               : 0;
}

}  // namespace

void add_validate_command(CLI::App& app, int& exit_code) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        app.add_subcommand("validate", "The cost model beside published chips and other tools");
    command->add_option("macro", arguments->names, "Names of macros, or files; all when none");
    command->add_option("--configs", arguments->folder, "Folder of the macros")
        ->capture_default_str();
    command->add_option("--json", arguments->json, "Write the rows to this file");
    command->callback([arguments, &exit_code] { exit_code = validate_command(*arguments); });
}

}  // namespace cimarron
