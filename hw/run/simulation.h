// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/fault.h"
#include "hw/common/progress.h"
#include "hw/program/program.h"
#include "hw/run/run_result.h"
#include "hw/trace/trace_options.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cimarron {

// Told the input codes of every MVM of one macro.
struct MvmProbe {
    std::string macro;  // instance path
    std::function<void(const std::uint8_t* codes, int bits)> on_mvm;
};

// Images by number, each made when its turn comes.
struct ImageSource {
    int count;
    std::function<Codes(int)> image;
};

// Told, after each image of a bit-true run, every tensor of the program (Program::tensors) as
// payloads hold it, HWC; nothing of the image and the logits.
using TensorProbe = std::function<void(const std::vector<std::vector<std::uint8_t>>& tensors)>;

// Cycle-accurate: elaborates the SystemC model, loads the program through the host's TLM socket and
// runs every image. Once per process (SystemC is a process-wide kernel). A violated check is in
// RunResult::checks, not thrown.
RunResult simulate_cycles(const AcceleratorParams& params, const Program& program,
                          const std::vector<Codes>& images, const TraceOptions& trace = {},
                          Fault fault = Fault::none, const ProgressFn& progress = {},
                          const std::optional<MvmProbe>& probe = std::nullopt);

// The same datapath objects driven in program order without the kernel: the same logits and the
// same activity, no cycles. Any number of times per process. Holds one image at a time.
RunResult simulate_bit_true(const AcceleratorParams& params, const Program& program,
                            const ImageSource& images, const ProgressFn& progress = {},
                            const TensorProbe& probe = {});
RunResult simulate_bit_true(const AcceleratorParams& params, const Program& program,
                            const std::vector<Codes>& images, const ProgressFn& progress = {});

// Gives each stage of the program the ADC LSB of least loss (hw/periphery/adc_calibration.h) on
// what the columns of the chip, with its cells as they are, carry for these images. Macros of a
// layer share one reference. Nothing to do unless macro.adc.full_scale is calibrated.
void calibrate_adcs(const AcceleratorParams& params, Program& program,
                    const std::vector<Codes>& images, const ProgressFn& progress = {});

}  // namespace cimarron
