// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/wait_attribution.h"

namespace cimarron {

void WaitAttribution::count(const VectorExtension& vector, int change) {
    const Stage& stage = datapath_.stage();
    const auto kept_by = [&](const auto& buffer) {
        return buffer.takes(vector.first_pixel, vector.first_channel, vector.channels);
    };
    if (vector.tensor == stage.input && kept_by(datapath_.input())) inputs_under_way_ += change;
    if (vector.tensor == stage.residual && kept_by(datapath_.residual()))
        residuals_under_way_ += change;
}

void WaitAttribution::next_window(std::int64_t image, int window) {
    const bool coming = (inputs_under_way_ > 0 && !datapath_.input_ready(image, window)) ||
                        (residuals_under_way_ > 0 && !datapath_.residual_ready(image, window));
    waits_.idle.set(coming ? &MacroCycles::wait_network : &MacroCycles::wait_dependency,
                    clock_.now());
}

void WaitAttribution::results(bool queue_full, bool no_room) {
    waits_.results.set(!queue_full ? &MacroCycles::wait_accumulator
                       : no_room   ? &MacroCycles::wait_output_buffer
                                   : &MacroCycles::wait_network,
                       clock_.now());
}

}  // namespace cimarron
