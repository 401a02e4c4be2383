// SPDX-License-Identifier: Apache-2.0
// cimarron-sweep-mpi: what `mpirun -n N cimarron sweep ...` becomes on each rank.
// libsystemc owns main() and calls sc_main().
#include "sim/cli/cli.h"
#include "sim/mpi/mpi_children.h"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <systemc>

#include <cstdlib>

namespace {

// The kernel prints its banner before sc_main(), so this must come before main().
const int kNoBanner = setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);

}  // namespace

int sc_main(int argc, char** argv) {
    static_cast<void>(kNoBanner);
    const boost::mpi::environment environment(argc, argv, boost::mpi::threading::funneled);
    const boost::mpi::communicator world;
    if (world.rank() != 0) {
        cimarron::serve_rank(world);
        return 0;
    }
    const int exit_code = cimarron::run_cli(argc, argv,
                                            [&](const std::vector<cimarron::ChildCommand>& commands,
                                                int, const cimarron::ChildFinished& finished) {
                                                cimarron::run_on_ranks(world, commands, finished);
                                            });
    cimarron::release_ranks(world);
    return exit_code;
}
