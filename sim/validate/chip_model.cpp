// SPDX-License-Identifier: Apache-2.0
#include "sim/validate/chip_model.h"

#include "common/rng.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "quant/spec/random_weights.h"
#include "sim/mapping/mapper.h"

#include <map>

namespace cimarron {

namespace {

constexpr std::uint64_t kSeed = 1;
constexpr int kPixelValues = 256;

AcceleratorActivity run(const ChipWorkload& chip, const AcceleratorParams& params) {
    const Network weights =
        random_weights(load_network_spec(chip.network), chip.activation_bits, kSeed);
    const IntegerNetwork network = lower(weights, params.tile.post_processing.coefficient_bits);
    Rng rng(kSeed);
    Codes image(static_cast<std::size_t>(network.input.size()));
    for (std::uint8_t& code : image)
        code = static_cast<std::uint8_t>(rng.uniform_int(0, kPixelValues - 1));
    AcceleratorActivity activity =
        simulate_bit_true(params, map_network(network, params), {image}).activity;
    activity.macro.array.cell_writes = 0;
    return activity;
}

}  // namespace

AcceleratorActivity chip_activity(const Experiment& e) {
    static std::map<std::string, AcceleratorActivity> known;
    const auto found = known.find(e.chip->key);
    if (found != known.end()) return found->second;
    return known[e.chip->key] = run(*e.chip, resolve(e.config, e.technology, e.device));
}

std::vector<ComponentResult> chip_components(const Experiment& e,
                                             const AcceleratorActivity& activity,
                                             const Technology& technology, const Device& device) {
    const AcceleratorParams params = resolve(e.config, e.technology, e.device);
    return price(chip_cost(params, technology, device), activity, Seconds());
}

}  // namespace cimarron
