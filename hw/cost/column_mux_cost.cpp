// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/column_mux_cost.h"

#include "hw/technology/logic.h"

namespace cimarron {

namespace {
constexpr const char* kName = "macro.column_mux";
}

ComponentCost column_mux_cost(const MacroParams& params, const Technology& technology) {
    const bool present = params.adc.columns_per_adc > 1;
    const int columns = present ? params.array.columns : 0;
    return {kName,
            columns,
            columns * area(nand2s(1), technology),
            columns * leakage(nand2s(1), technology),
            {{"switch", present ? switching_energy(nand2s(2), technology) : Energy()}}};
}

ComponentCount column_mux_count(const ColumnMuxActivity& activity) {
    return {kName, {{"switch", activity.switches}}};
}

}  // namespace cimarron
