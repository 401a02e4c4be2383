// SPDX-License-Identifier: Apache-2.0
#include "trainer/checkpoint.h"

#include "common/error.h"
#include "common/file.h"
#include "trainer/train_config.h"

#include <fmt/format.h>
#include <torch/serialize/output-archive.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace cimarron {
namespace {

using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;

constexpr std::size_t kDigestLength = 64;

[[noreturn]] void damaged(const std::filesystem::path& file) {
    throw UserError(
        fmt::format("{}: truncated or damaged checkpoint; delete it, or start over with --restart",
                    file.string()));
}

std::string read_payload(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw UserError(fmt::format("{}: cannot read this checkpoint", file.string()));
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (bytes.size() <= kDigestLength) damaged(file);
    const std::string digest = bytes.substr(bytes.size() - kDigestLength);
    bytes.resize(bytes.size() - kDigestLength);
    if (sha256(bytes) != digest) damaged(file);
    return bytes;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const Model& model,
                     const torch::optim::Optimizer& optimizer, const RunState& state) {
    const nlohmann::json text = {
        {"identity", state.identity}, {"epochs", state.epochs}, {"history", state.history}};
    OutputArchive archive;
    OutputArchive tensors;
    OutputArchive moments;
    model.save(tensors);
    optimizer.save(moments);
    archive.write("state", c10::IValue(text.dump()));
    archive.write("model", tensors);
    archive.write("optimizer", moments);
    std::ostringstream out;
    archive.save_to(out);
    const std::string bytes = out.str();
    write_atomically(file, bytes + sha256(bytes));
}

Checkpoint::Checkpoint(const std::filesystem::path& file) : file_(file) {
    std::istringstream in(read_payload(file));
    try {
        archive_.load_from(in);
        c10::IValue text;
        archive_.read("state", text);
        const auto json = nlohmann::json::parse(text.toStringRef());
        state_.identity = json.at("identity");
        state_.epochs = json.at("epochs").get<int>();
        state_.history = json.at("history");
    } catch (const std::exception&) {
        damaged(file);
    }
}

void Checkpoint::expect_network(const Model& model) const {
    if (state_.identity.at("network") != describe(model.spec())) {
        throw UserError(fmt::format("{}: this checkpoint is of another network than '{}'",
                                    file_.string(), model.spec().name));
    }
}

void Checkpoint::warm_start(Model& model) {
    expect_network(model);
    try {
        InputArchive tensors;
        archive_.read("model", tensors);
        for (const Model::Part& part : model.parts()) {
            if (!part.weighted) continue;
            InputArchive layer;
            tensors.read(part.spec.name, layer);
            part.weighted->load(layer);
        }
    } catch (const c10::Error&) {
        damaged(file_);
    }
}

void Checkpoint::restore(Model& model) {
    expect_network(model);
    try {
        InputArchive tensors;
        archive_.read("model", tensors);
        model.load(tensors);
    } catch (const c10::Error&) {
        damaged(file_);
    }
}

void Checkpoint::restore(torch::optim::Optimizer& optimizer) {
    try {
        InputArchive moments;
        archive_.read("optimizer", moments);
        optimizer.load(moments);
    } catch (const c10::Error&) {
        damaged(file_);
    }
}

std::string fingerprint(const Model& model) {
    std::string bytes;
    const auto append = [&bytes](const torch::Tensor& tensor) {
        const torch::Tensor flat = tensor.detach().contiguous();
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
