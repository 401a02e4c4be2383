// SPDX-License-Identifier: Apache-2.0
// Six commands on the ranks of an MPI job; each writes the rank it ran on to FILEi and exits with
// code i. Rank 0 prints the codes in the order of the commands.
#include "sim/mpi/mpi_children.h"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
    const boost::mpi::environment environment(argc, argv, boost::mpi::threading::funneled);
    const boost::mpi::communicator world;
    if (world.rank() != 0) {
        cimarron::serve_rank(world);
        return 0;
    }
    std::vector<cimarron::ChildCommand> commands;
    for (int i = 0; i < 6; ++i) {
        const std::string n = std::to_string(i);
        commands.push_back({{"sh", "-c",
                             "echo $OMPI_COMM_WORLD_RANK > " + std::string(argv[1]) + n +
                                 "; sleep 0.3; exit " + n},
                            {},
                            {}});
    }
    std::vector<int> codes(commands.size(), -1);
    cimarron::run_on_ranks(world, commands,
                           [&](std::size_t index, int code) { codes[index] = code; });
    for (const int code : codes) std::printf("%d ", code);
    std::printf("\n");
    cimarron::release_ranks(world);
    return 0;
}
