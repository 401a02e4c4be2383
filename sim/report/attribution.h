// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/report/table.h"
#include "sim/run/simulate.h"

#include <cstdint>
#include <string>

namespace cimarron {

// Where the cycles go: those of the macros, and those of an image's latency.

Json macro_cycles_json(const MacroCycles& cycles);

// Macro cycles that stalled for a component, over all layers; most components hold nobody back.
std::int64_t stalled_macro_cycles(const RunResult& timed, const std::string& component);

// [{where, cause, cycles}] in order; where: a layer, or the host with the global buffer.
Json critical_path_json(const Program& program, const RunResult& timed);

// Of a result tree.
Table critical_path_table(const Json& result);
Table stall_table(const Json& result);  // per layer, each kind's share of its macros' cycles
std::string critical_path_text(const Json& result);  // its longest parts, in a line

}  // namespace cimarron
