// SPDX-License-Identifier: Apache-2.0
#include "trainer/train_config.h"

#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"
#include "trainer/method_config.h"
#include "trainer/stages.h"
#include "trainer/train_keys.h"

#include <fmt/format.h>
#include <torch/cuda.h>
#include <nlohmann/json.hpp>

namespace cimarron {
namespace {

using nlohmann::json;

// Whether bfloat16 is the faster one: measured so for AVX512_BF16 of AMD, not for Intel's.
bool cpu_multiplies_bf16() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0 && __builtin_cpu_is("amd") != 0;
#else
    return false;
#endif
}

bool uses_cuda(const YamlReader& reader, TrainDevice device) {
    const bool present = device != TrainDevice::cpu && torch::cuda::is_available();
    if (device == TrainDevice::cuda && !present) {
        reader.fail("device", "this machine, or the libtorch used here, has no CUDA device");
    }
    return present;
}

// Whether hidden layers multiply in bfloat16; automatic where that is faster.
bool uses_bf16(Precision precision, bool cuda) {
    return precision == Precision::bf16 ||
           (precision == Precision::automatic && !cuda && cpu_multiplies_bf16());
}

void load_hardware(const YamlReader& reader, const HardwareKeys& keys, TrainConfig& config) {
    config.hardware = load_run(keys.run, keys.set);
    config.chips = keys.chips;
    if (!config.method.exportable()) {
        reader.fail("hardware", "needs quantized weights and activations");
    }
    if (config.method.activations == ActivationMethod::sigmoids) {
        reader.fail("hardware", "takes codes, activations: sigmoids trains without");
    }
}

void check_search(const YamlReader& reader, const TrainConfig& config) {
    if (!config.search) return;
    load_run(config.search->run,
             config.search->set);  // its errors come before anything is measured
    if (!config.method.exportable() || config.method.activation_bits < 2) {
        reader.fail("search", "needs quantized weights and activation_bits 2 to 8 to start from");
    }
    if (!config.warm_start) {
        reader.fail("search", "needs a warm_start, whose layers it measures");
    }
}

void check_schedule(const YamlReader& reader, const TrainConfig& config) {
    const int count = stage_count(config.method.activation_bits, config.progressive);
    if (config.progressive && config.method.float_activations()) {
        reader.fail("progressive", "has no meaning with activation_bits 32");
    }
    if (config.epochs < count) {
        reader.fail("epochs",
                    fmt::format("progressive training down to {} bits has {} stages of at "
                                "least one epoch",
                                config.method.activation_bits, count));
    }
    if (config.shift != 0 && config.dataset == kImageFolder) {
        reader.required_child("augment").fail(
            "shift", "has no meaning with image_folder, whose images are cropped at random");
    }
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
    TrainKeys read;
    KeyReader keys(reader);
    describe_train(keys, read);
    reader.done();
    TrainConfig config = read.config;
    check_method(reader, config.method);
    check_schedule(reader, config);
    config.cuda = uses_cuda(reader, read.device);
    config.method.bf16 = uses_bf16(read.precision, config.cuda);
    if (read.hardware) load_hardware(reader, *read.hardware, config);
    if (read.warm_start != "none") config.warm_start = reader.required_path("warm_start");
    if (read.teacher != "none") config.teacher = reader.required_path("teacher");
    config.search = read.search;
    check_search(reader, config);
    config.network = load_network_spec(read.network);
    return config;
}

KeyFile train_keys() {
    TrainKeys read;
    return {"train", "configs/train", "one training run",
            list_keys([&](KeyLister& keys) { describe_train(keys, read); })};
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
