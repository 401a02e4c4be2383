// SPDX-License-Identifier: Apache-2.0
// libsystemc owns main() and calls sc_main().
#include "sim/cli/cli.h"

#include <systemc>

#include <cstdio>
#include <cstdlib>

namespace {

// The kernel prints its banner before sc_main(), so this must come before main().
const int kNoBanner = setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);

// The kernel's own handler prints fatal errors to stdout and aborts.
void report_handler(const sc_core::sc_report& report, const sc_core::sc_actions&) {
    if (report.get_severity() >= sc_core::SC_ERROR) throw report;
    if (report.get_severity() == sc_core::SC_WARNING)
        std::fprintf(stderr, "cimarron: %s\n", report.what());
}

}  // namespace

int sc_main(int argc, char** argv) {
    static_cast<void>(kNoBanner);
    sc_core::sc_report_handler::set_handler(report_handler);
    return cimarron::run_cli(argc, argv);
}
