// SPDX-License-Identifier: Apache-2.0
#include "bench/demo_network.h"
#include "hw/accelerator/simulation.h"
#include "quant/reference.h"
#include "sim/mapping/mapper.h"

#include <benchmark/benchmark.h>
#include <systemc>

namespace cimarron::bench {
namespace {

AcceleratorParams chip() {
    AcceleratorParams params;
    params.tiles = 8;
    params.macro.adc.bits = lossless_adc_bits(params.macro);
    return params;
}

// Images through the SystemC model, elaboration and weight loading included.
void image_cycle_accurate(benchmark::State& state) {
    const AcceleratorParams params = chip();
    const IntegerNetwork network = demo_network(static_cast<int>(state.range(0)));
    const Program program = map_network(network, params);
    const auto images = demo_images(10);
    std::int64_t events = 0;
    std::int64_t cycles = 0;
    for (auto _ : state) {
        sc_core::sc_curr_simcontext = new sc_core::sc_simcontext;
        sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
        const RunResult result = simulate_cycles(params, program, images);
        events += result.kernel_events;
        cycles += result.cycles;
    }
    const auto processed = state.iterations() * static_cast<std::int64_t>(images.size());
    state.SetItemsProcessed(processed);
    state.counters["events/s"] =
        benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
    state.counters["events/image"] = static_cast<double>(events) / static_cast<double>(processed);
    state.counters["cycles/s"] =
        benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
}
BENCHMARK(image_cycle_accurate)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

// The same datapath without the kernel.
void image_bit_true(benchmark::State& state) {
    const AcceleratorParams params = chip();
    const IntegerNetwork network = demo_network(static_cast<int>(state.range(0)));
    const Program program = map_network(network, params);
    const auto images = demo_images(20);
    for (auto _ : state)
        benchmark::DoNotOptimize(simulate_bit_true(params, program, images).logits.data());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images.size()));
}
BENCHMARK(image_bit_true)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

void image_reference(benchmark::State& state) {
    const IntegerNetwork network = demo_network(static_cast<int>(state.range(0)));
    Reference reference(network);
    const auto images = demo_images(20);
    for (auto _ : state)
        for (const Codes& image : images) benchmark::DoNotOptimize(reference.logits(image).data());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images.size()));
}
BENCHMARK(image_reference)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cimarron::bench
