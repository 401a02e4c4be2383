// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "quant/dataset/dataset.h"
#include "sim/config/run_config.h"
#include "trainer/method_keys.h"
#include "trainer/train_config.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

enum class TrainDevice { automatic, cpu, cuda };
enum class Precision { fp32, bf16, automatic };

// As the file has them, before the files they name are read.
struct HardwareKeys {
    std::filesystem::path run;
    std::vector<std::string> set;
    Chips chips = Chips::fresh;
};

struct TrainKeys {
    TrainConfig config;
    std::filesystem::path network;
    std::string warm_start, teacher = "none";  // "none" or a path
    TrainDevice device = TrainDevice::automatic;
    Precision precision = Precision::fp32;
    std::optional<HardwareKeys> hardware;
    std::optional<SearchConfig> search;
};

constexpr Range<int> kCount{1, 1000000000};

template <class Keys>
void describe_dataset(Keys& f, TrainConfig& config) {
    f.value({"name", "", "fashion_mnist, cifar10 or image_folder", "cifar10"}, config.dataset);
    f.value({"folder", "", "where its files lie", "data/cifar-10-batches-bin"},
            config.dataset_folder);
    f.optional({"train_images", "", "the first of the training split", "10000", "all"},
               config.train_images, kCount);
    f.optional({"test_images", "", "the first of the test split", "1000", "all"},
               config.test_images, kCount);
}

template <class Keys>
void describe_schedule(Keys& f, TrainConfig& config) {
    const Names<OptimizerKind> optimizers = {{"adam", OptimizerKind::adam},
                                             {"sgd", OptimizerKind::sgd}};
    f.value({"seed", "", "of initial weights, order of images and augmentation", "1"}, config.seed);
    f.value({"epochs", "", "times that each image is seen", "20"}, config.epochs,
            Range<int>{1, 100000});
    f.value({"batch", "images", "of one step", "128"}, config.batch, Range<int>{2, 65536});
    f.optional_choice({"optimizer", "", "of one step", "adam"}, config.optimizer, optimizers);
    f.optional({"progressive", "",
                "trains 8, 4, 3, 2, 1 bits in turn down to activation_bits, each for an equal part "
                "of the epochs with a cycle of the learning rate of its own; steps are set anew",
                "true"},
               config.progressive);
    f.optional({"weight_decay", "", "of kernels", "0.0001"}, config.weight_decay,
               Range<double>{0, 1});
    f.value({"learning_rate", "", "its peak", "0.004"}, config.learning_rate,
            Range<double>{1e-9, 10});
    f.value({"warm_up", "", "share of the steps that rise to it", "0.2"}, config.warm_up,
            Range<double>{0, 1});
    f.value({"shards", "", "parts of a batch, each with its own batch statistics", "2", "",
             "batch / 2"},
            config.shards, Range<int>{1, config.batch / 2});
    f.optional({"threads", "", "at most shards of them train; changes no result", "2"},
               config.threads, Range<int>{1, 1024});
    f.optional_child({"augment", "", "of training images", "", "none"}, [&](auto& a) {
        a.optional({"shift", "pixels",
                    "at most so many each way, zeros move in; not with "
                    "image_folder",
                    "4"},
                   config.shift, Range<int>{0, 64});
        a.optional({"flip", "", "left and right", "true"}, config.flip);
    });
}

template <class Keys>
void describe_machine(Keys& f, TrainKeys& keys) {
    const Names<TrainDevice> devices = {
        {"auto", TrainDevice::automatic}, {"cpu", TrainDevice::cpu}, {"cuda", TrainDevice::cuda}};
    const Names<Precision> precisions = {
        {"fp32", Precision::fp32}, {"bf16", Precision::bf16}, {"auto", Precision::automatic}};
    f.optional_choice({"device", "", "auto: CUDA where this libtorch finds a device", "cpu"},
                      keys.device, devices);
    f.optional_choice({"precision", "",
                       "of what hidden layers multiply; auto: bf16 on a processor of AMD's with "
                       "AVX512_BF16",
                       "fp32"},
                      keys.precision, precisions);
}

template <class Keys>
void describe_hardware(Keys& f, HardwareKeys& hardware) {
    const Names<Chips> chips = {{"same", Chips::same}, {"fresh", Chips::fresh}};
    f.value({"run", "", "the run file of the chip", "../run/fashion_cnn.yaml"}, hardware.run);
    f.optional_list({"set", "", "KEY=VALUE of that run", "[seed=1]", "nothing"}, hardware.set);
    f.optional_choice({"chips", "", "one chip in every step, or another in each", "fresh"},
                      hardware.chips, chips);
}

template <class Keys>
void describe_search(Keys& f, SearchConfig& search) {
    f.value({"run", "", "the run file that energies are simulated on", "../run/fashion_cnn.yaml"},
            search.run);
    f.optional_list({"set", "", "KEY=VALUE of that run", "[seed=1]", "nothing"}, search.set);
    f.value({"budget", "", "share of the energy at activation_bits everywhere", "0.75"},
            search.budget, Range<double>{0.01, 1});
    f.optional({"images", "", "training images that losses are measured on", "1000"}, search.images,
               Range<int>{100, kCount.high});
}

// configs/train/*.yaml.
template <class Keys>
void describe_train(Keys& f, TrainKeys& keys) {
    f.value({"network", "", "its description", "../network/fashion_cnn.yaml"}, keys.network);
    f.child({"dataset", "", "the images", ""}, [&](auto& d) { describe_dataset(d, keys.config); });
    describe_method(f, keys.config.method);
    describe_schedule(f, keys.config);
    describe_machine(f, keys);
    f.optional_child({"hardware", "", "trains on the chip", "", "without one"}, keys.hardware,
                     [](auto& inner, auto& hardware) { describe_hardware(inner, hardware); });
    f.value({"warm_start", "",
             "none, or the folder of an earlier run of this network, whose kernels and batch norms "
             "are taken over",
             "none"},
            keys.warm_start);
    f.optional({"teacher", "",
                "none, or the folder of a run of this network in floating point, whose "
                "probabilities are learned in place of the labels",
                "none"},
               keys.teacher);
    f.optional_child({"search", "", "activation bits per layer are found first", "", "none"},
                     keys.search,
                     [](auto& inner, auto& search) { describe_search(inner, search); });
}

}  // namespace cimarron
