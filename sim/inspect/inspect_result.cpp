// SPDX-License-Identifier: Apache-2.0
#include "sim/inspect/inspect.h"
#include "sim/report/attribution.h"
#include "sim/report/headline.h"
#include "sim/report/table.h"
#include "sim/result/read_results.h"

#include <fmt/format.h>

namespace cimarron {

std::string inspect_result(const std::filesystem::path& file) {
    const Json results = read_results(file);
    if (results.size() > 1) return to_text(summary(results));
    return fmt::format("{}\nCritical path of the last timed image\n{}\nCycles of the macros\n{}",
                       headline(results[0]), to_text(critical_path_table(results[0])),
                       to_text(stall_table(results[0])));
}

}  // namespace cimarron
