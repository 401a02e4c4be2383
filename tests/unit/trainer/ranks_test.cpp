// SPDX-License-Identifier: Apache-2.0
// Training by two processes under mpirun gives the bytes of training by one.
#include "tests/unit/trainer/synthetic.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>

namespace cimarron {
namespace {

TEST(RanksTest, TwoRanksTrainWhatOneTrains) {
    const test::SyntheticRun run("ranks");
    const auto command = [&](const std::string& launcher, const std::string& out,
                             const std::string& more) {
        return launcher + " " + CIMARRON_TRAIN + " " + run.config().string() +
               " --set shards=4 --set epochs=2 --threads 1 " + more + " --out " +
               run.path(out).string() + " >" + run.path("stdout").string() + " 2>&1";
    };
    const std::string mpirun = "mpirun --allow-run-as-root --oversubscribe -n 2";
    ASSERT_EQ(std::system(command("", "one", "").c_str()), 0) << run.read("stdout");
    ASSERT_EQ(std::system(command(mpirun, "two", "").c_str()), 0) << run.read("stdout");
    EXPECT_EQ(run.read("stdout").find("already"), std::string::npos);
    EXPECT_GT(run.read("one/network.onnx").size(), 1000U);
    EXPECT_EQ(run.read("one/network.onnx"), run.read("two/network.onnx"));
    const auto losses = [&](const std::string& out) {
        std::vector<double> result;
        const auto log = nlohmann::json::parse(run.read(out + "/log.json"));
        for (const auto& epoch : log.at("epochs")) {
            result.push_back(epoch.at("loss"));
        }
        return result;
    };
    EXPECT_EQ(losses("one").size(), 2U);
    EXPECT_EQ(losses("one"), losses("two"));
    ASSERT_EQ(std::system(command(mpirun, "two", "").c_str()), 0);
    EXPECT_EQ(run.read("stdout").find("already trained"), 0U) << run.read("stdout");
}

}  // namespace
}  // namespace cimarron
