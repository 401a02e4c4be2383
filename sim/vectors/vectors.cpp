// SPDX-License-Identifier: Apache-2.0
#include "sim/vectors/vectors.h"

#include "common/error.h"
#include "hw/program/weights.h"
#include "hw/run/simulation.h"
#include "sim/run/place.h"
#include "sim/run/workload.h"

#include <fmt/format.h>

#include <optional>

namespace cimarron {

namespace {

constexpr const char* kChip = "accelerator.";

struct Found {
    const Stage* stage;
    const MacroPlacement* macro;
    std::uint64_t instance;
    std::string name;  // of its module
};

// The macro of an instance path below the accelerator.
std::optional<Found> find(const Program& program, const std::string& path) {
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles)
            for (int m = 0; m < tile.macro_count(); ++m)
                if (path == fmt::format("tile_{}.macro_{}", tile.tile, tile.first_macro + m))
                    return Found{&stage,
                                 &tile.macros[static_cast<std::size_t>(m) % tile.macros.size()],
                                 macro_instance(tile, m),
                                 fmt::format("{}{}.macro_{}", kChip, program.block_name(tile),
                                             tile.first_macro + m)};
    return std::nullopt;
}

}  // namespace

VectorWork macro_work(const RunConfig& config, const std::string& scope, int mvms) {
    const Workload workload(config, load_test_set(config));
    VectorWork work;
    const auto [params, program] = place(config, workload);
    work.params = params.macro;
    const std::string path =
        scope.rfind(kChip, 0) == 0 ? scope.substr(std::string(kChip).size()) : scope;
    const auto found = find(program, path);
    if (!found)
        throw UserError(
            fmt::format("--scope {}: no such macro in this run; the first is tile_{}.macro_0",
                        scope, program.stages.front().tiles.front().tile));
    work.placement = *found->macro;
    work.instance = found->instance;
    work.weight_bits = found->stage->mvm.weight_bits;
    work.input_bits = found->stage->mvm.input_bits;
    work.weights = macro_weights(found->stage->mvm, *found->macro);
    const auto rows = static_cast<std::size_t>(work.placement.rows);
    const MvmProbe probe{found->name, [&](const std::uint8_t* codes, int /*bits*/) {
                             if (static_cast<int>(work.mvms.size()) == mvms) return;
                             work.mvms.push_back({{codes, codes + rows}, 0, 0});
                         }};
    simulate_cycles(params, program, workload.images(1), {}, Fault::none, {}, probe);
    return work;
}

}  // namespace cimarron
