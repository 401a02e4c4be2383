// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <memory>

namespace cimarron {

// The processes of one training run, when `mpirun` started several of them: they meet through a
// file in the run's folder (or MASTER_ADDR and MASTER_PORT, where no folder is shared) and exchange
// tensors through Gloo. One process otherwise.
class Ranks {
public:
    Ranks();  // one process
    // From the environment that mpirun gives. Throws UserError when there are several ranks and
    // this program was built without Gloo.
    static Ranks from_environment(const std::filesystem::path& folder);

    int rank() const { return rank_; }
    int size() const { return size_; }
    bool first() const { return rank_ == 0; }
    int owner(std::size_t shard) const {
        return static_cast<int>(shard % static_cast<std::size_t>(size_));
    }
    // `tensor` (contiguous) becomes what it is at `root`; every rank must call it.
    void broadcast(torch::Tensor tensor, int root) const;

private:
    struct Group;
    int rank_ = 0;
    int size_ = 1;
    std::shared_ptr<Group> group_;
};

}  // namespace cimarron
