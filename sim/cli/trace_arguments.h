// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/run/run_result.h"
#include "hw/trace/trace_options.h"

#include <CLI/CLI.hpp>

namespace cimarron {

// The waveform and timeline options of `simulate`.
class TraceArguments {
public:
    void add_to(CLI::App& command);

    // UserError when they do not fit together, or a converter is missing.
    TraceOptions options() const;
    // After the run: converts to FST and says where and why a waveform ended. UserError when its
    // trigger never came.
    void finish(const RunResult& result) const;

private:
    bool fst() const { return waveform_.file.extension() == ".fst"; }

    WaveformOptions waveform_;
    std::string trigger_;
    std::filesystem::path timeline_;
};

}  // namespace cimarron
