// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "trainer/bit_search.h"
#include "trainer/training.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

namespace {

using cimarron::Ranks;
using cimarron::TrainConfig;
using cimarron::Training;

struct Options {
    std::string config;
    std::vector<std::string> overrides;
    std::string out;
    int threads = 0;
    bool restart = false;
    std::string resume;
    std::string weights;
};

void declare(CLI::App& app, Options& options) {
    app.set_version_flag("--version", CIMARRON_VERSION);
    app.add_option("config", options.config, "Training file, as configs/train/*.yaml")->required();
    app.add_option("--set", options.overrides, "KEY=VALUE: replaces a value of the file")
        ->take_all();
    app.add_option("--out", options.out, "Folder of the results (default out/train/CONFIG_aBITS)");
    app.add_option("--threads", options.threads, "The same as --set threads=N");
    app.add_option("--resume", options.resume,
                   "Weights of the same run to go on from, where --out holds no checkpoint");
    app.add_option("--save-weights", options.weights,
                   "Only write the weights that --out holds into this file, for --resume");
    app.add_flag("--restart", options.restart, "Replace what the folder holds");
}

void report(const Training& training, const std::string& folder) {
    const auto& log = training.log();
    const auto& accuracy = log.at("accuracy");
    fmt::print("float {:.2f} %", accuracy.at("float").get<double>());
    if (accuracy.contains("integer")) {
        fmt::print(", integer {:.2f} %, same class on {:.2f} % of {} images",
                   accuracy.at("integer").get<double>(), accuracy.at("agreement").get<double>(),
                   accuracy.at("images").get<int>());
    }
    if (accuracy.contains("hardware")) {
        fmt::print(", on the chip {:.2f} %", accuracy.at("hardware").get<double>());
    }
    if (log.contains("energy_j")) {
        fmt::print(", simulated {:.4g} uJ an image", 1e6 * log.at("energy_j").get<double>());
    }
    fmt::print("; {}\n", folder);
}

void train(Options& options) {
    if (options.threads != 0) {
        options.overrides.push_back(fmt::format("threads={}", options.threads));
    }
    TrainConfig config = cimarron::load_train_config(options.config, options.overrides);
    if (options.out.empty()) {
        const auto stem = std::filesystem::path(options.config).stem().string();
        options.out = fmt::format("out/train/{}_a{}", stem, config.method.activation_bits);
    }
    const Ranks ranks = Ranks::from_environment(options.out);
    if (config.search) {
        if (ranks.size() > 1) {
            throw cimarron::UserError("search: is done by one process; then train with mpirun");
        }
        config.network = cimarron::search_bits(config, options.out);
    }
    Training training(config, options.out, options.restart, ranks, options.resume);
    if (!options.weights.empty()) {
        training.export_weights(options.weights);
        return;
    }
    if (training.finished()) {
        if (ranks.first()) fmt::print("already trained: ");
    } else {
        while (training.train_epoch()) {
        }
        training.finish();
    }
    if (ranks.first()) report(training, options.out);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Trains a network with binary weights and multi-bit activations.",
                 "cimarron-train");
    declare(app, options);
    try {
        app.parse(argc, argv);
        train(options);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const cimarron::UserError& error) {
        fmt::print(stderr, "cimarron-train: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "cimarron-train: {}\n", error.what());
        return 1;
    }
    return 0;
}
