// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>

namespace cimarron::test {

// Random configurations of a suite: 50, or CIMARRON_COSIM_TRIALS.
inline std::uint64_t cosim_trials() {
    const char* text = std::getenv("CIMARRON_COSIM_TRIALS");
    return text == nullptr ? 50 : std::strtoull(text, nullptr, 10);
}

}  // namespace cimarron::test
