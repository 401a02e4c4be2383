// SPDX-License-Identifier: Apache-2.0
#include "sim/inspect/inspect.h"
#include "sim/report/read_results.h"
#include "sim/report/result.h"
#include "sim/report/table.h"

namespace cimarron {

std::string inspect_result(const std::filesystem::path& file) {
    const Json results = read_results(file);
    return results.size() == 1 ? headline(results[0]) : to_text(summary(results));
}

}  // namespace cimarron
