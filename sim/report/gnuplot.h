// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace cimarron {

// Text and line colour of the figures, which the HTML page replaces by its own.
constexpr const char* kInk = "#24292f";

// Okabe and Ito's palette, which colour-blind readers can tell apart.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
                                    "#56B4E9", "#8C6D31", "#7F7F7F", "#F0E442"};

std::string quoted(const std::string& text);  // as gnuplot reads it

// Terminal, output and style: the beginning of each figure's script.
std::string head(const std::string& name, const std::string& title);

// Writes NAME.gp and has gnuplot draw it. UserError when gnuplot is missing or fails.
void draw(const std::string& name, const std::string& script, const std::filesystem::path& folder);

}  // namespace cimarron
