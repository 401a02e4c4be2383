// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/trace_arguments.h"

#include "common/error.h"
#include "sim/process/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace cimarron {

namespace {

constexpr const char* kConverter = "vcd2fst";

Trigger parse_trigger(const std::string& text) {
    if (text == "clipped_code") return {Trigger::On::clipped_code, {}, 0};
    const std::string mvm = "mvm:";
    const std::size_t last = text.rfind(':');
    std::int64_t number = -1;
    if (text.rfind(mvm, 0) == 0 && last > mvm.size()) {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + last + 1, end, number);
        if (error != std::errc() || stop != end) number = -1;
    }
    if (number < 0)
        throw UserError(
            fmt::format("--trigger {}: must be clipped_code or mvm:LAYER:NUMBER, such as "
                        "mvm:conv2:0",
                        text));
    return {Trigger::On::mvm, text.substr(mvm.size(), last - mvm.size()), number};
}

bool in_path(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const std::size_t colon = rest.find(':');
        if (access((rest.substr(0, colon) + "/" + program).c_str(), X_OK) == 0) return true;
        rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
    return false;
}

std::filesystem::path unconverted(const std::filesystem::path& fst) {
    return fst.string() + ".vcd";
}

void convert(const std::filesystem::path& fst) {
    const std::filesystem::path vcd = unconverted(fst);
    const std::filesystem::path log = fst.string() + ".log";
    int code = 0;
    run_children({{{kConverter, vcd.string(), fst.string()}, log, {}}}, 1,
                 [&](std::size_t, int exit_code) { code = exit_code; });
    if (code != 0)
        throw UserError(fmt::format("{}: {} failed, see {}; the waveform is in {}", fst.string(),
                                    kConverter, log.string(), vcd.string()));
    std::filesystem::remove(vcd);
    std::filesystem::remove(log);
}

}  // namespace

void TraceArguments::add_to(CLI::App& command) {
    CLI::Option* vcd = command.add_option("--vcd", waveform_.file,
                                          "Write a waveform to this file; FST if named .fst");
    const auto add = [&](const char* name, auto& value, const char* help) {
        return command.add_option(name, value, help)->needs(vcd);
    };
    add("--scope", waveform_.scope,
        "Instance to trace, with all below it: accelerator.tile_0.macro_0");
    add("--from", waveform_.from_cycle, "First cycle of the waveform")
        ->check(CLI::NonNegativeNumber);
    add("--to", waveform_.to_cycle, "Last cycle of the waveform");
    add("--trigger", trigger_,
        "Begin the waveform with the first clipped_code in the scope, or with mvm:LAYER:NUMBER, "
        "from --from on");
    add("--length", waveform_.length, "Cycles of a triggered waveform")->check(CLI::PositiveNumber);
    add("--limit", waveform_.limit_bytes, "End the waveform when it has grown to this many bytes")
        ->check(CLI::PositiveNumber);
    command.add_option("--perfetto", timeline_,
                       "Write the run's transactions as a timeline (JSON) for ui.perfetto.dev");
}

TraceOptions TraceArguments::options() const {
    TraceOptions options;
    options.timeline = timeline_;
    if (waveform_.file.empty()) return options;
    options.waveform = waveform_;
    WaveformOptions& w = *options.waveform;
    if (w.scope.empty())
        throw UserError("--vcd needs --scope PATH, such as accelerator.tile_0.macro_0");
    if (!trigger_.empty()) {
        w.trigger = parse_trigger(trigger_);
        if (w.length <= 0 || w.to_cycle != 0)
            throw UserError("--trigger needs --length CYCLES, and no --to");
    } else if (w.to_cycle == 0) {
        throw UserError("--vcd needs --to CYCLE, or --trigger and --length");
    } else if (w.to_cycle <= w.from_cycle) {
        throw UserError(
            fmt::format("--to {}: must be a cycle after --from {}", w.to_cycle, w.from_cycle));
    }
    if (fst()) {
        if (!in_path(kConverter))
            throw UserError(fmt::format("{}: FST needs {}, which comes with GTKWave",
                                        w.file.string(), kConverter));
        w.file = unconverted(w.file);
    }
    return options;
}

void TraceArguments::finish(const RunResult& result) const {
    if (waveform_.file.empty()) return;
    if (result.trace_opened_at < 0)
        throw UserError(fmt::format("{}: not written: no {} in {} cycles", waveform_.file.string(),
                                    trigger_, result.cycles));
    if (!trigger_.empty())
        fmt::print("{}: {} at cycle {}\n", waveform_.file.string(), trigger_,
                   result.trace_opened_at);
    if (result.trace_stopped_at >= 0)
        fmt::print(stderr, "cimarron: {}: ended after cycle {} at the --limit of {} bytes\n",
                   waveform_.file.string(), result.trace_stopped_at, waveform_.limit_bytes);
    if (fst()) convert(waveform_.file);
}

}  // namespace cimarron
