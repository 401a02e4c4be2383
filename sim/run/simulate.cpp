// SPDX-License-Identifier: Apache-2.0
#include "sim/run/simulate.h"

#include "common/parallel.h"
#include "common/progress.h"
#include "quant/reference.h"
#include "sim/run/counters.h"
#include "sim/run/event_prices.h"
#include "sim/run/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace cimarron {

namespace {

using Logits = std::vector<std::vector<std::int64_t>>;

// Image of the first difference among those both have, or -1.
int first_difference(const Logits& a, const Logits& b) {
    const auto shared = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < shared; ++i)
        if (a[i] != b[i]) return static_cast<int>(i);
    return -1;
}

Check equal_logits(const std::string& name, const Logits& a, const Logits& b) {
    const int image = first_difference(a, b);
    const auto count = std::min(a.size(), b.size());
    return {name, image < 0 && count > 0,
            image < 0 ? fmt::format("{} images", count) : fmt::format("image {} differs", image)};
}

Check equal_activity(const RunResult& timed, const RunResult& bit_true) {
    std::string difference = first_difference(timed.activity, bit_true.activity);
    AcceleratorActivity reloading[2];
    reloading[0].interconnect = timed.reloading;
    reloading[1].interconnect = bit_true.reloading;
    if (difference.empty()) difference = first_difference(reloading[0], reloading[1]);
    return {"activity_equals_bit_true", difference.empty(),
            difference.empty() ? fmt::format("{} images", timed.images) : difference};
}

// Only a run with time knows how often rows were opened; each image does it alike.
void take_timed_dram(const RunResult& timed, RunResult& bit_true) {
    const DramActivity& known = timed.activity.dram;
    bit_true.activity.dram.activations = known.activations * bit_true.images / timed.images;
    bit_true.activity.dram.busy_cycles = known.busy_cycles * bit_true.images / timed.images;
}

Logits reference_logits(const IntegerNetwork& network, const ImageSource& images, int threads) {
    Progress progress("reference", images.count, "images");
    std::mutex mutex;
    int done = 0;
    Logits logits(static_cast<std::size_t>(images.count));
    in_parts(images.count, threads > 0 ? threads : processors(), [&](int begin, int end) {
        Reference reference(network);
        for (int i = begin; i < end; ++i) {
            logits[static_cast<std::size_t>(i)] = reference.logits(images.image(i));
            const std::lock_guard<std::mutex> lock(mutex);
            progress.update(++done);
        }
    });
    return logits;
}

int count_correct(const Workload& workload, const Logits& logits) {
    int correct = 0;
    for (std::size_t i = 0; i < logits.size(); ++i)
        correct += predicted_class(logits[i]) == workload.label(static_cast<int>(i)) ? 1 : 0;
    return correct;
}

ProgressFn tell(Progress& progress) {
    return [&progress](int done) { progress.update(done); };
}

}  // namespace

bool Outcome::passed() const {
    return std::all_of(checks.begin(), checks.end(), [](const Check& c) { return c.passed; });
}

bool is_exact(const MacroParams& params) {
    return params.non_idealities.ideal() && params.adc.bits >= lossless_adc_bits(params);
}

Outcome simulate(const RunConfig& config, const SimulateOptions& options) {
    Outcome outcome{config, config.params(), {}, {}, {}, {}, {}, 0, {}};
    const auto test_set = load_test_set(config);
    const Workload workload(config, test_set);
    outcome.network = workload.network();
    PlacedChip chip = place(config, workload);
    outcome.params = chip.params;
    outcome.program = std::move(chip.program);
    outcome.inputs = input_files(config, *test_set);

    const ImageSource images{config.images, [&workload](int i) { return workload.image(i); }};
    const std::vector<Codes> timed_images = workload.images(config.timed_images);
    {
        Progress progress("cycle-accurate", config.timed_images, "images");
        TraceOptions trace = options.trace;
        if (trace.waveform)
            trace.waveform->prices = event_prices(outcome.params, config.technology, config.device);
        outcome.timed = simulate_cycles(outcome.params, outcome.program, timed_images, trace,
                                        options.fault, tell(progress));
    }
    {
        Progress progress("bit-true", config.images, "images");
        outcome.bit_true =
            simulate_bit_true(outcome.params, outcome.program, images, tell(progress));
    }
    take_timed_dram(outcome.timed, outcome.bit_true);
    outcome.correct = count_correct(workload, outcome.bit_true.logits);

    outcome.checks = outcome.timed.checks;
    outcome.checks.push_back(
        equal_logits("logits_equal_bit_true", outcome.timed.logits, outcome.bit_true.logits));
    outcome.checks.push_back(equal_activity(
        outcome.timed, simulate_bit_true(outcome.params, outcome.program, timed_images)));
    if (is_exact(outcome.params.macro))
        outcome.checks.push_back(
            equal_logits("logits_equal_reference", outcome.bit_true.logits,
                         reference_logits(outcome.network, images, options.threads)));
    return outcome;
}

}  // namespace cimarron
