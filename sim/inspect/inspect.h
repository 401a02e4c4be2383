// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cimarron {

// Each returns text for people and throws UserError when the file is not what it should be.

// Layers: shapes, window, bits, MACs, weights.
std::string inspect_network(const std::filesystem::path& file);

// Where each layer of the run's network goes on its chip, and the effective configuration.
std::string inspect_run(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides);

// The constants the run rests on.
std::string inspect_sources(const std::filesystem::path& file,
                            const std::vector<std::string>& overrides);

// The headline and checks of one result, or the table of several.
std::string inspect_result(const std::filesystem::path& file);

}  // namespace cimarron
