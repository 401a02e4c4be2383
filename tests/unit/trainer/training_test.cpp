// SPDX-License-Identifier: Apache-2.0
#include "trainer/training.h"

#include "common/error.h"
#include "tests/support/jpeg_folder.h"
#include "tests/support/seed.h"
#include "tests/unit/trainer/synthetic.h"
#include "trainer/method_config.h"
#include "trainer/teacher.h"
#include "trainer/weight_average.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace cimarron {
namespace {

using test::SyntheticRun;

class TrainingTest : public ::testing::Test {
protected:
    Training start(const std::string& out, std::vector<std::string> overrides = {},
                   bool restart = false) const {
        return Training(load_train_config(run_.config(), overrides), run_.path(out), restart);
    }
    void train(const std::string& out, const std::vector<std::string>& overrides = {}) const {
        Training training = start(out, overrides);
        while (training.train_epoch()) {
        }
        training.finish();
    }
    nlohmann::json log(const std::string& out) const {
        return nlohmann::json::parse(run_.read(out + "/log.json"));
    }
    void expect_error(const std::string& out, const std::vector<std::string>& overrides,
                      const std::string& part) const {
        try {
            train(out, overrides);
            FAIL() << "accepted; expected an error about " << part;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
    }

    const SyntheticRun run_{"training"};
};

TEST_F(TrainingTest, LearnsAndExportsAnIntegerNetworkThatAgrees) {
    for (const char* bits : {"activation_bits=1", "activation_bits=4", "activation_bits=8"}) {
        train(bits, {bits});
        const auto accuracy = log(bits).at("accuracy");
        EXPECT_GT(accuracy.at("float").get<double>(), 80.0) << bits;
        EXPECT_GE(accuracy.at("agreement").get<double>(), 99.5) << bits;
        EXPECT_NEAR(accuracy.at("integer"), accuracy.at("float"), 0.5) << bits;
    }
}

TEST_F(TrainingTest, EqualSeedsGiveEqualBytesWhateverTheThreads) {
    train("a", {"epochs=2"});
    train("b", {"epochs=2", "threads=1"});
    train("c", {"epochs=2", "threads=7"});
    train("d", {"epochs=2", "seed=8"});
    EXPECT_GT(run_.read("a/network.onnx").size(), 1000U);
    EXPECT_EQ(run_.read("a/network.onnx"), run_.read("b/network.onnx"));
    EXPECT_EQ(run_.read("a/network.onnx"), run_.read("c/network.onnx"));
    EXPECT_NE(run_.read("a/network.onnx"), run_.read("d/network.onnx"));
}

TEST_F(TrainingTest, Bfloat16LearnsTheSameAndIsAsReproducible) {
    const auto with = [](const char* more) {
        return std::vector<std::string>{"precision=bf16", "epochs=2", more};
    };
    train("float", {"epochs=2"});
    train("whole", with("threads=2"));
    EXPECT_TRUE(start("parts", with("threads=1")).train_epoch());
    train("parts", with("threads=3"));
    EXPECT_EQ(run_.read("whole/network.onnx"), run_.read("parts/network.onnx"));
    EXPECT_NE(run_.read("whole/network.onnx"), run_.read("float/network.onnx"));
    EXPECT_EQ(log("whole").at("config").at("precision"), "bf16");
    const auto loss = [&](const char* out) {
        return log(out).at("epochs")[1].at("loss").get<double>();
    };
    EXPECT_NEAR(loss("whole"), loss("float"), 0.2 * loss("float"));
    EXPECT_GE(log("whole").at("accuracy").at("agreement").get<double>(), 99.0);
    expect_error("float", with("threads=2"), "another precision");
    expect_error("x", {"precision=fp16"}, "precision");
}

TEST_F(TrainingTest, AResumedRunGivesTheBytesOfAnUninterruptedOne) {
    const std::vector<std::string> soft = {"activation_gradient=soft_staircase"};
    train("whole", soft);
    for (int i = 0; i < 3; ++i) {
        Training part = start("parts", soft);
        EXPECT_FALSE(part.finished());
        EXPECT_TRUE(part.train_epoch());
    }
    train("parts", soft);
    EXPECT_EQ(run_.read("whole/network.onnx"), run_.read("parts/network.onnx"));
    EXPECT_EQ(log("parts").at("epochs").size(), 3U);
    EXPECT_TRUE(start("parts", soft).finished());
}

TEST_F(TrainingTest, ProgressiveTrainingNarrowsTheActivationsAndResumes) {
    const std::vector<std::string> progressive = {"progressive=true", "activation_bits=2",
                                                  "epochs=5"};
    train("whole", progressive);
    std::vector<int> bits;
    const nlohmann::json whole = log("whole");
    for (const auto& epoch : whole.at("epochs")) bits.push_back(epoch.at("activation_bits"));
    EXPECT_EQ(bits, (std::vector<int>{8, 4, 3, 2, 2}));
    EXPECT_GE(log("whole").at("accuracy").at("agreement").get<double>(), 99.0);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(start("parts", progressive).train_epoch());
    train("parts", progressive);
    EXPECT_EQ(run_.read("whole/network.onnx"), run_.read("parts/network.onnx"));
    expect_error("x", {"progressive=true", "activation_bits=1", "epochs=4"}, "5 stages");
}

TEST_F(TrainingTest, AFloatRunIsTheWarmStartOfAnother) {
    train("float", {"weights=float", "activation_bits=32"});
    EXPECT_FALSE(std::filesystem::exists(run_.path("float/network.onnx")));
    const std::string warm = "warm_start=" + run_.path("float").string();
    train("warm", {warm, "epochs=1"});
    train("cold", {"epochs=1"});
    const auto loss = [&](const char* out) { return log(out).at("epochs")[0].at("loss"); };
    EXPECT_LT(loss("warm").get<double>(), 0.7 * loss("cold").get<double>());
    expect_error("warm", {"epochs=1"}, "another warm_start");
    expect_error("warm", {warm, "epochs=2"}, "another epochs");
    Training replaced = start("warm", {"epochs=1"}, true);
    EXPECT_TRUE(replaced.train_epoch());
}

TEST_F(TrainingTest, ATeacherReplacesTheLabels) {
    train("float", {"weights=float", "activation_bits=32", "epochs=5"});
    const std::string folder = run_.path("float").string();
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.end(), {"teacher=" + folder, "warm_start=" + folder, "epochs=2"});
        return more;
    };
    train("labels", {"warm_start=" + folder, "epochs=2"});
    train("taught", with({"threads=2"}));
    EXPECT_TRUE(start("parts", with({"threads=1"})).train_epoch());
    train("parts", with({"threads=3"}));
    EXPECT_EQ(run_.read("taught/network.onnx"), run_.read("parts/network.onnx"));
    EXPECT_NE(run_.read("taught/network.onnx"), run_.read("labels/network.onnx"));
    EXPECT_EQ(log("taught").at("teacher"), folder);
    EXPECT_EQ(log("taught").at("config").at("teacher"),
              log("taught").at("config").at("warm_start"));
    EXPECT_GT(log("taught").at("accuracy").at("integer").get<double>(), 80.0);
    // Labels that say nothing: all that is learned comes from the teacher.
    const std::string labels = "train-labels-idx1-ubyte";
    std::string zeros = run_.read(labels);
    std::fill(zeros.begin() + 8, zeros.end(), '\0');
    run_.write(labels, zeros);
    train("unlabelled", with({"threads=2"}));
    EXPECT_EQ(run_.read("taught/network.onnx"), run_.read("unlabelled/network.onnx"));
    expect_error("taught", {"warm_start=" + folder, "epochs=2"}, "another teacher");
    expect_error("x", {"teacher=" + run_.path("taught").string()},
                 "is a run with weights: \"bwma\"; a teacher is one in floating point");
    expect_error("x", {"teacher=" + run_.path("nowhere").string()}, "cannot read");
}

TEST_F(TrainingTest, SmoothedLabelsAndAveragedWeightsAreAsReproducible) {
    for (const char* key : {"label_smoothing=0.1", "weight_average=0.9"}) {
        const std::string out = std::string(key).substr(0, 5);
        const auto with = [&](const char* more) {
            return std::vector<std::string>{key, "optimizer=sgd", "learning_rate=0.1", more};
        };
        train(out + "plain", {"optimizer=sgd", "learning_rate=0.1"});
        train(out + "whole", with("threads=2"));
        EXPECT_TRUE(start(out + "parts", with("threads=1")).train_epoch());
        train(out + "parts", with("threads=3"));
        const std::string network = run_.read(out + "whole/network.onnx");
        EXPECT_EQ(network, run_.read(out + "parts/network.onnx"));
        EXPECT_NE(network, run_.read(out + "plain/network.onnx"));
        EXPECT_GT(log(out + "whole").at("accuracy").at("integer").get<double>(), 70.0);
        expect_error(out + "plain", with("threads=2"), "another " + std::string(key).substr(0, 14));
    }
    expect_error("x", {"label_smoothing=0.1", "teacher=" + run_.path("label").string()},
                 "label_smoothing");
    expect_error("x", {"weight_average=1"}, "weight_average");
}

// w' = d w' + (1 - d) w with d = t / (10 + t) until that reaches the decay.
TEST_F(TrainingTest, TheAverageOfWeightsIsTheirExponentialMean) {
    const TrainConfig config = load_train_config(run_.config(), {});
    Model model(config.network, config.method);
    WeightAverage average(model, 0.5);
    const torch::NoGradGuard no_gradient;
    const torch::Tensor weight = model.parameters()[0];
    torch::Tensor expected;
    for (int t = 0; t < 30; ++t) {
        weight.copy_(torch::randn(weight.sizes()));
        average.update();
        const double decay = std::min(0.5, t / (10.0 + t));
        expected = t == 0 ? weight.clone() : decay * expected + (1 - decay) * weight;
        EXPECT_LT((average.model().parameters()[0] - expected).abs().max().item<double>(), 1e-5);
    }
}

// Half precision, and an optimizer that starts anew: near the uninterrupted run, not equal to it.
TEST_F(TrainingTest, SavedWeightsGoOnElsewhereAfterTheSameEpoch) {
    train("whole", {});
    {
        Training part = start("part", {});
        EXPECT_TRUE(part.train_epoch());
        EXPECT_TRUE(part.train_epoch());
        part.export_weights(run_.path("two.weights"));
    }
    EXPECT_LT(run_.read("two.weights").size(), run_.read("part/checkpoint.pt").size() / 2);
    const auto resumed = [&](const char* out, const std::vector<std::string>& overrides) {
        Training training(load_train_config(run_.config(), overrides), run_.path(out), false, {},
                          run_.path("two.weights"));
        while (training.train_epoch()) {
        }
        training.finish();
    };
    resumed("moved", {});
    EXPECT_EQ(log("moved").at("epochs").size(), 3U);
    EXPECT_EQ(log("moved").at("epochs")[1], log("part").at("epochs")[1]);
    EXPECT_NEAR(log("moved").at("accuracy").at("integer").get<double>(),
                log("whole").at("accuracy").at("integer").get<double>(), 5.0);
    resumed("again", {});
    EXPECT_EQ(run_.read("moved/network.onnx"), run_.read("again/network.onnx"));
    EXPECT_THROW(resumed("other", {"seed=9"}), UserError);
    std::string bytes = run_.read("two.weights");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    run_.write("two.weights", bytes);
    EXPECT_THROW(resumed("damaged", {}), UserError);
}

TEST_F(TrainingTest, ATeachersProbabilitiesAreThoseOfItsRun) {
    const std::vector<std::string> in_float = {"weights=float", "activation_bits=32"};
    train("float", in_float);
    const TrainConfig config = load_train_config(run_.config(), in_float);
    const Teacher teacher(run_.path("float"), config);
    const Dataset test = load_dataset(config.dataset, config.dataset_folder, Split::test,
                                      config.network.input, SyntheticRun::kTestImages);
    const Batches batches(test, 100, {}, 1, 0);
    int right = 0;
    for (int i = 0; i < batches.count(); ++i) {
        const Batch batch = batches.get(i, 0, 1);
        const torch::Tensor p = teacher.probabilities(batch.images);
        EXPECT_FALSE(p.requires_grad());
        EXPECT_LT((p.sum(1) - 1).abs().max().item<double>(), 1e-5);
        right += p.argmax(1).eq(batch.labels).sum().item<int>();
    }
    EXPECT_NEAR(100.0 * right / SyntheticRun::kTestImages,
                log("float").at("accuracy").at("float").get<double>(), 0.2);
}

TEST_F(TrainingTest, DamagedAndForeignCheckpointsAreRefused) {
    train("good", {"epochs=1"});
    const std::string bytes = run_.read("good/checkpoint.pt");
    Rng rng(test::test_seed(21));
    for (int i = 0; i < 12; ++i) {
        std::string changed = bytes;
        const auto at =
            static_cast<std::size_t>(rng.uniform_int(0, static_cast<int>(bytes.size()) - 1));
        if (i % 2 == 0) {
            changed.resize(at);
        } else {
            changed[at] = static_cast<char>(changed[at] ^ 16);
        }
        run_.write("good/checkpoint.pt", changed);
        expect_error("good", {"epochs=1"}, "checkpoint.pt: truncated or damaged");
    }
    run_.write("good/checkpoint.pt", bytes);
    expect_error("absent", {"warm_start=" + run_.path("nowhere").string()}, "cannot read");
    std::string network = run_.read("network.yaml");
    network.replace(network.find("channels: 16"), 12, "channels: 24");
    run_.write("network.yaml", network);
    expect_error("other", {"warm_start=" + run_.path("good").string()}, "another network");
}

TEST_F(TrainingTest, AFolderOfImagesTrainsTheSameWhateverTheThreads) {
    const test::JpegFolder images("training_jpeg", 3, 40, 12);
    std::string network = run_.read("network.yaml");
    network.replace(network.find("channels: 1,"), 12, "channels: 3,");
    network.replace(network.find("channels: 10"), 12, "channels: 3");
    run_.write("network.yaml", network);
    const auto with = [&](const char* more) {
        return std::vector<std::string>{"dataset.name=image_folder",
                                        "dataset.folder=" + images.path().string(),
                                        "epochs=15",
                                        "augment.flip=true",
                                        "augment.shift=0",
                                        more};
    };
    train("a", with("threads=1"));
    train("b", with("threads=2"));
    EXPECT_EQ(run_.read("a/network.onnx"), run_.read("b/network.onnx"));
    EXPECT_EQ(log("a").at("accuracy").at("images"), 36);
    EXPECT_GT(log("a").at("accuracy").at("integer").get<double>(), 60);  // of three classes
    std::ofstream(images.file("train", 1, 3), std::ios::binary) << "no image";
    expect_error("c", with("threads=2"), "train/class01/0003.JPEG: truncated or damaged");
}

TEST_F(TrainingTest, WhatDoesNotFitIsSaid) {
    expect_error("x", {"batch=4000"}, "batch of 4000");
    expect_error("x", {"learning_rate=1e10"}, "learning_rate");
    std::string network = run_.read("network.yaml");
    network.replace(network.find("height: 12"), 10, "height: 14");
    run_.write("network.yaml", network);
    expect_error("x", {}, "does not fit data set");
    EXPECT_FALSE(std::filesystem::exists(run_.path("x")));
}

TEST(ShippedConfigs, LoadAndFitTheirDataSets) {
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(CIMARRON_SOURCE_DIR "/configs/train")) {
        if (entry.path().extension() != ".yaml") continue;
        const TrainConfig config = load_train_config(entry.path(), {});
        const bool imagenet = config.dataset == "image_folder";
        const Shape expected = config.dataset == "fashion_mnist" ? Shape{1, 28, 28}
                               : imagenet                        ? Shape{3, 224, 224}
                                                                 : Shape{3, 32, 32};
        EXPECT_EQ(config.network.input, expected) << entry.path();
        Model model(config.network, config.method);
        const Shape& s = config.network.input;
        const torch::Tensor logits = model.forward(torch::rand({2, s.channels, s.height, s.width}));
        EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{2, imagenet ? 1000 : 10}))
            << entry.path();
        ++files;
    }
    EXPECT_GE(files, 20);
}

// Nothing is tuned per bitwidth, and the methods differ in nothing but themselves.
TEST(ShippedConfigs, CellsDifferOnlyInTheMethodAndTheActivationBits) {
    nlohmann::json common;
    int files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(CIMARRON_SOURCE_DIR "/configs/train/cifar10")) {
        if (entry.path().extension() != ".yaml") continue;
        nlohmann::json family;
        for (const char* bits : {"1", "2", "3", "4", "8"}) {
            const TrainConfig config =
                load_train_config(entry.path(), {std::string("activation_bits=") + bits});
            nlohmann::json cell = describe(config);
            EXPECT_EQ(cell.at("activation_bits"), std::stoi(bits));
            cell.erase("activation_bits");
            if (family.is_null()) family = cell;
            EXPECT_EQ(cell, family) << entry.path();
            const nlohmann::json method = describe(config.method);
            for (auto it = method.begin(); it != method.end(); ++it) cell.erase(it.key());
            if (common.is_null()) common = cell;
            EXPECT_EQ(cell, common) << entry.path();
        }
        ++files;
    }
    EXPECT_GE(files, 10);
}

// One file for all bitwidths, BWMA has nothing to tune, and the plan trains all of them alike.
TEST(ShippedConfigs, NoBwmaFileAndNoPlanIsTunedToABitwidth) {
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(CIMARRON_SOURCE_DIR "/configs/train")) {
        if (entry.path().extension() != ".yaml") continue;
        const TrainConfig shipped = load_train_config(entry.path(), {});
        if (shipped.method.weights != WeightMethod::bwma) continue;
        nlohmann::json expected = describe(shipped);
        for (const int bits : {1, 2, 3, 4, 8}) {
            const nlohmann::json cell = describe(
                load_train_config(entry.path(), {"activation_bits=" + std::to_string(bits)}));
            expected["activation_bits"] = bits;
            EXPECT_EQ(cell, expected) << entry.path();
        }
        EXPECT_THROW(load_train_config(entry.path(), {"tuning.pact_clip=6"}), UserError);
        ++files;
    }
    EXPECT_GE(files, 6);
    std::ifstream plan(CIMARRON_SOURCE_DIR "/configs/train/cifar10/plan.csv");
    std::map<std::string, std::set<std::string>> schedules;  // of network, method, bits
    for (std::string line; std::getline(plan, line);) {
        if (line.empty() || line[0] == '#' || line.rfind("network", 0) == 0) continue;
        std::vector<std::string> cell;
        std::istringstream values(line);
        for (std::string value; std::getline(values, value, ',');) cell.push_back(value);
        if (cell.at(1) != "bwma") continue;
        EXPECT_EQ(cell.size(), 6U) << "BWMA has no tuning: " << line;
        schedules[cell[2]].insert(cell[0] + ' ' + cell[4] + ' ' + cell[5]);
    }
    EXPECT_GE(schedules.size(), 5U);
    for (const auto& bits : schedules)
        for (const std::string& schedule : bits.second)
            for (const char* other : {"1", "2", "4"})
                EXPECT_EQ(schedules.at(other).count(schedule), 1U)
                    << schedule << " at " << bits.first << " bits, not at " << other;
}

TEST_F(TrainingTest, AKeyOfAnotherMethodIsAnError) {
    expect_error("x", {"tuning.pact_clip=3"}, "no meaning with activations: bwma");
    expect_error("x", {"activations=lsq", "activation_gradient=soft_staircase"}, "bwma only");
    expect_error("x", {"activations=lsqq"}, "lsq");
}

TEST_F(TrainingTest, EveryMethodLearnsAndExports) {
    const std::vector<std::pair<const char*, const char*>> methods = {{"bnn", "dorefa"},
                                                                      {"bwn", "lsq"},
                                                                      {"dorefa", "pact"},
                                                                      {"irnet", "dsq"},
                                                                      {"adabin", "sigmoids"}};
    for (const auto& [weights, activations] : methods) {
        train(weights,
              {std::string("weights=") + weights, std::string("activations=") + activations,
               "optimizer=adam", "weight_decay=0.01"});
        const auto accuracy = log(weights).at("accuracy");
        EXPECT_GT(accuracy.at("float").get<double>(), 60.0) << weights;
        EXPECT_GE(accuracy.at("agreement").get<double>(), 99.0) << weights;
    }
}

}  // namespace
}  // namespace cimarron
