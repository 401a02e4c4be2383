// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"
#include "hw/run/run_result.h"

namespace cimarron {

Check equal_check(const std::string& name, std::int64_t expected, std::int64_t got,
                  const std::string& what);

// Work of a network on a macro geometry, from shapes alone, for one image.
struct ExpectedWork {
    std::int64_t cell_operations = 0;  // MACs x input slices x weight bits
    std::int64_t conversions = 0;      // windows x slices x row groups x columns, over all macros
};
ExpectedWork expected_work(const Program& program, const MacroParams& params);

// macs_executed and conversions_executed: what the macros did against expected_work.
std::vector<Check> work_checks(const Program& program, const MacroParams& params, int images,
                               const MacroActivity& done);

}  // namespace cimarron
