// SPDX-License-Identifier: Apache-2.0
#include "sim/run/place.h"

#include "common/progress.h"
#include "hw/accelerator/simulation.h"
#include "sim/mapping/mapper.h"

namespace cimarron {

Program place(const RunConfig& config, const AcceleratorParams& params, const Workload& workload) {
    Program program = map_network(workload.network(), params);
    if (!config.calibrates()) return program;
    Progress progress("calibration", config.calibration_images, "images");
    calibrate_adcs(params, program, workload.calibration_images(),
                   [&progress](int done) { progress.update(done); });
    return program;
}

}  // namespace cimarron
