// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron {

struct RtlHostOptions {
    std::string file;  // configs/run/*.yaml
    std::vector<std::string> overrides;
    int images = 1;
    std::string vcd;  // file for the wires between host and chip; empty: none
};

struct RtlHostRun {
    struct Image {
        int label = 0;
        int predicted = 0;
        std::int64_t interrupt_cycle = 0;  // since reset
        bool equals_reference = false;
    };
    std::vector<Image> images;
    std::size_t commands = 0;  // 64-bit words in the host's memory
    std::int64_t cycles = 0;
};

// The host loads the run's program and runs its first images; protocol checkers stand beside every
// interface, and a broken rule is an error report. Once per process. ModelError when the host stops
// early.
RtlHostRun run_rtl_host(const RtlHostOptions& options);

}  // namespace cimarron
