// SPDX-License-Identifier: Apache-2.0
#include "trainer/weights_file.h"

#include "trainer/sealed_archive.h"

#include <torch/serialize/output-archive.h>

namespace cimarron {
namespace {

// The same values; sharing no memory.
Model copy_of(const Model& model) {
    const torch::NoGradGuard no_gradient;
    Model copy(model.spec(), model.method(), model.hardware());
    const auto take = [](const std::vector<torch::Tensor>& to,
                         const std::vector<torch::Tensor>& from) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
    };
    take(copy.parameters(), model.parameters());
    take(copy.buffers(), model.buffers());
    return copy;
}

}  // namespace

void save_weights(const std::filesystem::path& file, const Model& model, const RunState& state) {
    Model half = copy_of(model);
    half.to(torch::kHalf);
    torch::serialize::OutputArchive archive;
    torch::serialize::OutputArchive tensors;
    half.save(tensors);
    write_state(archive, state);
    archive.write("model", tensors);
    write_sealed(file, archive);
}

WeightsFile::WeightsFile(const std::filesystem::path& file)
    : file_(file), archive_(read_sealed(file)), state_(read_state(file, archive_)) {}

void WeightsFile::restore(Model& model) {
    const torch::Device device = model.device();
    try {
        torch::serialize::InputArchive tensors;
        archive_.read("model", tensors);
        model.to(torch::kHalf);
        model.load(tensors);
        model.to(torch::kFloat);
        model.to(device);
    } catch (const c10::Error&) {
        throw damaged_archive(file_);
    }
}

}  // namespace cimarron
