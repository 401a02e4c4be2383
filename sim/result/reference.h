// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cimarron {

// The table of a result's keys for the documentation, in Markdown.
std::string result_reference();

}  // namespace cimarron
