// SPDX-License-Identifier: Apache-2.0
// What a waveform costs, and RTL in place of the model: the demo network on its chip.
#include "bench/networks.h"
#include "common/error.h"
#include "hw/chip/activity_sum.h"
#include "hw/run/simulation.h"
#include "sim/mapping/mapper.h"

#include <benchmark/benchmark.h>
#include <unistd.h>
#include <systemc>

#include <filesystem>
#include <limits>

namespace cimarron::bench {
namespace {

constexpr int kImages = 16;  // so that elaboration and declarations hardly count
constexpr std::int64_t kNever = std::numeric_limits<std::int32_t>::max();

template <class Activity>
EnergyMeter<Activity> some_prices() {
    return EnergyMeter<Activity>(
        std::vector<double>(static_cast<std::size_t>(counter_count<Activity>()), 1e-15));
}

std::filesystem::path dump() {
    return std::filesystem::temp_directory_path() /
           ("cimarron_bench_" + std::to_string(getpid()) + ".vcd");
}

// The whole run in its window, or a window that never opens.
WaveformOptions waveform(const std::string& scope, bool open) {
    WaveformOptions options;
    options.file = dump();
    options.scope = scope;
    options.from_cycle = open ? 0 : kNever - 1;
    options.to_cycle = kNever;
    options.prices = {some_prices<MacroActivity>(), some_prices<TileActivity>(),
                      some_prices<InterconnectActivity>(), some_prices<SramBufferActivity>()};
    return options;
}

void run(benchmark::State& state, Implementation implementation, const TraceOptions& trace) {
    AcceleratorParams params;
    params.macro.adc.bits = lossless_adc_bits(params.macro);
    params.macro.implementation = implementation;
    const Program program = map_network(shipped_network("fashion_cnn", 4), params);
    const auto images = random_images(program.image().shape, kImages);
    RunResult result;
    try {
        for (auto _ : state) {
            sc_core::sc_curr_simcontext = new sc_core::sc_simcontext;
            sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
            result = simulate_cycles(params, program, images, trace);
        }
    } catch (const UserError& error) {  // a build without RTL
        state.SkipWithError(error.what());
    }
    state.SetItemsProcessed(state.iterations() * kImages);
    state.counters["cycles/image"] = static_cast<double>(result.cycles) / kImages;
    if (trace.waveform && std::filesystem::exists(dump())) {
        state.counters["bytes/image"] =
            static_cast<double>(std::filesystem::file_size(dump())) / kImages;
        std::filesystem::remove(dump());
    }
}

const bool registered = [] {
    struct Case {
        const char* name;
        Implementation implementation;
        std::optional<WaveformOptions> waveform;
    };
    for (const Case& c :
         {Case{"untraced", Implementation::model, {}},
          Case{"closed_window", Implementation::model, waveform("accelerator", false)},
          Case{"macro_traced", Implementation::model, waveform("accelerator.tile_1.macro_0", true)},
          Case{"tile_traced", Implementation::model, waveform("accelerator.tile_1", true)},
          Case{"chip_traced", Implementation::model, waveform("accelerator", true)},
          Case{"rtl", Implementation::rtl, {}}}) {
        TraceOptions trace;
        trace.waveform = c.waveform;
        benchmark::RegisterBenchmark(
            ("cosim/" + std::string(c.name)).c_str(),
            [implementation = c.implementation, trace](benchmark::State& state) {
                run(state, implementation, trace);
            })
            ->Unit(benchmark::kMillisecond);
    }
    return true;
}();

}  // namespace
}  // namespace cimarron::bench
