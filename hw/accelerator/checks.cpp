// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/checks.h"

#include "common/bits.h"

#include <fmt/format.h>

namespace cimarron {

Check equal_check(const std::string& name, std::int64_t expected, std::int64_t got,
                  const std::string& what) {
    return {name, expected == got, fmt::format("{}: expected {}, got {}", what, expected, got)};
}

ExpectedWork expected_work(const Program& program, const MacroParams& params) {
    ExpectedWork work;
    for (const Stage& stage : program.stages) {
        const MvmLayer& layer = stage.mvm;
        const std::int64_t slices = ceil_div(layer.input_bits, params.word_line_driver.dac_bits);
        work.cell_operations += layer.macs() * slices * layer.weight_bits;
        for (const TilePlacement& tile : stage.tiles)
            for (const MacroPlacement& macro : tile.macros)
                work.conversions += layer.output.pixels() * slices *
                                    ceil_div(macro.rows, params.array.rows_active) * macro.columns;
    }
    return work;
}

std::vector<Check> work_checks(const Program& program, const MacroParams& params, int images,
                               const MacroActivity& done) {
    const ExpectedWork work = expected_work(program, params);
    return {equal_check("macs_executed", images * work.cell_operations, done.cell_operations,
                        "1-bit multiply-accumulates, from the network's shapes"),
            equal_check("conversions_executed", images * work.conversions, done.adc.conversions,
                        "ADC conversions, from the placement")};
}

}  // namespace cimarron
