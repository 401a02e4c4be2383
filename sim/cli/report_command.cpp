// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/file.h"
#include "sim/cli/cli.h"
#include "sim/report/figures.h"
#include "sim/report/html.h"
#include "sim/report/repetitions.h"
#include "sim/report/table.h"
#include "sim/result/read_results.h"

#include <fmt/format.h>

#include <memory>

namespace cimarron {

namespace {

void report_command(const std::filesystem::path& folder) {
    const Json results = read_results(folder / "results.json");
    if (results.empty())
        throw UserError(fmt::format("{}: holds no result", (folder / "results.json").string()));
    const Json merged = merge_repetitions(results);
    const std::vector<Figure> figures = write_figures(merged, folder / "figures");
    write_atomically(folder / "report.html", html_report(results, merged, figures));
    fmt::print("{}\n", to_text(summary(merged)));
    if (has_repetitions(merged)) fmt::print("{}\n", to_text(statistics_table(merged)));
    for (const Figure& figure : figures) fmt::print("{}\n", figure.svg.string());
    fmt::print("{}\n", (folder / "report.html").string());
}

}  // namespace

void add_report_command(CLI::App& app) {
    auto folder = std::make_shared<std::filesystem::path>();
    CLI::App* command =
        app.add_subcommand("report", "Table, figures and one HTML page of a sweep's results");
    command->add_option("folder", *folder, "Folder of a sweep, with results.json")->required();
    command->callback([folder] { report_command(*folder); });
}

}  // namespace cimarron
