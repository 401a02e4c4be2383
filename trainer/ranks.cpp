// SPDX-License-Identifier: Apache-2.0
#include "trainer/ranks.h"

#include "common/error.h"

#include <fmt/format.h>

#ifdef CIMARRON_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

#include <cstdlib>
#include <string>

namespace cimarron {
namespace {

// The first of the variables that is set; Open MPI and MPICH name them differently.
std::string variable(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const char* value = std::getenv(name)) return value;
    }
    return {};
}

int number(std::initializer_list<const char*> names, int fallback) {
    const std::string text = variable(names);
    return text.empty() ? fallback : std::atoi(text.c_str());
}

}  // namespace

#ifdef CIMARRON_GLOO

struct Ranks::Group {
    std::unique_ptr<c10d::ProcessGroupGloo> gloo;
};

namespace {

c10::intrusive_ptr<c10d::Store> meet(const std::filesystem::path& folder, int rank, int size) {
    const std::string host = variable({"MASTER_ADDR"});
    if (!host.empty()) {
        c10d::TCPStoreOptions options;
        options.port = static_cast<std::uint16_t>(number({"MASTER_PORT"}, 29500));
        options.isServer = rank == 0;
        options.numWorkers = static_cast<std::size_t>(size);
        return c10::make_intrusive<c10d::TCPStore>(host, options);
    }
    // The job's own name, so that what a killed job left behind misleads nobody.
    const std::string job = variable({"PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "PMI_ID"});
    std::filesystem::create_directories(folder);
    return c10::make_intrusive<c10d::FileStore>((folder / (".ranks-" + job)).string(), size);
}

}  // namespace

void Ranks::broadcast(torch::Tensor tensor, int root) const {
    if (!group_) return;
    std::vector<torch::Tensor> tensors = {std::move(tensor)};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    group_->gloo->broadcast(tensors, options)->wait();
}

#else

struct Ranks::Group {};

void Ranks::broadcast(torch::Tensor, int) const {}

#endif

Ranks::Ranks() = default;

Ranks Ranks::from_environment(const std::filesystem::path& folder) {
    Ranks ranks;
    ranks.rank_ = number({"OMPI_COMM_WORLD_RANK", "PMI_RANK"}, 0);
    ranks.size_ = number({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}, 1);
    if (ranks.size_ <= 1) return Ranks();
#ifdef CIMARRON_GLOO
    const auto options = c10d::ProcessGroupGloo::Options::create();
    options->devices.push_back(c10d::ProcessGroupGloo::createDefaultDevice());
    ranks.group_ = std::make_shared<Group>();
    ranks.group_->gloo = std::make_unique<c10d::ProcessGroupGloo>(
        meet(folder, ranks.rank_, ranks.size_), ranks.rank_, ranks.size_, options);
    return ranks;
#else
    throw UserError(fmt::format(
        "{}: started by mpirun with {} ranks, but built without Gloo (Debian's libgloo-dev)",
        folder.string(), ranks.size_));
#endif
}

}  // namespace cimarron
