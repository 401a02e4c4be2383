// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// Deliberate faults, for the tests of the self-checks. None in any shipped configuration.
enum class Fault { none, skip_evaluation, corrupt_code, lose_cycle, lose_payload };

}  // namespace cimarron
