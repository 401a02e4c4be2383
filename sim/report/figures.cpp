// SPDX-License-Identifier: Apache-2.0
#include "sim/report/figures.h"

#include "common/error.h"
#include "common/file.h"
#include "sim/sweep/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace cimarron {

namespace {

// Okabe and Ito's palette, which colour-blind readers can tell apart.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                    "#E69F00", "#56B4E9", "#8C6D31", "#7F7F7F"};

struct EnergyClass {
    const char* name;
    std::vector<std::string> components;
};

const std::vector<EnergyClass>& classes() {
    static const std::vector<EnergyClass> all = {
        {"array", {"macro.array"}},
        {"ADC", {"macro.adc"}},
        {"analog periphery",
         {"macro.word_line_driver", "macro.sample_and_hold", "macro.column_mux"}},
        {"macro logic", {"macro.shift_adder", "macro.control"}},
        {"tile logic",
         {"tile.input_register", "tile.adder_tree", "tile.window_sum", "tile.post_processing"}},
        {"buffers",
         {"tile.input_buffer", "tile.output_buffer", "tile.residual_buffer", "global_buffer"}},
        {"interconnect", {"interconnect"}}};
    return all;
}

std::vector<std::string> devices(const Json& results) {
    std::vector<std::string> names;
    for (const Json& r : results) {
        const auto name = r.at("device").get<std::string>();
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

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

// One data block per device, rows "bits x y", and the plot commands that draw them as lines.
std::string series(const Json& results, const char* x_key, double x_scale, const char* y_key,
                   double y_scale) {
    std::string blocks;
    std::string plots;
    const std::vector<std::string> names = devices(results);
    for (std::size_t d = 0; d < names.size(); ++d) {
        // Devices that agree lie on one line: the later ones are thinner, so that all show.
        const double thickness = d < 3 ? 5.0 - 1.5 * static_cast<double>(d) : 2.0;
        blocks += fmt::format("$device_{} << END\n", d);
        for (const Json& r : results)
            if (r.at("device") == names[d])
                blocks += fmt::format("{} {:.6g} {:.6g}\n", r.at("activation_bits").get<int>(),
                                      x_scale * r.at(x_key).get<double>(),
                                      y_scale * r.at(y_key).get<double>());
        blocks += "END\n";
        plots += fmt::format(
            "{}$device_{} using 2:3 with linespoints lw {} pt {} ps {} lc rgb '{}' title {}",
            d == 0 ? "plot " : ", \\\n     ", d, thickness, d % 2 == 0 ? 7 : 5, 0.4 * thickness,
            kColours[d % std::size(kColours)], quoted(names[d]));
    }
    return blocks + plots;
}

std::string bits_axis() {
    return "set xlabel 'activation bits'\nset xtics 1\nset offsets 0.3, 0.3, 0, 0\n";
}

std::string accuracy_script(const Json& results, const std::string& name) {
    return head(name, "Accuracy against activation bits") + bits_axis() +
           "set ylabel 'accuracy (%)'\nset key bottom right\n" +
           series(results, "activation_bits", 1, "top1", 100) + "\n";
}

std::string latency_script(const Json& results, const std::string& name) {
    return head(name, "Latency against activation bits") + bits_axis() +
           "set ylabel 'latency of one image (µs)'\nset yrange [0:*]\nset key top left\n" +
           series(results, "activation_bits", 1, "latency_s", 1e6) + "\n";
}

std::string pareto_script(const Json& results, const std::string& name) {
    std::string labels;
    for (std::size_t d = 0; d < devices(results).size(); ++d)
        labels += fmt::format(
            ", \\\n     $device_{} using 2:3:1 with labels offset 0,0.8 tc rgb "
            "'{}' notitle",
            d, kInk);
    return head(name, "Energy against accuracy; a point is a number of activation bits") +
           "set xlabel 'energy of one image (µJ)'\nset ylabel 'accuracy (%)'\n"
           "set key bottom right\nset offsets graph 0.08, graph 0.08, graph 0.08, 0\n" +
           series(results, "energy_j", 1e6, "top1", 100) + labels + "\n";
}

// "x energy low high" in microjoules: what the uncertainty of the constants leaves open.
std::string range_of_energy(const Json& result, int x) {
    const Json& range = result.at("ranges").at("energy_j");
    return fmt::format("{} {:.6g} {:.6g} {:.6g}\n", x, 1e6 * result.at("energy_j").get<double>(),
                       1e6 * range.at(0).get<double>(), 1e6 * range.at(1).get<double>());
}

std::string energy_script(const Json& results, const std::string& name) {
    std::string text =
        head(name, "Energy by component, for each device and bits, with its range") +
        "set ylabel 'energy of one image (µJ)'\nset yrange [0:*]\n"
        "set style data histograms\nset style histogram rowstacked title offset 0,-0.6 tc rgb '" +
        std::string(kInk) +
        "'\n"
        "set style fill solid noborder\nset boxwidth 0.72\nset xtics scale 0\n"
        "set bmargin 4\nset key outside right top vertical reverse Left samplen 1 invert\n";
    const std::vector<std::string> names = devices(results);
    const std::vector<std::string> parts = energy_classes();
    std::string plots;
    std::string ranges = "$range << END\n";
    int position = 0;  // of the next bar
    for (std::size_t d = 0; d < names.size(); ++d) {
        text += fmt::format("$device_{} << END\n", d);
        plots += fmt::format("{}newhistogram {} at {}", d == 0 ? "plot " : ", \\\n     ",
                             quoted(names[d].substr(0, names[d].find(','))), position);
        for (const Json& r : results)
            if (r.at("device") == names[d]) {
                text += fmt::format("{}", r.at("activation_bits").get<int>());
                for (const double joules : energy_by_class(r))
                    text += fmt::format(" {:.6g}", joules * 1e6);
                text += "\n";
                ranges += range_of_energy(r, position++);
            }
        text += "END\n";
        ++position;
        for (std::size_t c = 0; c < parts.size(); ++c)
            plots += fmt::format(", \\\n     $device_{} using {}:xtic(1) lc rgb '{}' {}", d, c + 2,
                                 kColours[c],
                                 d == 0 ? "title " + quoted(parts[c]) : std::string("notitle"));
    }
    return text + ranges + "END\n" + plots +
           fmt::format(
               ", \\\n     $range using 1:2:3:4 with yerrorbars lc rgb '{}' pt 0 lw 1.5 "
               "title 'range'\n",
               kInk);
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

}  // namespace

std::vector<std::string> energy_classes() {
    std::vector<std::string> names;
    for (const EnergyClass& c : classes()) names.emplace_back(c.name);
    names.emplace_back("leakage");
    return names;
}

std::vector<double> energy_by_class(const Json& result) {
    std::vector<double> joules;
    for (const EnergyClass& c : classes()) {
        double sum = 0;
        for (const Json& component : result.at("components"))
            if (std::count(c.components.begin(), c.components.end(), component.at("name")) != 0)
                sum += component.at("dynamic_energy_j").get<double>();
        joules.push_back(sum);
    }
    joules.push_back(result.at("leakage_energy_j").get<double>());
    return joules;
}

std::vector<Figure> write_figures(const Json& results, const std::filesystem::path& folder) {
    const std::vector<std::tuple<std::string, std::string, std::string>> scripts = {
        {"accuracy", "Accuracy", accuracy_script(results, "accuracy")},
        {"energy", "Energy by component", energy_script(results, "energy")},
        {"latency", "Latency", latency_script(results, "latency")},
        {"pareto", "Energy against accuracy", pareto_script(results, "pareto")}};
    std::vector<Figure> figures;
    for (const auto& [name, title, script] : scripts) {
        draw(name, script, folder);
        figures.push_back({title, folder / (name + ".svg")});
    }
    return figures;
}

}  // namespace cimarron
