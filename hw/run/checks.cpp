// SPDX-License-Identifier: Apache-2.0
#include "hw/run/checks.h"

#include "common/bits.h"
#include "hw/tile/band.h"

#include <fmt/format.h>

namespace cimarron {

Check equal_check(const std::string& name, std::int64_t expected, std::int64_t got,
                  const std::string& what) {
    return {name, expected == got, fmt::format("{}: expected {}, got {}", what, expected, got)};
}

namespace {

// Rows that only the tile's own pooling needs.
std::int64_t rows_computed_again(const MvmLayer& layer, const Band& band) {
    std::int64_t rows = 0;
    for (int y = 0; y < layer.output.height; ++y) rows += band.computes(y) && !band.sends(y);
    return rows;
}

}  // namespace

ExpectedWork expected_work(const Program& program, const MacroParams& params) {
    ExpectedWork work;
    for (const Stage& stage : program.stages) {
        const MvmLayer& layer = stage.mvm;
        const std::int64_t slices = ceil_div(layer.input_bits, params.word_line_driver.dac_bits);
        const std::int64_t width = layer.output.width;
        work.cell_operations += layer.macs() * slices * layer.weight_bits;
        for (const TilePlacement& tile : stage.tiles) {
            const Band band(layer, tile);
            work.cell_operations += rows_computed_again(layer, band) * width * layer.rows() *
                                    tile.channels * slices * layer.weight_bits;
            if (params.kind == MacroKind::digital) continue;
            for (const MacroPlacement& macro : tile.macros)
                work.conversions += band.windows() * slices *
                                    ceil_div(macro.rows, params.array.rows_active) * macro.columns;
        }
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
