// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/report/figures.h"

#include <string>
#include <vector>

namespace cimarron {

// One self-contained page: table, figures, components, layers, checks, configuration, provenance.
// `merged`: the results with repetitions merged.
std::string html_report(const Json& results, const Json& merged,
                        const std::vector<Figure>& figures);

}  // namespace cimarron
