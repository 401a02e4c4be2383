// SPDX-License-Identifier: Apache-2.0
#include "bench/networks.h"
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

// Room for VGG-8 without reloading weights: 128 x 128 macros, 8 columns an ADC, as NeuroSim's
// example.
AcceleratorParams large_chip() {
    AcceleratorParams params = chip();
    params.tiles = 40;
    params.tile.macros = 64;
    params.tile.duplicate = false;
    params.tile.input_buffer = {1 << 18, 256};
    params.tile.output_buffer = {1 << 16, 256};
    params.interconnect.width_bits = 256;
    return params;
}

// Images through the SystemC model, elaboration and weight loading included.
void run_cycle_accurate(benchmark::State& state, const AcceleratorParams& params,
                        const IntegerNetwork& network, int images_per_run) {
    const Program program = map_network(network, params);
    const auto images = random_images(network.input, images_per_run);
    std::int64_t events = 0;
    std::int64_t cycles = 0;
    for (auto _ : state) {
        sc_core::sc_curr_simcontext = new sc_core::sc_simcontext;
        sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
        const RunResult result = simulate_cycles(params, program, images);
        events += result.kernel_events;
        cycles += result.cycles;
    }
    const auto processed = state.iterations() * std::int64_t{images_per_run};
    state.SetItemsProcessed(processed);
    state.counters["events/s"] =
        benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
    state.counters["events/image"] = static_cast<double>(events) / static_cast<double>(processed);
    state.counters["cycles/s"] =
        benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
}

void image_cycle_accurate(benchmark::State& state) {
    run_cycle_accurate(state, chip(), fashion_cnn(static_cast<int>(state.range(0))), 10);
}
BENCHMARK(image_cycle_accurate)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

void vgg8_cycle_accurate(benchmark::State& state) {
    run_cycle_accurate(state, large_chip(), vgg8(static_cast<int>(state.range(0))), 5);
}
BENCHMARK(vgg8_cycle_accurate)->Arg(1)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

// The same datapath without the kernel.
void image_bit_true(benchmark::State& state) {
    const AcceleratorParams params = chip();
    const IntegerNetwork network = fashion_cnn(static_cast<int>(state.range(0)));
    const Program program = map_network(network, params);
    const auto images = random_images(network.input, 20);
    for (auto _ : state)
        benchmark::DoNotOptimize(simulate_bit_true(params, program, images).logits.data());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images.size()));
}
BENCHMARK(image_bit_true)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

void image_reference(benchmark::State& state) {
    const IntegerNetwork network = fashion_cnn(static_cast<int>(state.range(0)));
    Reference reference(network);
    const auto images = random_images(network.input, 20);
    for (auto _ : state)
        for (const Codes& image : images) benchmark::DoNotOptimize(reference.logits(image).data());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images.size()));
}
BENCHMARK(image_reference)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cimarron::bench
