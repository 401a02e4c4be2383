// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/sweep.h"

#include "common/error.h"
#include "common/file.h"
#include "common/progress.h"
#include "sim/report/csv.h"
#include "sim/report/repetitions.h"
#include "sim/run/workload.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <memory>
#include <optional>

namespace cimarron {

namespace {

struct Point {
    std::vector<std::string> assignments;  // of the axes
    std::filesystem::path folder;
    std::optional<Json> result;

    std::string name() const { return fmt::format("{}", fmt::join(assignments, " ")); }
};

// Loads each data set once.
class TestSets {
public:
    const TestSet& get(const RunConfig& config) {
        auto& set = sets_[fmt::format("{}\n{}\n{}", config.dataset, config.dataset_folder.string(),
                                      config.calibrates() ? config.calibration_images : 0)];
        if (set == nullptr) set = load_test_set(config);
        return *set;
    }

private:
    std::map<std::string, std::shared_ptr<const TestSet>> sets_;
};

std::string hash_of(const RunConfig& config, const TestSet& set, const std::string& program_hash) {
    std::string all = to_json(effective(config, config.params())).dump() + program_hash;
    for (const InputFile& file : input_files(config, set)) all += file.sha256;
    return sha256(all).substr(0, 16);
}

std::vector<std::string> overrides_of(const Point& point, const SweepOptions& options) {
    std::vector<std::string> overrides = options.overrides;
    overrides.insert(overrides.end(), point.assignments.begin(), point.assignments.end());
    return overrides;
}

// The point's result when it is there, whole, and passed its checks.
std::optional<Json> finished_result(const Point& point) {
    std::ifstream in(point.folder / "result.json");
    Json result = in ? Json::parse(in, nullptr, false) : Json(Json::value_t::discarded);
    if (!result.is_object() || !result.contains("checks")) return std::nullopt;
    for (const Json& check : result["checks"])
        if (!check.value("passed", false)) return std::nullopt;
    return result;
}

std::optional<Json> any_result(const Point& point) {
    std::ifstream in(point.folder / "result.json");
    Json result = in ? Json::parse(in, nullptr, false) : Json(Json::value_t::discarded);
    return result.is_object() ? std::optional<Json>(std::move(result)) : std::nullopt;
}

std::vector<Point> plan(const SweepConfig& sweep, const SweepOptions& options) {
    const std::string program_hash = sha256_of_file(program_beside("cimarron"));
    TestSets sets;
    std::vector<Point> points;
    for (const auto& assignments : expand(sweep)) {
        Point point{assignments, {}, std::nullopt};
        const RunConfig config = load_run(sweep.run, overrides_of(point, options));
        point.folder = options.folder / "points" / hash_of(config, sets.get(config), program_hash);
        point.result = finished_result(point);
        points.push_back(std::move(point));
    }
    return points;
}

ChildCommand command_for(const Point& point, const SweepConfig& sweep,
                         const SweepOptions& options) {
    ChildCommand command{{program_beside("cimarron").string(), "simulate", sweep.run.string(),
                          "--json", (point.folder / "result.json").string(), "--threads", "1",
                          "--end-with-parent", kParentProcess},
                         point.folder / "log.txt",
                         {}};
    for (const std::string& assignment : overrides_of(point, options)) {
        command.arguments.push_back("--set");
        command.arguments.push_back(assignment);
    }
    return command;
}

std::string last_line(const std::filesystem::path& log) {
    std::ifstream in(log);
    std::string last;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) last = line;
    return last.empty() ? "no message" : last;
}

// Runs what is not there yet; the number of points that failed.
int run_missing(std::vector<Point>& points, const SweepConfig& sweep, const SweepOptions& options) {
    std::vector<Point*> missing;
    std::vector<ChildCommand> commands;
    for (Point& point : points) {
        if (point.result) continue;
        missing.push_back(&point);
        std::filesystem::remove_all(point.folder);  // what a killed run left
        std::filesystem::create_directories(point.folder);
        commands.push_back(command_for(point, sweep, options));
    }
    Progress progress("sweep", static_cast<std::int64_t>(missing.size()), "points");
    int failed = 0;
    int done = 0;
    progress.update(0);
    options.run(commands, options.jobs, [&](std::size_t index, int exit_code) {
        Point& point = *missing[index];
        point.result = any_result(point);
        if (exit_code == 0 && point.result) {
            std::filesystem::remove(point.folder / "log.txt");
        } else {
            ++failed;
            progress.message(fmt::format("cimarron: point {} failed (exit code {}): {}",
                                         point.name(), exit_code,
                                         last_line(point.folder / "log.txt")));
        }
        progress.update(++done);
    });
    return failed;
}

// Where points are repetitions of each other; what an earlier sweep left is taken away.
void write_statistics(const Json& results, const std::filesystem::path& folder) {
    const Json merged = merge_repetitions(results);
    if (!has_repetitions(merged)) {
        std::filesystem::remove(folder / "statistics.json");
        std::filesystem::remove(folder / "statistics.csv");
        return;
    }
    write_atomically(folder / "statistics.json", statistics(merged).dump(1) + "\n");
    write_atomically(folder / "statistics.csv", statistics_csv(merged));
}

}  // namespace

int run_sweep(const SweepConfig& sweep, const SweepOptions& options) {
    std::vector<Point> points = plan(sweep, options);
    int reused = 0;
    for (const Point& point : points) reused += point.result ? 1 : 0;
    if (reused > 0)
        fmt::print(stderr, "{} of {} points are there already and are reused\n", reused,
                   points.size());
    const int failed = run_missing(points, sweep, options);
    Json results = Json::array();
    std::vector<std::vector<std::string>> assignments;
    for (const Point& point : points) {
        if (!point.result) continue;
        results.push_back(*point.result);
        assignments.push_back(point.assignments);
    }
    write_atomically(options.folder / "results.json", results.dump(1) + "\n");
    write_atomically(options.folder / "results.csv", csv(results, assignments));
    write_statistics(results, options.folder);
    return failed;
}

}  // namespace cimarron
