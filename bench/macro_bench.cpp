// SPDX-License-Identifier: Apache-2.0
#include "bench/networks.h"
#include "common/bits.h"
#include "common/rng.h"
#include "hw/macro/macro_datapath.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace cimarron::bench {
namespace {

MacroParams lossless_macro() {
    MacroParams params;
    params.adc.bits = lossless_adc_bits(params);
    return params;
}

// A loop of popcounts that depends on nothing of ours: other figures divided by it can be compared
// between machines.
void popcount_words(benchmark::State& state) {
    Rng rng(1);
    std::vector<Word> words(4096);
    for (Word& word : words) word = rng.engine()();
    for (auto _ : state)
        benchmark::DoNotOptimize(total_popcount(words.data(), static_cast<int>(words.size())));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(words.size()));
}
BENCHMARK(popcount_words);

// One MVM of a full 128 x 128 macro, every ADC conversion included, without the kernel.
void run_mvms(benchmark::State& state, const MacroParams& params) {
    MacroPlacement placement;
    placement.rows = params.array.rows;
    placement.channels = placement.columns = params.array.columns;
    MacroDatapath macro(params, placement, 1);
    Rng rng(2);
    const auto bits = static_cast<int>(state.range(0));
    std::vector<std::uint8_t> weights;
    std::vector<std::uint8_t> codes;
    for (int i = 0; i < placement.rows * placement.channels; ++i)
        weights.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 1)));
    for (int i = 0; i < placement.rows; ++i)
        codes.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, (1 << bits) - 1)));
    macro.program(weights.data());
    for (auto _ : state) {
        macro.load(codes.data(), bits);
        macro.run();
        benchmark::DoNotOptimize(macro.partial_sums().data());
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["conversions/s"] = benchmark::Counter(
        static_cast<double>(macro.activity().adc.conversions), benchmark::Counter::kIsRate);
}

void macro_mvm(benchmark::State& state) {
    run_mvms(state, lossless_macro());
}
BENCHMARK(macro_mvm)->Arg(1)->Arg(2)->Arg(4)->Arg(8);

void macro_mvm_non_ideal(benchmark::State& state) {
    MacroParams params = lossless_macro();
    params.non_idealities = all_effects();
    run_mvms(state, params);
}
BENCHMARK(macro_mvm_non_ideal)->Arg(1)->Arg(2)->Arg(4)->Arg(8);

}  // namespace
}  // namespace cimarron::bench
