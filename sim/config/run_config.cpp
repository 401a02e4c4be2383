// SPDX-License-Identifier: Apache-2.0
#include "sim/config/run_config.h"

#include "common/error.h"
#include "sim/config/device_config.h"
#include "sim/config/technology_config.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

constexpr int kMostImages = 10000000;

// Assignments to KEYs that begin with `part`, without it; with no part those to none of the files.
std::vector<std::string> overrides_of(const std::string& part,
                                      const std::vector<std::string>& overrides) {
    std::vector<std::string> mine;
    for (const std::string& assignment : overrides) {
        std::string owner;
        for (const char* file : {"accelerator.", "technology.", "device.", "non_idealities."})
            if (assignment.rfind(file, 0) == 0) owner = file;
        if (owner == part) mine.push_back(assignment.substr(part.size()));
    }
    return mine;
}

YamlReader open(const std::filesystem::path& file, const std::string& part,
                const std::vector<std::string>& overrides) {
    YamlReader reader = YamlReader::load(file);
    for (const std::string& assignment : overrides_of(part, overrides))
        reader.override_value(assignment, part);
    return reader;
}

// The constants of a file that is not scaled hold at the supply it states.
Technology open_technology(const std::filesystem::path& file,
                           const std::vector<std::string>& overrides) {
    const YamlReader reader = open(file, "technology.", overrides);
    for (const std::string& assignment : overrides)
        if (assignment.rfind("technology.supply.value=", 0) == 0 && !reader.has("scaled_from"))
            reader.fail("supply",
                        "cannot be changed where constants are stated at it; use a technology with "
                        "scaled_from, such as 22nm_lp.yaml");
    return read_technology(reader);
}

std::filesystem::path with_bits(const std::filesystem::path& path, int bits) {
    std::string text = path.string();
    const std::string placeholder = "{activation_bits}";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder))
        text.replace(at, placeholder.size(), std::to_string(bits));
    return text;
}

// A digital macro has no currents and no ADCs.
NonIdealities stuck_cells_of(const NonIdealities& all) {
    NonIdealities stuck;
    stuck.seed = all.seed;
    stuck.cell.stuck_at_0 = all.cell.stuck_at_0;
    stuck.cell.stuck_at_1 = all.cell.stuck_at_1;
    return stuck;
}

const char* name_of(Weights weights) {
    return weights == Weights::trained ? "trained" : "random";
}

bool overridden(const std::vector<std::string>& overrides, const std::string& key) {
    return std::any_of(overrides.begin(), overrides.end(), [&](const std::string& assignment) {
        return assignment.compare(0, key.size() + 1, key + "=") == 0;
    });
}

YAML::Node numbers(const RunConfig& config, bool calibration) {
    YAML::Node node(YAML::NodeType::Map);
    node["images"] = config.images;
    node["timed_images"] = config.timed_images;
    if (calibration) node["calibration_images"] = config.calibration_images;
    node["seed"] = fmt::format("{}", config.seed);
    return node;
}

void append(YAML::Node& to, const YAML::Node& from) {
    for (const auto& entry : from) to[entry.first.Scalar()] = entry.second;
}

}  // namespace

AcceleratorParams RunConfig::params() const {
    AcceleratorParams params = resolve(accelerator, technology, device);
    if (non_idealities)
        params.macro.non_idealities = resolve(*non_idealities, technology, device, seed);
    if (params.macro.kind == MacroKind::digital)
        params.macro.non_idealities = stuck_cells_of(params.macro.non_idealities);
    return params;
}

RunConfig load_run(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
    const YamlReader reader = open(file, "", overrides);
    RunConfig config;
    config.activation_bits = reader.required<int>("activation_bits", {1, 8});
    config.network = with_bits(reader.required_path("network"), config.activation_bits);
    config.weights = reader.required_enum<Weights>(
        "weights", {{"trained", Weights::trained}, {"random", Weights::random}});
    config.accelerator_file = reader.required_path("accelerator");
    config.technology_file = reader.required_path("technology");
    config.device_file = reader.required_path("device");
    if (reader.has("non_idealities"))
        config.non_idealities_file = reader.required_path("non_idealities");
    const YamlReader dataset = reader.required_child("dataset");
    config.dataset = dataset.required<std::string>("name");
    if (config.dataset != kRandomImages) config.dataset_folder = dataset.required_path("folder");
    config.images = reader.required<int>("images", {1, kMostImages});
    config.timed_images = reader.required<int>("timed_images", {1, kMostImages});
    config.calibration_images = reader.optional<int>("calibration_images", 0, {1, kMostImages});
    config.seed = reader.required<std::uint64_t>("seed");
    reader.done();
    // Who asks for fewer images than the file times has them all timed.
    if (overridden(overrides, "images") && !overridden(overrides, "timed_images"))
        config.timed_images = std::min(config.timed_images, config.images);
    if (config.timed_images > config.images)
        reader.fail("timed_images", fmt::format("is {}, must be at most images ({})",
                                                config.timed_images, config.images));
    config.accelerator = read_accelerator(open(config.accelerator_file, "accelerator.", overrides));
    if (config.calibrates() && config.calibration_images == 0)
        reader.fail("calibration_images", "is missing, needed by adc.full_scale: calibrated");
    config.technology = open_technology(config.technology_file, overrides);
    config.device = read_device(open(config.device_file, "device.", overrides));
    const std::vector<std::string> effects = overrides_of("non_idealities.", overrides);
    if (!config.non_idealities_file.empty())
        config.non_idealities =
            read_non_idealities(open(config.non_idealities_file, "non_idealities.", overrides));
    else if (!effects.empty())
        reader.fail("non_idealities", "is missing, needed to set " + effects.front());
    return config;
}

YAML::Node to_yaml(const RunConfig& config) {
    YAML::Node node(YAML::NodeType::Map);
    node["network"] = config.network.string();
    node["weights"] = name_of(config.weights);
    node["activation_bits"] = config.activation_bits;
    node["accelerator"] = config.accelerator_file.string();
    node["technology"] = config.technology_file.string();
    node["device"] = config.device_file.string();
    if (!config.non_idealities_file.empty())
        node["non_idealities"] = config.non_idealities_file.string();
    node["dataset"]["name"] = config.dataset;
    if (config.dataset != kRandomImages) node["dataset"]["folder"] = config.dataset_folder.string();
    append(node, numbers(config, config.calibration_images > 0));
    return node;
}

YAML::Node effective(const RunConfig& config, const AcceleratorParams& params) {
    YAML::Node node(YAML::NodeType::Map);
    node["network"] = config.network.filename().string();
    node["weights"] = name_of(config.weights);
    node["activation_bits"] = config.activation_bits;
    node["dataset"] = config.dataset;
    append(node, numbers(config, config.calibrates()));
    AcceleratorConfig accelerator{params, {}};
    accelerator.derive.tiles = params.fit_tiles;  // not placed yet
    accelerator.max_area_mm2 = config.accelerator.max_area_mm2;
    node["accelerator"] = to_yaml(accelerator);
    node["technology"] = to_yaml(config.technology);
    node["device"] = to_yaml(config.device);
    if (config.non_idealities) node["non_idealities"] = to_yaml(*config.non_idealities);
    return node;
}

}  // namespace cimarron
