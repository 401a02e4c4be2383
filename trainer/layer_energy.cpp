// SPDX-License-Identifier: Apache-2.0
#include "trainer/layer_energy.h"

#include "common/error.h"
#include "sim/process/process.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace cimarron {
namespace {

constexpr int kImages = 16;  // energy depends on the data, a little

ImageEnergy read_energy(const std::filesystem::path& file) {
    std::ifstream in(file);
    const auto result = nlohmann::json::parse(in);
    ImageEnergy energy;
    energy.total = result.at("energy_j").get<double>();
    const double leakage = result.at("leakage_energy_j").get<double>();
    double cycles = 0;
    for (const auto& layer : result.at("layers")) cycles += layer.at("cycles").get<double>();
    for (const auto& layer : result.at("layers")) {
        energy.layers[layer.at("name")] = layer.at("dynamic_energy_j").get<double>() +
                                          leakage * layer.at("cycles").get<double>() / cycles;
    }
    return energy;
}

}  // namespace

ImageEnergy simulate_energy(const TrainConfig& config, const std::filesystem::path& network,
                            int activation_bits, const std::filesystem::path& folder) {
    const auto absolute = [](const std::filesystem::path& path) {
        return std::filesystem::absolute(path).string();
    };
    const std::filesystem::path json = folder / "simulate.json";
    ChildCommand command;
    command.log = folder / "simulate.log";
    command.arguments = {program_beside("cimarron").string(), "simulate",
                         config.search->run.string(), "--json", absolute(json)};
    std::vector<std::string> sets = {"network=" + absolute(network),
                                     "weights=trained",
                                     fmt::format("activation_bits={}", activation_bits),
                                     "dataset.name=" + config.dataset,
                                     "dataset.folder=" + absolute(config.dataset_folder),
                                     fmt::format("images={}", kImages),
                                     "timed_images=1"};
    sets.insert(sets.end(), config.search->set.begin(), config.search->set.end());
    for (const std::string& set : sets) {
        command.arguments.emplace_back("--set");
        command.arguments.push_back(set);
    }
    int code = 0;
    run_children({command}, 1, [&](std::size_t, int exit_code) { code = exit_code; });
    if (code != 0) {
        throw UserError(fmt::format("search: cimarron simulate {} ended with {}, see {}",
                                    config.search->run.string(), code, command.log.string()));
    }
    return read_energy(json);
}

}  // namespace cimarron
