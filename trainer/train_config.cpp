// SPDX-License-Identifier: Apache-2.0
#include "trainer/train_config.h"

#include "common/yaml/yaml_reader.h"
#include "quant/dataset/dataset.h"
#include "trainer/method_config.h"

#include "trainer/stages.h"

#include <fmt/format.h>
#include <torch/cuda.h>
#include <nlohmann/json.hpp>

namespace cimarron {
namespace {

using nlohmann::json;

constexpr Range<int> kCount{1, 1000000000};

void read_dataset(const YamlReader& reader, TrainConfig& config) {
    config.dataset = reader.required<std::string>("name");
    config.dataset_folder = reader.required_path("folder");
    config.train_images = reader.optional<int>("train_images", config.train_images, kCount);
    config.test_images = reader.optional<int>("test_images", config.test_images, kCount);
    reader.done();
}

// Whether bfloat16 is the faster one: measured so for AVX512_BF16 of AMD, not for Intel's.
bool cpu_multiplies_bf16() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0 && __builtin_cpu_is("amd") != 0;
#else
    return false;
#endif
}

bool read_device(const YamlReader& reader) {
    enum class Device { automatic, cpu, cuda };
    const auto device = reader.optional_enum<Device>(
        "device", Device::automatic,
        {{"auto", Device::automatic}, {"cpu", Device::cpu}, {"cuda", Device::cuda}});
    const bool present = device != Device::cpu && torch::cuda::is_available();
    if (device == Device::cuda && !present) {
        reader.fail("device", "this machine, or the libtorch used here, has no CUDA device");
    }
    return present;
}

// Whether hidden layers multiply in bfloat16; automatic where that is faster.
bool read_precision(const YamlReader& reader, bool cuda) {
    enum class Precision { fp32, bf16, automatic };
    const auto precision = reader.optional_enum<Precision>(
        "precision", Precision::fp32,
        {{"fp32", Precision::fp32}, {"bf16", Precision::bf16}, {"auto", Precision::automatic}});
    return precision == Precision::bf16 ||
           (precision == Precision::automatic && !cuda && cpu_multiplies_bf16());
}

void read_hardware(const YamlReader& reader, TrainConfig& config) {
    const YamlReader hardware = reader.required_child("hardware");
    std::vector<std::string> set;
    if (hardware.has("set")) set = hardware.required_list<std::string>("set");
    config.hardware = load_run(hardware.required_path("run"), set);
    config.chips = hardware.optional_enum<Chips>("chips", config.chips,
                                                 {{"same", Chips::same}, {"fresh", Chips::fresh}});
    hardware.done();
    if (!config.method.exportable()) {
        reader.fail("hardware", "needs quantized weights and activations");
    }
    if (config.method.activations == ActivationMethod::sigmoids) {
        reader.fail("hardware", "takes codes, activations: sigmoids trains without");
    }
}

void read_search(const YamlReader& reader, TrainConfig& config) {
    const YamlReader child = reader.required_child("search");
    SearchConfig search;
    search.run = child.required_path("run");
    if (child.has("set")) search.set = child.required_list<std::string>("set");
    search.budget = child.required<double>("budget", {0.01, 1});
    search.images = child.optional<int>("images", search.images, {100, kCount.high});
    child.done();
    load_run(search.run, search.set);  // its errors come before anything is measured
    if (!config.method.exportable() || config.method.activation_bits < 2) {
        reader.fail("search", "needs quantized weights and activation_bits 2 to 8 to start from");
    }
    config.search = search;
}

void read_schedule(const YamlReader& reader, TrainConfig& config) {
    config.seed = reader.required<std::uint64_t>("seed");
    config.epochs = reader.required<int>("epochs", {1, 100000});
    config.batch = reader.required<int>("batch", {2, 65536});
    config.optimizer = reader.optional_enum<OptimizerKind>(
        "optimizer", config.optimizer,
        {{"adam", OptimizerKind::adam}, {"sgd", OptimizerKind::sgd}});
    config.progressive = reader.optional<bool>("progressive", false);
    const int stages = stage_count(config.method.activation_bits, config.progressive);
    if (config.progressive && config.method.float_activations()) {
        reader.fail("progressive", "has no meaning with activation_bits 32");
    }
    if (config.epochs < stages) {
        reader.fail("epochs",
                    fmt::format("progressive training down to {} bits has {} stages of at "
                                "least one epoch",
                                config.method.activation_bits, stages));
    }
    config.weight_decay = reader.optional<double>("weight_decay", 0, {0, 1});
    config.learning_rate = reader.required<double>("learning_rate", {1e-9, 10});
    config.warm_up = reader.required<double>("warm_up", {0, 1});
    config.label_smoothing = reader.optional<double>("label_smoothing", 0, {0, 0.9});
    config.weight_average = reader.optional<double>("weight_average", 0, {0, 0.999999});
    config.shards = reader.required<int>("shards", {1, config.batch / 2});
    config.cuda = read_device(reader);
    config.method.bf16 = read_precision(reader, config.cuda);
    if (reader.has("hardware")) read_hardware(reader, config);
    config.threads = reader.optional<int>("threads", config.threads, {1, 1024});
    const YamlReader augment = reader.optional_child("augment");
    config.shift = augment.optional<int>("shift", config.shift, {0, 64});
    if (config.shift != 0 && config.dataset == kImageFolder) {
        augment.fail("shift",
                     "has no meaning with image_folder, whose images are cropped at random");
    }
    config.flip = augment.optional<bool>("flip", config.flip);
    augment.done();
}

const char* name_of(LayerSpec::Type type) {
    switch (type) {
        case LayerSpec::Type::conv:
            return "conv";
        case LayerSpec::Type::linear:
            return "linear";
        case LayerSpec::Type::max_pool:
            return "max_pool";
        case LayerSpec::Type::average_pool:
            return "average_pool";
    }
    return "";
}

}  // namespace

TrainConfig load_train_config(const std::filesystem::path& file,
                              const std::vector<std::string>& overrides) {
    YamlReader reader = YamlReader::load(file);
    for (const std::string& assignment : overrides) reader.override_value(assignment);
    TrainConfig config;
    const std::filesystem::path network = reader.required_path("network");
    read_dataset(reader.required_child("dataset"), config);
    config.method = read_method(reader);
    read_schedule(reader, config);
    if (reader.required<std::string>("warm_start") != "none") {
        config.warm_start = reader.required_path("warm_start");
    }
    if (reader.optional<std::string>("teacher", "none") != "none") {
        config.teacher = reader.required_path("teacher");
        if (config.label_smoothing > 0) {
            reader.fail("label_smoothing", "has no meaning with a teacher, who has no labels");
        }
    }
    if (reader.has("search")) read_search(reader, config);
    if (config.search && !config.warm_start) {
        reader.fail("search", "needs a warm_start, whose layers it measures");
    }
    reader.done();
    config.network = load_network_spec(network);
    return config;
}

json describe(const NetworkSpec& network) {
    json layers = json::array();
    for (const LayerSpec& layer : network.layers) {
        const Window& w = layer.window;
        json one = {{"name", layer.name},
                    {"type", name_of(layer.type)},
                    {"kernel", {w.kernel_h, w.kernel_w}},
                    {"stride", w.stride_h},
                    {"padding", w.pad_top}};
        if (layer.weighted()) {
            one["channels"] = layer.channels;
            one["weights"] = layer.weights == WeightKind::binary ? "binary" : "integer8";
        }
        const auto name = [&](int i) { return network.layers[static_cast<std::size_t>(i)].name; };
        if (layer.source != static_cast<int>(layers.size()) - 1) {
            one["from"] = layer.source < 0 ? "image" : name(layer.source);
        }
        if (layer.add) one["add"] = name(*layer.add);
        if (layer.groups != 1) one["groups"] = layer.groups;
        layers.push_back(std::move(one));
    }
    return {{"name", network.name},
            {"input", {network.input.channels, network.input.height, network.input.width}},
            {"layers", std::move(layers)}};
}

json describe(const TrainConfig& config) {
    json result = describe(config.method);
    result.update({{"network", describe(config.network)},
                   {"dataset", config.dataset},
                   {"train_images", config.train_images},
                   {"test_images", config.test_images},
                   {"seed", config.seed},
                   {"epochs", config.epochs},
                   {"batch", config.batch},
                   {"optimizer", config.optimizer == OptimizerKind::sgd ? "sgd" : "adam"},
                   {"weight_decay", config.weight_decay},
                   {"learning_rate", config.learning_rate},
                   {"warm_up", config.warm_up},
                   {"shift", config.shift},
                   {"flip", config.flip},
                   {"shards", config.shards}});
    if (config.progressive) result["progressive"] = true;
    if (config.label_smoothing > 0) result["label_smoothing"] = config.label_smoothing;
    if (config.weight_average > 0) result["weight_average"] = config.weight_average;
    if (config.method.bf16) result["precision"] = "bf16";
    for (const LayerSpec& layer : config.network.layers) {
        if (layer.activation_bits) result["layer_bits"][layer.name] = *layer.activation_bits;
    }
    if (config.search) {
        const RunConfig run = load_run(config.search->run, config.search->set);
        result["search"] = {{"images", config.search->images},
                            {"run", json(to_json(effective(run, run.params())))}};
        result["budget"] = config.search->budget;
    }
    if (config.hardware) {
        const YAML::Node chip = effective(*config.hardware, config.hardware->params());
        json& hardware = result["hardware"];
        hardware["chips"] = config.chips == Chips::same ? "same" : "fresh";
        hardware["seed"] = config.hardware->seed;
        for (const char* part : {"accelerator", "technology", "device", "non_idealities"}) {
            if (chip[part]) hardware[part] = json(to_json(chip[part]));
        }
    }
    return result;
}

}  // namespace cimarron
