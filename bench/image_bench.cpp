// SPDX-License-Identifier: Apache-2.0
#include "bench/networks.h"
#include "hw/run/simulation.h"
#include "quant/reference.h"
#include "sim/mapping/mapper.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <systemc>

#include <filesystem>

namespace cimarron::bench {
namespace {

// Room for ResNet-18 on 224 x 224 images and for VGG-8 without reloading weights, each weight once:
// 128 x 128 macros, 8 columns an ADC.
AcceleratorParams chip() {
    AcceleratorParams params;
    params.tiles = 48;
    params.tile.macros = 72;
    params.tile.duplicate = false;
    params.tile.input_buffer = {1 << 18, 256};
    params.tile.output_buffer = {1 << 16, 256};
    params.tile.residual_buffer = {5 << 16, 256};
    params.tile.post_processing.lanes = 32;
    params.interconnect.width_bits = 256;
    params.global_buffer = {1 << 18, 128};
    params.macro.adc.bits = lossless_adc_bits(params.macro);
    return params;
}

double peak_mebibytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void count(benchmark::State& state, const RunResult& run) {
    const auto per_image = [&](std::int64_t total) {
        return static_cast<double>(total) / run.images;
    };
    state.SetItemsProcessed(state.iterations() * run.images);
    state.counters["mvms/image"] = per_image(run.activity.macro.mvms);
    state.counters["conversions/image"] = per_image(run.activity.macro.adc.conversions);
    state.counters["peak_MiB"] = peak_mebibytes();
}

AcceleratorParams non_ideal_chip() {
    AcceleratorParams params = chip();
    params.macro.non_idealities = all_effects();
    return params;
}

// One image through the SystemC model, elaboration and weight loading included.
void cycle_accurate(benchmark::State& state, const AcceleratorParams& params,
                    const std::string& name, int bits, const TraceOptions& trace = {}) {
    const Program program = map_network(shipped_network(name, bits), params);
    const auto images = random_images(program.image().shape, 1);
    RunResult result;
    for (auto _ : state) {
        sc_core::sc_curr_simcontext = new sc_core::sc_simcontext;
        sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
        result = simulate_cycles(params, program, images, trace);
    }
    count(state, result);
    state.counters["events/image"] = static_cast<double>(result.kernel_events);
    state.counters["steps/image"] = static_cast<double>(result.macro_steps);
}

// The same datapath without the kernel.
void bit_true(benchmark::State& state, const AcceleratorParams& params, const std::string& name,
              int bits, int images_per_run) {
    const Program program = map_network(shipped_network(name, bits), params);
    const auto images = random_images(program.image().shape, images_per_run);
    RunResult result;
    for (auto _ : state) result = simulate_bit_true(params, program, images);
    count(state, result);
}

// A waveform of the first tile with all of its macros: its window closed, that is, still to come
// when the run ends, or open over all of the run.
void traced(benchmark::State& state, const std::string& name, int bits, bool open) {
    WaveformOptions wave;
    wave.file = std::filesystem::temp_directory_path() / "cimarron_bench.vcd";
    wave.scope = "accelerator.tile_0";
    constexpr std::int64_t kNever = std::int64_t{1} << 60;
    wave.from_cycle = open ? 0 : kNever;
    wave.to_cycle = kNever;
    TraceOptions trace;
    trace.waveform = wave;
    cycle_accurate(state, chip(), name, bits, trace);
    std::filesystem::remove(wave.file);
}

// A data set's worth of images, each made when its turn comes.
void data_set(benchmark::State& state) {
    const AcceleratorParams params = chip();
    const Program program = map_network(shipped_network("resnet20", 4), params);
    const Shape& shape = program.image().shape;
    const ImageSource images{static_cast<int>(state.range(0)), [&shape](int i) {
                                 return random_image(shape, static_cast<std::uint64_t>(i));
                             }};
    RunResult result;
    for (auto _ : state) result = simulate_bit_true(params, program, images);
    count(state, result);
}

void reference(benchmark::State& state, const std::string& name, int bits) {
    const IntegerNetwork network = shipped_network(name, bits);
    Reference judge(network);
    const auto images = random_images(network.input, 1);
    for (auto _ : state) benchmark::DoNotOptimize(judge.logits(images.front()).data());
    state.SetItemsProcessed(state.iterations());
}

struct Case {
    const char* network;
    int bits;
    int bit_true_images;
};

const bool registered = [] {
    for (const Case& c :
         {Case{"lenet5", 4, 50}, Case{"fashion_cnn", 1, 20}, Case{"fashion_cnn", 4, 20},
          Case{"fashion_cnn", 8, 20}, Case{"resnet20", 4, 50}, Case{"vgg8", 4, 10},
          Case{"resnet18_cifar", 4, 10}, Case{"resnet18", 4, 3}}) {
        const std::string suffix = std::string(c.network) + "/" + std::to_string(c.bits);
        const auto add = [&](const std::string& kind, auto run) {
            benchmark::RegisterBenchmark((kind + "/" + suffix).c_str(), run)
                ->Unit(benchmark::kMillisecond);
        };
        for (const bool ideal : {true, false}) {
            const AcceleratorParams params = ideal ? chip() : non_ideal_chip();
            const std::string kind = ideal ? "" : "_non_ideal";
            add("cycle_accurate" + kind,
                [=](benchmark::State& state) { cycle_accurate(state, params, c.network, c.bits); });
            add("bit_true" + kind, [=](benchmark::State& state) {
                bit_true(state, params, c.network, c.bits, c.bit_true_images);
            });
        }
        add("reference", [c](benchmark::State& state) { reference(state, c.network, c.bits); });
    }
    for (const bool open : {false, true})
        benchmark::RegisterBenchmark(
            open ? "cycle_accurate_traced/lenet5/4" : "cycle_accurate_to_be_traced/lenet5/4",
            [open](benchmark::State& state) { traced(state, "lenet5", 4, open); })
            ->Unit(benchmark::kMillisecond);
    // Once in a process of its own, so that its peak memory is its own: bench/table.py.
    benchmark::RegisterBenchmark("data_set", data_set)
        ->Arg(100)
        ->Arg(5000)
        ->Arg(10000)
        ->Iterations(1)
        ->Unit(benchmark::kSecond);
    return true;
}();

}  // namespace
}  // namespace cimarron::bench
