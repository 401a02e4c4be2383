// SPDX-License-Identifier: Apache-2.0
#include "sim/config/sweep_config.h"

#include "common/yaml/yaml_reader.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr const char* kPaths[] = {"network", "accelerator",    "technology",
                                  "device",  "non_idealities", "dataset.folder"};

}  // namespace

SweepConfig load_sweep(const std::filesystem::path& file, int seeds) {
    const YamlReader reader = YamlReader::load(file);
    SweepConfig sweep;
    sweep.run = reader.required_path("run");
    sweep.seeds = reader.optional<int>("seeds", 0, {1, 1 << 20});
    if (seeds > 0) sweep.seeds = seeds;
    const YamlReader vary =
        sweep.seeds > 0 ? reader.optional_child("vary") : reader.required_child("vary");
    for (const std::string& key : vary.keys()) {
        if (key == "seed" && sweep.seeds > 0)
            vary.fail(key, "is what seeds repeats each point over; state one of them");
        SweepConfig::Axis axis{key, vary.required_list<std::string>(key)};
        for (std::string& value : axis.values) {
            const bool is_path =
                std::find(std::begin(kPaths), std::end(kPaths), key) != std::end(kPaths);
            if (is_path && std::filesystem::path(value).is_relative())
                value = (file.parent_path() / value).lexically_normal().string();
            if (std::count(axis.values.begin(), axis.values.end(), value) > 1)
                vary.fail(key, "lists '" + value + "' twice");
        }
        sweep.axes.push_back(std::move(axis));
    }
    reader.done();
    if (sweep.axes.empty() && sweep.seeds == 0)
        reader.fail("vary", "is empty, needs at least one key with its values");
    return sweep;
}

std::vector<std::vector<std::string>> expand(const SweepConfig& sweep) {
    std::vector<std::vector<std::string>> points = {{}};
    std::vector<SweepConfig::Axis> axes = sweep.axes;
    if (sweep.seeds > 0) axes.push_back({"seed", {}});
    for (int seed = 1; seed <= sweep.seeds; ++seed)
        axes.back().values.push_back(std::to_string(seed));
    for (const SweepConfig::Axis& axis : axes) {
        std::vector<std::vector<std::string>> longer;
        for (const auto& point : points)
            for (const std::string& value : axis.values) {
                longer.push_back(point);
                longer.back().push_back(axis.key + "=" + value);
            }
        points = std::move(longer);
    }
    return points;
}

}  // namespace cimarron
