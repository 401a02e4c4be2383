// SPDX-License-Identifier: Apache-2.0
#include "sim/config/sweep_config.h"

#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"

#include <algorithm>

namespace cimarron {

namespace {

constexpr const char* kPaths[] = {"network", "accelerator",    "technology",
                                  "device",  "non_idealities", "dataset.folder"};

// A value of a key that is a path is relative to the sweep's file.
std::string value_of(const YamlReader& vary, const std::string& key, const std::string& value) {
    const bool is_path = std::find(std::begin(kPaths), std::end(kPaths), key) != std::end(kPaths);
    if (!is_path || !std::filesystem::path(value).is_relative()) return value;
    return (vary.file().parent_path() / value).lexically_normal().string();
}

SweepConfig::Axis read_axis(const YamlReader& vary, const std::string& key) {
    SweepConfig::Axis axis{key, vary.required_list<std::string>(key)};
    for (std::string& value : axis.values) {
        value = value_of(vary, key, value);
        if (std::count(axis.values.begin(), axis.values.end(), value) > 1)
            vary.fail(key, "lists '" + value + "' twice");
    }
    return axis;
}

template <class Keys>
void describe(Keys& f, SweepConfig& sweep) {
    f.value({"run", "", "the run file that every point begins with", "../run/lenet5.yaml"},
            sweep.run);
    f.optional({"seeds", "", "each point is run with seeds 1 to so many, each another chip", "10",
                "the run's own seed"},
               sweep.seeds, Range<int>{1, 1 << 20});
    f.optional_open_child(
        {"vary", "", "the points are the cross product, the first key slowest", "",
         "with seeds: one point"},
        {"KEY", "",
         "a list of values of a key of the run, or of accelerator.KEY, technology.KEY, device.KEY, "
         "non_idealities.KEY",
         "[1, 2, 4]"},
        [&](const YamlReader& vary, const std::string& key) {
            sweep.axes.push_back(read_axis(vary, key));
        });
}

}  // namespace

SweepConfig load_sweep(const std::filesystem::path& file, int seeds) {
    const YamlReader reader = YamlReader::load(file);
    SweepConfig sweep;
    KeyReader keys(reader);
    describe(keys, sweep);
    if (seeds > 0) sweep.seeds = seeds;
    if (sweep.seeds == 0) reader.required_child("vary");
    reader.done();
    if (sweep.seeds == 0 && sweep.axes.empty())
        reader.fail("vary", "is empty, needs at least one key with its values");
    for (const SweepConfig::Axis& axis : sweep.axes)
        if (axis.key == "seed" && sweep.seeds > 0)
            reader.required_child("vary").fail(
                "seed", "is what seeds repeats each point over; state one of them");
    return sweep;
}

std::vector<KeyEntry> sweep_keys() {
    SweepConfig sweep;
    return list_keys([&](KeyLister& keys) { describe(keys, sweep); });
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
