// SPDX-License-Identifier: Apache-2.0
#include "sim/report/gnuplot.h"

#include "common/error.h"
#include "common/file.h"
#include "sim/process/process.h"

#include <fmt/format.h>

namespace cimarron {

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
    return result + "'";
}

std::string head(const std::string& name, const std::string& title) {
    return fmt::format(
        "# {title}. Run in this folder: gnuplot {name}.gp\n"
        "set terminal svg size 640,400 dynamic noenhanced name '{name}' font 'sans-serif,13' "
        "background rgb 'white'\n"
        "set output '{name}.svg'\n"
        "set border 3 lc rgb '{ink}'\nset tics nomirror tc rgb '{ink}'\n"
        "set grid ytics lc rgb '{ink}' lw 0.3 dt 3\n"
        "set key tc rgb '{ink}'\n"
        "set xlabel tc rgb '{ink}'\nset ylabel tc rgb '{ink}'\n",
        fmt::arg("title", title), fmt::arg("name", name), fmt::arg("ink", kInk));
}

void draw(const std::string& name, const std::string& script, const std::filesystem::path& folder) {
    const std::filesystem::path log = folder / (name + ".log");
    write_atomically(folder / (name + ".gp"), script);
    int code = 0;
    run_children({{{"gnuplot", name + ".gp"}, std::filesystem::absolute(log), folder}}, 1,
                 [&code](std::size_t, int exit_code) { code = exit_code; });
    if (code == 127) throw UserError("gnuplot cannot be started: install it (Debian: gnuplot-nox)");
    if (code != 0) {
        std::filesystem::remove(folder / (name + ".svg"));  // half a drawing
        throw UserError(fmt::format("{}: gnuplot failed, see {}",
                                    (folder / (name + ".gp")).string(), log.filename().string()));
    }
    std::filesystem::remove(log);
}

}  // namespace cimarron
