// SPDX-License-Identifier: Apache-2.0
#include "sim/run/place.h"

#include "common/progress.h"
#include "hw/run/simulation.h"

namespace cimarron {

PlacedChip place(const RunConfig& config, const Workload& workload) {
    PlacedChip chip = place_on_chip(config, workload.network());
    if (!config.calibrates()) return chip;
    Progress progress("calibration", config.calibration_images, "images");
    calibrate_adcs(chip.params, chip.program, workload.calibration_images(),
                   [&progress](int done) { progress.update(done); });
    return chip;
}

}  // namespace cimarron
