// SPDX-License-Identifier: Apache-2.0
#include "trainer/checkpoint.h"

#include "common/file.h"
#include "trainer/sealed_archive.h"
#include "trainer/train_config.h"

#include <fmt/format.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>
#include <torch/serialize/output-archive.h>

namespace cimarron {
namespace {

using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;

// What an optimizer keeps a parameter's moments under: its address, before libtorch 2.0 in digits.
auto moments_key(const torch::optim::Optimizer& optimizer, const torch::Tensor& parameter) {
    using Key = typename std::decay_t<decltype(optimizer.state())>::key_type;
    void* address = parameter.unsafeGetTensorImpl();
    if constexpr (std::is_same_v<Key, std::string>) {
        return fmt::format("{}", address);
    } else {
        return address;
    }
}

// To where the parameters are; a checkpoint is read into main memory.
void move_moments(torch::optim::Optimizer& optimizer) {
    using torch::optim::AdamWParamState;
    using torch::optim::SGDParamState;
    for (const auto& group : optimizer.param_groups()) {
        for (const torch::Tensor& parameter : group.params()) {
            const auto found = optimizer.state().find(moments_key(optimizer, parameter));
            if (found == optimizer.state().end()) continue;
            if (auto* adam = dynamic_cast<AdamWParamState*>(found->second.get())) {
                adam->exp_avg(adam->exp_avg().to(parameter.device()));
                adam->exp_avg_sq(adam->exp_avg_sq().to(parameter.device()));
            } else if (auto* sgd = dynamic_cast<SGDParamState*>(found->second.get())) {
                sgd->momentum_buffer(sgd->momentum_buffer().to(parameter.device()));
            }
        }
    }
}

}  // namespace

void write_state(OutputArchive& archive, const RunState& state) {
    const nlohmann::json text = {
        {"identity", state.identity}, {"epochs", state.epochs}, {"history", state.history}};
    archive.write("state", c10::IValue(text.dump()));
}

RunState read_state(const std::filesystem::path& file, InputArchive& archive) {
    try {
        c10::IValue text;
        archive.read("state", text);
        const auto json = nlohmann::json::parse(text.toStringRef());
        return {json.at("identity"), json.at("epochs").get<int>(), json.at("history")};
    } catch (const std::exception&) {
        throw damaged_archive(file);
    }
}

void save_checkpoint(const std::filesystem::path& file, const Model& model,
                     const torch::optim::Optimizer& optimizer, const RunState& state,
                     const WeightAverage* average) {
    OutputArchive archive;
    OutputArchive tensors;
    OutputArchive moments;
    (average != nullptr ? average->model() : model).save(tensors);
    optimizer.save(moments);
    write_state(archive, state);
    archive.write("model", tensors);
    archive.write("optimizer", moments);
    if (average != nullptr) {
        OutputArchive latest;
        model.save(latest);
        archive.write("latest", latest);
        archive.write("average_steps", c10::IValue(average->steps()));
    }
    write_sealed(file, archive);
}

Checkpoint::Checkpoint(const std::filesystem::path& file)
    : file_(file), archive_(read_sealed(file)), state_(read_state(file, archive_)) {}

void Checkpoint::expect_network(const Model& model) const {
    if (state_.identity.at("network") != describe(model.spec())) {
        throw UserError(fmt::format("{}: this checkpoint is of another network than '{}'",
                                    file_.string(), model.spec().name));
    }
}

void Checkpoint::warm_start(Model& model) {
    expect_network(model);
    const torch::Device device = model.device();
    try {
        InputArchive tensors;
        archive_.read("model", tensors);
        for (const Model::Part& part : model.parts()) {
            if (!part.weighted) continue;
            InputArchive layer;
            tensors.read(part.spec.name, layer);
            part.weighted->load(layer);
        }
        model.to(device);
    } catch (const c10::Error&) {
        throw damaged_archive(file_);
    }
}

void Checkpoint::read(const std::string& name, Model& model) {
    expect_network(model);
    const torch::Device device = model.device();
    try {
        InputArchive tensors;
        archive_.read(name, tensors);
        model.load(tensors);
        model.to(device);
    } catch (const c10::Error&) {
        throw damaged_archive(file_);
    }
}

void Checkpoint::restore(Model& model) {
    read("model", model);
}

void Checkpoint::restore(Model& latest, WeightAverage& average) {
    read("model", average.model());
    read("latest", latest);
    c10::IValue steps;
    archive_.read("average_steps", steps);
    average.set_steps(steps.toInt());
}

void Checkpoint::restore(torch::optim::Optimizer& optimizer) {
    try {
        InputArchive moments;
        archive_.read("optimizer", moments);
        optimizer.load(moments);
        move_moments(optimizer);
    } catch (const c10::Error&) {
        throw damaged_archive(file_);
    }
}

std::string fingerprint(const Model& model) {
    std::string bytes;
    const auto append = [&bytes](const torch::Tensor& tensor) {
        const torch::Tensor flat = tensor.detach().cpu().contiguous();
        bytes.append(static_cast<const char*>(flat.data_ptr()), flat.nbytes());
    };
    for (const Model::Part& part : model.parts()) {
        if (!part.weighted) continue;
        for (const torch::Tensor& parameter : part.weighted->parameters()) append(parameter);
        for (const torch::Tensor& buffer : part.weighted->buffers()) append(buffer);
    }
    return sha256(bytes);
}

}  // namespace cimarron
