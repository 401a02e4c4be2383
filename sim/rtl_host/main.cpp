// SPDX-License-Identifier: Apache-2.0
// cimarron-rtl-host: hw/rtl/host_controller.sv, verilated, runs a run's images on the chip's pins.
// libsystemc owns main() and calls sc_main().
#include "common/error.h"
#include "sim/rtl_host/rtl_host.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <systemc>

#include <cstdlib>

namespace {

// The kernel prints its banner before sc_main(), so this must come before main().
const int kNoBanner = setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);

// A broken rule of the bus ends the run.
void report_handler(const sc_core::sc_report& report, const sc_core::sc_actions&) {
    if (report.get_severity() >= sc_core::SC_ERROR) throw report;
}

// Whether every image gave the reference's logits.
bool run(const cimarron::RtlHostOptions& options) {
    const cimarron::RtlHostRun run = cimarron::run_rtl_host(options);
    int equal = 0;
    for (std::size_t i = 0; i < run.images.size(); ++i) {
        const auto& image = run.images[i];
        fmt::print("image {}: class {}, label {}, interrupt at cycle {}, {}\n", i, image.predicted,
                   image.label, image.interrupt_cycle,
                   image.equals_reference ? "logits equal the reference" : "LOGITS DIFFER");
        equal += image.equals_reference ? 1 : 0;
    }
    fmt::print("{} of {} images, {} commands, {} cycles\n", equal, run.images.size(), run.commands,
               run.cycles);
    return equal == static_cast<int>(run.images.size());
}

}  // namespace

int sc_main(int argc, char** argv) {
    static_cast<void>(kNoBanner);
    sc_core::sc_report_handler::set_handler(report_handler);
    cimarron::RtlHostOptions options;
    CLI::App app("A host in RTL runs images on the SystemC chip, through its pins",
                 "cimarron-rtl-host");
    app.add_option("run", options.file, "Run file, configs/run/*.yaml")->required();
    app.add_option("--images", options.images, "How many (default: 1)")->check(CLI::Range(1, 1000));
    app.add_option("--set", options.overrides, "KEY=VALUE of the run")->allow_extra_args(false);
    app.add_option("--vcd", options.vcd, "Write the wires of the bus");
    try {
        app.parse(argc, argv);
        return run(options) ? 0 : 1;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        fmt::print(stderr, "cimarron-rtl-host: {}\n", error.what());
        return 2;
    } catch (const cimarron::UserError& error) {
        fmt::print(stderr, "cimarron-rtl-host: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "cimarron-rtl-host: the run failed: {}\n", error.what());
        return 1;
    }
}
