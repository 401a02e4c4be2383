// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_text.h"

#include <vector>

namespace cimarron {

// Every kind of file that the simulator reads, with its keys. The trainer's: cimarron-train --keys.
std::vector<KeyFile> key_files();

}  // namespace cimarron
