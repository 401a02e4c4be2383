// SPDX-License-Identifier: Apache-2.0
#include "trainer/bit_search.h"

#include "common/error.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "tests/unit/trainer/synthetic.h"
#include "trainer/training.h"

#include <gtest/gtest.h>

#include <map>

namespace cimarron {
namespace {

using test::SyntheticRun;

// A deeper network than SyntheticRun's own: three layers have a choice.
class SearchTest : public ::testing::Test {
protected:
    SearchTest() {
        std::string network = run_.read("network.yaml");
        network.insert(network.find("  - {name: classifier"),
                       "  - {name: conv3, type: conv, weights: binary, channels: 16, kernel: 3, "
                       "padding: 1}\n");
        run_.write("network.yaml", network);
        train("start", {"activation_bits=4"});
    }
    TrainConfig config(const std::string& budget) const {
        return load_train_config(
            run_.config(),
            {"activation_bits=4", "epochs=1", "warm_start=" + run_.path("start").string(),
             "search.run=" CIMARRON_SOURCE_DIR "/configs/run/fashion_cnn.yaml",
             "search.budget=" + budget, "search.images=200"});
    }
    void train(const std::string& out, const std::vector<std::string>& overrides) const {
        finish(load_train_config(run_.config(), overrides), out);
    }
    void finish(const TrainConfig& config, const std::string& out) const {
        Training training(config, run_.path(out), false);
        while (training.train_epoch()) {
        }
        training.finish();
    }
    nlohmann::json json(const std::string& name) const {
        return nlohmann::json::parse(run_.read(name));
    }
    static std::map<std::string, int> bits(const NetworkSpec& network) {
        std::map<std::string, int> result;
        for (const LayerSpec& layer : network.layers)
            if (layer.activation_bits) result[layer.name] = *layer.activation_bits;
        return result;
    }

    const SyntheticRun run_{"search"};
};

TEST_F(SearchTest, ABudgetGivesANetworkOfMixedBitsThatMeetsItOnTheSimulator) {
    TrainConfig mixed = config("0.94");
    mixed.network = search_bits(mixed, run_.path("mixed"));
    const std::map<std::string, int> chosen = bits(mixed.network);
    EXPECT_EQ(chosen.size(), 3U);
    finish(mixed, "mixed");

    // The trained network has these bits, and the energy the search promised.
    const IntegerNetwork network = lower(read_onnx(run_.path("mixed/network.onnx")));
    for (const Layer& layer : network.layers) {
        const auto* mvm = std::get_if<MvmLayer>(&layer);
        if (mvm == nullptr || chosen.count(mvm->name) == 0) continue;
        EXPECT_EQ(mvm->input_bits, chosen.at(mvm->name)) << mvm->name;
    }
    const nlohmann::json search = json("mixed/search.json");
    const double all = search.at("energy_j").at("4").at("total").get<double>();
    EXPECT_LE(search.at("choice").at("estimate_j").get<double>(), 0.94 * all);
    EXPECT_LE(json("mixed/log.json").at("energy_j").get<double>(), 0.96 * all);
    EXPECT_GT(json("mixed/log.json").at("accuracy").at("integer").get<double>(), 80);
    // Narrower codes take less, layer by layer.
    for (const auto& layer : chosen)
        for (int b = 1; b < 4; ++b)
            EXPECT_LT(search.at("energy_j").at(std::to_string(b)).at(layer.first),
                      search.at("energy_j").at(std::to_string(b + 1)).at(layer.first));
}

TEST_F(SearchTest, GoesOnWithWhatWasMeasured) {
    const std::map<std::string, int> whole = bits(search_bits(config("0.95"), run_.path("whole")));
    nlohmann::json state = json("whole/search.json");
    const nlohmann::json complete = state;
    state.erase("choice");
    state["energy_j"].erase("2");
    state["loss"]["conv2"].erase("1");
    state["loss"].erase("conv3");
    run_.write("whole/search.json", state.dump());
    EXPECT_EQ(bits(search_bits(config("0.95"), run_.path("whole"))), whole);
    EXPECT_EQ(json("whole/search.json"), complete);
    // Another budget takes no new measurement; a tighter one gives no wider codes in all.
    int sum = 0;
    int tighter_sum = 0;
    for (const auto& layer : whole) sum += layer.second;
    for (const auto& layer : bits(search_bits(config("0.9"), run_.path("whole"))))
        tighter_sum += layer.second;
    EXPECT_LT(tighter_sum, sum);
    EXPECT_EQ(json("whole/search.json").at("loss"), complete.at("loss"));
}

TEST_F(SearchTest, WhatCannotBeFoundIsSaid) {
    const auto expect = [&](const std::vector<std::string>& overrides, const std::string& part) {
        std::vector<std::string> all = {
            "activation_bits=4", "search.run=" CIMARRON_SOURCE_DIR "/configs/run/fashion_cnn.yaml",
            "search.budget=0.5", "search.images=100"};
        all.insert(all.end(), overrides.begin(), overrides.end());
        try {
            search_bits(load_train_config(run_.config(), all), run_.path("x"));
            FAIL() << "accepted; expected an error about " << part;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
    };
    const std::string warm = "warm_start=" + run_.path("start").string();
    expect({}, "needs a warm_start");
    expect({warm, "search.budget=0.01"}, "1 bit everywhere takes");
    expect({warm, "search.images=200"}, "another search");
    expect({warm, "activation_bits=1"}, "2 to 8");
    expect({warm, "search.budget=2"}, "search.budget");
}

}  // namespace
}  // namespace cimarron
