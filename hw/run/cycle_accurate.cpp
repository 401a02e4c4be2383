// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "hw/accelerator/accelerator.h"
#include "hw/accelerator/routes.h"
#include "hw/chip/activity_sum.h"
#include "hw/host/host.h"
#include "hw/memory/dram_channel.h"
#include "hw/run/checks.h"
#include "hw/run/recording.h"
#include "hw/run/simulation.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

// Everything one simulation elaborates.
struct Bench {
    Bench(const AcceleratorParams& params, const Program& program, const std::vector<Codes>& images,
          const ProgressFn& progress)
        : clock(params.clock_period_ps),
          accelerator("accelerator", params, program, clock),
          host("host", program, images, clock, params, progress) {
        if (accelerator.dram_port() != nullptr) {
            dram = std::make_unique<DramChannel>("dram", params.dram, clock);
            accelerator.dram_port()->dram_initiator.bind(dram->target);
        }
        host.memory_initiator.bind(accelerator.host_target);
        accelerator.interrupt.bind(interrupt);
        host.interrupt.bind(interrupt);
    }
    Clock clock;
    sc_core::sc_signal<bool> interrupt{"interrupt"};
    Accelerator accelerator;
    Host host;
    std::unique_ptr<DramChannel> dram;  // when weights are reloaded
};

void inject(Accelerator& accelerator, Fault fault) {
    if (fault == Fault::lose_payload) {
        accelerator.interconnect.inject(fault);
    } else if (fault == Fault::lose_credit) {
        for (auto& tile : accelerator.tiles()) tile->pipeline().on_room = {};
    } else if (fault != Fault::none) {
        accelerator.tiles().front()->macro(0).inject(fault);
    }
}

void attach(Accelerator& accelerator, const MvmProbe& probe) {
    for (auto& tile : accelerator.tiles())
        for (int m = 0; m < tile->macros(); ++m)
            if (tile->macro(m).name() == probe.macro) tile->macro(m).on_mvm = probe.on_mvm;
}

std::string stuck_message(Bench& bench, std::size_t images) {
    return fmt::format("{} of {} images done at cycle {}; waiting: {}", bench.host.logits().size(),
                       images, bench.clock.now(), bench.accelerator.waiting_for());
}

void collect_stages(Bench& bench, const Program& program, RunResult& result) {
    auto tile = bench.accelerator.tiles().begin();
    const TrafficSum traffic(program, bench.accelerator.interconnect.activity());
    for (std::size_t s = 0; s < program.stages.size(); ++s) {
        StageResult stage;
        stage.name = program.stages[s].mvm.name;
        stage.cycles = bench.accelerator.stage_cycles(s);
        for (std::size_t t = 0; t < program.stages[s].tiles.size(); ++t, ++tile) {
            stage.macros += (*tile)->macros();
            stage.activity.tile += (*tile)->datapath().activity();
            for (int m = 0; m < (*tile)->macros(); ++m) {
                stage.activity.macro += (*tile)->macro(m).datapath().activity();
                stage.macro_cycles += (*tile)->macro(m).cycles();
            }
        }
        stage.activity.interconnect = traffic.of_stage(program.stages[s]);
        result.activity += stage.activity;
        result.stages.push_back(std::move(stage));
    }
    result.activity.interconnect += traffic.of_global_buffer();
    result.reloading = traffic.of_weights();
    result.activity.global_buffer = bench.accelerator.global_buffer.activity();
    if (bench.dram) result.activity.dram = bench.dram->activity() - result.filling;
}

// Every macro accounts for every cycle since it was enabled.
Check cycles_check(Bench& bench) {
    std::int64_t elapsed = 0;
    for (const auto& tile : bench.accelerator.tiles())
        for (int m = 0; m < tile->macros(); ++m) {
            elapsed = bench.accelerator.resident_cycles(tile->datapath().placement(),
                                                        bench.host.load_cycles());
            const std::int64_t booked = tile->macro(m).cycles().total();
            if (booked != elapsed)
                return equal_check("macro_cycles_attributed", elapsed, booked,
                                   tile->macro(m).name());
        }
    return equal_check("macro_cycles_attributed", elapsed, elapsed, "cycles of every macro");
}

// Each stage's input map and residual arrived whole, once per image, and all logits did.
Check payload_check(Bench& bench, const Program& program, int images) {
    const Interconnect& interconnect = bench.accelerator.interconnect;
    const char* name = "payloads_delivered";
    if (interconnect.codes_accepted() != interconnect.codes_delivered())
        return equal_check(name, interconnect.codes_accepted(), interconnect.codes_delivered(),
                           "codes over accelerator.interconnect");
    auto tile = bench.accelerator.tiles().begin();
    for (const Stage& stage : program.stages)
        for (std::size_t t = 0; t < stage.tiles.size(); ++t, ++tile) {
            const TileDatapath& data = (*tile)->datapath();
            const std::int64_t expected = images * (data.input().size() + data.residual().size());
            const std::int64_t received =
                data.input().received_total() + data.residual().received_total();
            if (received != expected)
                return equal_check(name, expected, received,
                                   fmt::format("input and residual values of {}", (*tile)->name()));
        }
    return equal_check(name, std::int64_t{images} * program.logits().shape.size(),
                       bench.accelerator.global_buffer.codes_received(),
                       "logits received by accelerator.global_buffer");
}

// The latency of the last image is the sum of the steps that led to its logits.
Check critical_path_check(const RunResult& result) {
    std::int64_t sum = 0;
    for (const PathStep& step : result.critical_path) sum += step.cycles;
    return equal_check("critical_path_sums",
                       result.image_cycles.empty() ? 0 : result.image_cycles.back(), sum,
                       "cycles of the last image and of its critical path");
}

}  // namespace

RunResult simulate_cycles(const AcceleratorParams& params, const Program& program,
                          const std::vector<Codes>& images, const TraceOptions& trace, Fault fault,
                          const ProgressFn& progress, const std::optional<MvmProbe>& probe) {
    Bench bench(params, program, images, progress);
    inject(bench.accelerator, fault);
    if (probe) attach(bench.accelerator, *probe);
    Recording recording(trace, program, bench.accelerator, bench.clock);
    RunResult result;
    bench.host.on_first_image = [&] {
        recording.first_image_begins();
        if (bench.dram) result.filling = bench.dram->activity();
    };
    recording.run();
    result.rounds = program.rounds;
    result.images = static_cast<int>(images.size());
    result.logits = bench.host.logits();
    result.image_cycles = bench.host.image_cycles();
    result.cycles = bench.host.elapsed_cycles();
    result.load_cycles = bench.host.load_cycles();
    result.reload_cycles = bench.accelerator.loading_cycles();
    result.kernel_events = bench.accelerator.activations();
    result.macro_steps = bench.accelerator.macro_steps();
    recording.finish(result);
    collect_stages(bench, program, result);
    result.critical_path = bench.accelerator.critical_path().steps();
    result.checks = work_checks(program, params.macro, result.images, result.activity.macro);
    result.checks.push_back(cycles_check(bench));
    result.checks.push_back(payload_check(bench, program, result.images));
    result.checks.push_back(critical_path_check(result));
    result.checks.push_back({"images_completed", bench.host.finished(),
                             bench.host.finished() ? fmt::format("{} images", result.images)
                                                   : stuck_message(bench, images.size())});
    return result;
}

}  // namespace cimarron
