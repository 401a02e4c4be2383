// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// Connects column p * adcs + a to ADC a at mux position p.
struct ColumnMuxActivity {
    std::int64_t switches = 0;  // columns connected
};

}  // namespace cimarron
