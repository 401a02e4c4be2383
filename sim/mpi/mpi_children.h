// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/process/process.h"

#include <boost/mpi/communicator.hpp>

namespace cimarron {

// The commands of a sweep on the ranks of an MPI job, one at a time on each, rank 0 included; a
// rank that is free gets the next. Files are written where the command says, so that the ranks
// need a common file system and the program under the same path.

// On rank 0: a ChildRunner (`jobs` is the number of ranks here).
void run_on_ranks(const boost::mpi::communicator& world, const std::vector<ChildCommand>& commands,
                  const ChildFinished& finished);
void release_ranks(const boost::mpi::communicator& world);

// On every other rank: runs what rank 0 sends until it is released.
void serve_rank(const boost::mpi::communicator& world);

}  // namespace cimarron
