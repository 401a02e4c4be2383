// SPDX-License-Identifier: Apache-2.0
#include "common/bits.h"
#include "common/error.h"
#include "hw/array/row_groups.h"
#include "hw/program/weights.h"
#include "hw/run/simulation.h"
#include "quant/lower.h"
#include "sim/mapping/mapper.h"
#include "tests/support/random_network.h"
#include "tests/support/simulation_context.h"
#include "tests/support/vcd_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

namespace cimarron {
namespace {

struct Traced {
    AcceleratorParams params;
    IntegerNetwork network;
    Program program;
    RunResult result;
    std::filesystem::path file;
};

// A random network's first macro; `change` may alter chip and waveform before the run.
Traced traced_run(std::int64_t from, std::int64_t to, const char* name, int dac_bits = 1,
                  const std::function<void(AcceleratorParams&, WaveformOptions&)>& change = {}) {
    test::fresh_simulation();
    Traced t;
    Rng rng(21);
    t.params.tiles = 64;
    t.params.tile.duplicate = false;
    t.params.macro.array.rows_active = 40;
    t.params.macro.word_line_driver.dac_bits = dac_bits;
    t.params.macro.adc.columns_per_adc = 32;
    t.params.macro.adc.conversion_cycles = 3;
    t.params.macro.adc.bits = lossless_adc_bits(t.params.macro);
    test::RandomNetworkOptions options;
    options.integer_weights = false;
    t.network = lower(test::random_network(rng, options));
    t.program = map_network(t.network, t.params);
    t.file = std::filesystem::path(testing::TempDir()) / name;
    TraceOptions trace;
    trace.waveform.emplace();
    trace.waveform->file = t.file;
    trace.waveform->scope = "accelerator.tile_0.macro_0";
    trace.waveform->from_cycle = from;
    trace.waveform->to_cycle = to;
    if (change) change(t.params, *trace.waveform);
    t.result =
        simulate_cycles(t.params, t.program,
                        {test::random_image(rng, t.network.input, t.network.input_bits)}, trace);
    return t;
}

// What the sample-and-hold holds: the word lines that were up when it held.
struct Held {
    std::string lines;
    int slice = 0;
    int row_group = 0;
};

// Column sum of the held word lines with the stored weights.
int column_sum(const Traced& t, const std::vector<std::uint8_t>& weights, const Held& held,
               int column) {
    const Stage& stage = t.program.stages.front();
    const MacroPlacement& placement = stage.tiles.front().macros.front();
    const RowGroups groups{placement.rows, t.params.macro.array.rows_active};
    const int plane_bits = groups.words_in(held.row_group) * kWordBits;
    const int weight_bits = stage.mvm.weight_bits;
    int sum = 0;
    for (int r = 0; r < groups.rows_in(held.row_group); ++r) {
        int code = 0;
        for (int k = 0; k < t.params.macro.word_line_driver.dac_bits; ++k)
            code |= test::bit(held.lines, k * plane_bits + r) << k;
        const int row = groups.first_row(held.row_group) + r;
        const int weight =
            weights[static_cast<std::size_t>(column / weight_bits) * placement.rows + row];
        sum += code * ((weight >> (column % weight_bits)) & 1);
    }
    return sum;
}

// Replays the dump alone: word lines and stored weights must give the ADC codes shown, and these
// the partial sums shown, for every conversion of every MVM.
void replay(const Traced& t) {
    const std::string macro = "accelerator.tile_0.macro_0.";
    const Stage& stage = t.program.stages.front();
    const MacroPlacement& placement = stage.tiles.front().macros.front();
    const auto weights = macro_weights(stage.mvm, placement);
    const int weight_bits = stage.mvm.weight_bits;
    const MacroParams& p = t.params.macro;
    const int dac_bits = p.word_line_driver.dac_bits;

    Held held;
    std::vector<std::int64_t> sums(static_cast<std::size_t>(placement.channels));
    std::int64_t conversions = 0;
    std::uint64_t mvm = 0;
    test::Vcd(t.file).for_each_time([&](const test::Vcd::Snapshot& now,
                                        const test::Vcd::Snapshot& before) {
        const auto number = [&](const char* name) { return now.number(macro + name); };
        const auto changed = [&](const char* name) {
            return number(name) != before.number(macro + name);
        };
        if (changed("control.mvm")) {
            mvm = number("control.mvm");
            sums.assign(sums.size(), 0);
        }
        if (changed("shift_adder.additions") && number("shift_adder.additions") > 0) {
            ++conversions;
            for (int a = 0; a < p.adcs(); ++a) {
                const int column = static_cast<int>(number("adc.position")) * p.adcs() + a;
                if (column >= placement.columns) break;
                const auto code = now.number(macro + "adc.code_" + std::to_string(a));
                ASSERT_EQ(static_cast<int>(code), column_sum(t, weights, held, column))
                    << "conversion " << conversions << " column " << column;
                sums[static_cast<std::size_t>(column / weight_bits)] +=
                    static_cast<std::int64_t>(code)
                    << (held.slice * dac_bits + column % weight_bits);
            }
            for (int o = 0; o < placement.channels; ++o)
                ASSERT_EQ(static_cast<std::int64_t>(
                              now.number(macro + "shift_adder.partial_sum_" + std::to_string(o))),
                          sums[static_cast<std::size_t>(o)]);
        }
        if (changed("sample_and_hold.samples")) {
            held.lines = before.bits(macro + "word_line_driver.lines");
            held.slice = static_cast<int>(number("sample_and_hold.slice"));
            held.row_group = static_cast<int>(number("sample_and_hold.row_group"));
        }
    });
    const int slices = ceil_div(stage.mvm.input_bits, dac_bits);
    const int row_groups = ceil_div(placement.rows, p.array.rows_active);
    const int positions = ceil_div(placement.columns, p.adcs());
    EXPECT_EQ(conversions,
              std::int64_t{stage.mvm.output.pixels()} * slices * row_groups * positions);
    EXPECT_EQ(mvm, static_cast<std::uint64_t>(stage.mvm.output.pixels()));
}

TEST(Waveform, EveryMvmCanBeRecomputedFromIt) {
    replay(traced_run(0, 1 << 30, "all.vcd"));
}

TEST(Waveform, EveryMvmCanBeRecomputedWithWideDacs) {
    replay(traced_run(0, 1 << 30, "wide.vcd", 3));
}

// Neither an open window nor a closed one adds an event, or changes one.
TEST(Waveform, ChangesNothingOfTheRun) {
    const auto chip = [](AcceleratorParams&, WaveformOptions& wave) { wave.scope = "accelerator"; };
    const Traced open = traced_run(0, 1 << 30, "open.vcd", 1, chip);
    const Traced closed = traced_run(1 << 30, (1 << 30) + 1, "closed.vcd", 1, chip);
    test::fresh_simulation();
    Rng rng(21);
    test::RandomNetworkOptions options;
    options.integer_weights = false;
    static_cast<void>(test::random_network(rng, options));  // the same numbers as there
    const RunResult plain =
        simulate_cycles(open.params, open.program,
                        {test::random_image(rng, open.network.input, open.network.input_bits)});
    for (const RunResult& traced : {open.result, closed.result}) {
        EXPECT_EQ(traced.kernel_events, plain.kernel_events);
        EXPECT_EQ(traced.macro_steps, plain.macro_steps);
        EXPECT_EQ(traced.image_cycles, plain.image_cycles);
        EXPECT_EQ(traced.logits, plain.logits);
    }
}

// What a stuck run says of where and when it stopped does not depend on a window still to come.
TEST(Waveform, ThatIsStillToOpenLetsAStuckRunEnd) {
    const Traced plain = traced_run(1 << 30, (1 << 30) + 1, "stuck.vcd");
    const Codes image(static_cast<std::size_t>(plain.network.input.size()));
    const auto last_words = [&](const TraceOptions& trace) {
        test::fresh_simulation();
        const RunResult stuck =
            simulate_cycles(plain.params, plain.program, {image}, trace, Fault::lose_payload);
        for (const Check& check : stuck.checks)
            if (check.name == "images_completed") return check.detail;
        return std::string();
    };
    TraceOptions later;
    later.waveform.emplace();
    later.waveform->file = plain.file;
    later.waveform->scope = "accelerator";
    later.waveform->from_cycle = 1 << 30;
    later.waveform->to_cycle = 1 << 30;
    const std::string said = last_words({});
    EXPECT_NE(said.find("0 of 1 images done at cycle"), std::string::npos) << said;
    EXPECT_EQ(last_words(later), said);
}

TEST(Waveform, WindowHoldsOnlyItsTimes) {
    const Traced all = traced_run(0, 1 << 30, "whole.vcd");
    const std::int64_t middle = all.result.cycles / 2;
    const Traced part = traced_run(middle, middle + 50, "window.vcd");
    const test::Vcd whole(all.file);
    const test::Vcd window(part.file);
    EXPECT_EQ(window.first_time(), middle * part.params.clock_period_ps);
    EXPECT_EQ(window.last_time(), (middle + 50) * part.params.clock_period_ps);
    EXPECT_EQ(window.at(window.last_time()), whole.at(window.last_time()));
    EXPECT_LT(std::filesystem::file_size(part.file), std::filesystem::file_size(all.file));
}

TEST(Waveform, LimitBoundsItAndIsSaid) {
    const auto size = [](const Traced& t) {
        return static_cast<std::int64_t>(std::filesystem::file_size(t.file));
    };
    const Traced all = traced_run(0, 1 << 30, "unlimited.vcd");
    const std::int64_t header = size(traced_run(1 << 30, (1 << 30) + 1, "header.vcd"));
    const std::int64_t limit = header + (size(all) - header) / 2;
    const Traced part =
        traced_run(0, 1 << 30, "limited.vcd", 1,
                   [&](AcceleratorParams&, WaveformOptions& wave) { wave.limit_bytes = limit; });
    EXPECT_EQ(all.result.trace_stopped_at, -1);
    ASSERT_GT(part.result.trace_stopped_at, 0);
    constexpr std::int64_t kOneCycle = 2000;  // the one that passes the limit comes on top
    EXPECT_LT(size(part), limit + kOneCycle);
    const test::Vcd limited(part.file);
    EXPECT_EQ(limited.last_time(), part.result.trace_stopped_at * part.params.clock_period_ps);
    EXPECT_EQ(limited.at(limited.last_time()), test::Vcd(all.file).at(limited.last_time()));
}

// Cycle at which `variable` of the traced macro first exceeds `value`.
std::int64_t first_above(const Traced& t, const std::string& variable, std::uint64_t value) {
    const std::string path = "accelerator.tile_0.macro_0." + variable;
    const test::Vcd dump(t.file);
    std::int64_t low = dump.first_time() / t.params.clock_period_ps;
    std::int64_t high = dump.last_time() / t.params.clock_period_ps;
    while (low < high) {
        const std::int64_t middle = (low + high) / 2;
        if (dump.at(middle * t.params.clock_period_ps).number(path) > value)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

// The triggered window begins at `cycle` and shows what the whole dump shows.
void expect_window(const Traced& part, const Traced& all, std::int64_t cycle, std::int64_t length) {
    const std::int64_t period = all.params.clock_period_ps;
    EXPECT_EQ(part.result.trace_opened_at, cycle);
    const test::Vcd window(part.file);
    const test::Vcd whole(all.file);
    EXPECT_EQ(window.first_time(), cycle * period);
    EXPECT_EQ(window.last_time(), (cycle + length) * period);
    EXPECT_EQ(window.at(cycle * period), whole.at(cycle * period));
    EXPECT_EQ(window.at(window.last_time()), whole.at(window.last_time()));
}

TEST(Waveform, OpensWithTheFirstClippedCode) {
    constexpr std::int64_t kLength = 40;
    const auto few_bits = [](AcceleratorParams& params, WaveformOptions&) {
        params.macro.adc.bits = 2;
    };
    const Traced all = traced_run(0, 1 << 30, "clipping.vcd", 1, few_bits);
    const std::int64_t first = first_above(all, "adc.clipped", 0);
    ASSERT_LT(first, all.result.cycles);
    const auto triggered = [&](std::int64_t from) {
        return traced_run(from, 0, "clipped.vcd", 1,
                          [&](AcceleratorParams& params, WaveformOptions& wave) {
                              params.macro.adc.bits = 2;
                              wave.trigger = Trigger{Trigger::On::clipped_code, {}, 0};
                              wave.length = kLength;
                          });
    };
    expect_window(triggered(0), all, first, kLength);
    const Traced later = triggered(first + 1);
    EXPECT_GT(later.result.trace_opened_at, first);
    const auto so_far = [&](std::int64_t cycle) {
        return test::Vcd(all.file)
            .at(cycle * all.params.clock_period_ps)
            .number("accelerator.tile_0.macro_0.adc.clipped");
    };
    EXPECT_EQ(so_far(later.result.trace_opened_at - 1), so_far(first));
    EXPECT_GT(so_far(later.result.trace_opened_at), so_far(first));
}

TEST(Waveform, OpensWithAnMvmOfALayer) {
    constexpr std::int64_t kLength = 25;
    const Traced all = traced_run(0, 1 << 30, "mvms.vcd");
    for (const int mvm : {0, 1, all.program.stages[0].mvm.output.pixels() - 1}) {
        const Traced part =
            traced_run(0, 0, "mvm.vcd", 1, [&](AcceleratorParams&, WaveformOptions& wave) {
                wave.trigger = Trigger{Trigger::On::mvm, all.program.stages[0].mvm.name, mvm};
                wave.length = kLength;
            });
        expect_window(part, all, first_above(all, "control.mvm", static_cast<std::uint64_t>(mvm)),
                      kLength);
    }
}

TEST(Waveform, WithoutItsTriggerThereIsNone) {
    const Traced none =
        traced_run(0, 0, "never.vcd", 1, [](AcceleratorParams&, WaveformOptions& wave) {
            wave.trigger = Trigger{Trigger::On::clipped_code, {}, 0};
            wave.length = 10;
        });
    EXPECT_EQ(none.result.trace_opened_at, -1);
    EXPECT_FALSE(std::filesystem::exists(none.file));
}

TEST(Waveform, UnknownScopeIsAUserError) {
    test::fresh_simulation();
    Rng rng(3);
    const IntegerNetwork network = lower(test::random_network(rng));
    AcceleratorParams params;
    params.tiles = 64;
    const Program program = map_network(network, params);
    TraceOptions trace;
    trace.waveform.emplace();
    trace.waveform->file = std::filesystem::path(testing::TempDir()) / "none.vcd";
    trace.waveform->scope = "accelerator.tile_99";
    EXPECT_THROW(simulate_cycles(params, program, {}, trace), UserError);
    EXPECT_FALSE(std::filesystem::exists(trace.waveform->file));
}

}  // namespace
}  // namespace cimarron
