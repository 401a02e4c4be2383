// SPDX-License-Identifier: Apache-2.0
#include "sim/report/figures.h"

#include "common/error.h"
#include "common/file.h"
#include "sim/report/gnuplot.h"
#include "sim/report/lines.h"
#include "sim/report/repetitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace cimarron {

namespace {

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
        {"macro logic", {"macro.adder_tree", "macro.shift_adder", "macro.control"}},
        {"tile logic",
         {"tile.input_register", "tile.adder_tree", "tile.window_sum", "tile.post_processing"}},
        {"buffers",
         {"tile.input_buffer", "tile.output_buffer", "tile.residual_buffer", "global_buffer"}},
        {"interconnect", {"interconnect"}}};
    return all;
}

// One data block per line, rows "x-label x y deviation", and the plot commands that draw them.
std::string series(const Lines& lines, const char* x_key, double x_scale, const char* y_key,
                   double y_scale) {
    std::string blocks;
    std::string plots;
    for (std::size_t l = 0; l < lines.list.size(); ++l) {
        const Line& line = lines.list[l];
        // Lines that agree lie on each other: the later ones are thinner, so that all show.
        const double thickness = l < 3 ? 5.0 - 1.5 * static_cast<double>(l) : 2.0;
        blocks += fmt::format("$line_{} << END\n", l);
        bool spread = false;
        for (const Json* r : line.results) {
            const double x = *x_key == 0 ? 0 : x_scale * r->at(x_key).get<double>();
            const double deviation =
                r->contains("repetitions") && r->at("repetitions").contains(y_key)
                    ? r->at("repetitions").at(y_key).at("deviation").get<double>()
                    : 0;
            spread = spread || deviation > 0;
            blocks += fmt::format("{} {:.6g} {:.6g} {:.6g}\n", value_at(*r, lines.x), x,
                                  y_scale * r->at(y_key).get<double>(), y_scale * deviation);
        }
        blocks += "END\n";
        const char* x = *x_key == 0 ? "1" : "2";
        const char* colour = kColours[l % std::size(kColours)];
        plots += fmt::format(
            "{}$line_{} using {}:3 with linespoints lw {} pt {} ps {} lc rgb '{}' title {}",
            l == 0 ? "plot " : ", \\\n     ", l, x, thickness, l % 2 == 0 ? 7 : 5, 0.4 * thickness,
            colour, quoted(line.name));
        if (spread)
            plots += fmt::format(
                ", \\\n     $line_{} using {}:3:4 with yerrorbars lw 1.5 pt 0 lc "
                "rgb '{}' notitle",
                l, x, colour);
    }
    return blocks + plots;
}

std::string x_axis(const Lines& lines) {
    const std::string ticks = lines.x == "/activation_bits" ? "set xtics 1\n" : "";
    return fmt::format("set xlabel {}\n{}set offsets graph 0.04, graph 0.04, 0, 0\n",
                       quoted(lines.x_label), ticks);
}

std::string accuracy_script(const Lines& lines, const std::string& name) {
    return head(name, "Accuracy against " + lines.x_label) + x_axis(lines) +
           "set ylabel 'accuracy (%)'\nset key bottom right\n" + series(lines, "", 1, "top1", 100) +
           "\n";
}

// "x value low high": what the uncertainty of the constants leaves open.
std::string range_of(const Json& result, const char* key, double scale, const std::string& x) {
    const Json& range = result.at("ranges").at(key);
    return fmt::format("{} {:.6g} {:.6g} {:.6g}\n", x, scale * result.at(key).get<double>(),
                       scale * range.at(0).get<double>(), scale * range.at(1).get<double>());
}

// Data blocks, and the commands that draw them over a plot of series() in the lines' colours.
struct Bars {
    std::string blocks, plots;
};

// other: where a result stands on the other axis. style: gnuplot's, over the columns of range_of.
template <class Other>
Bars bars(const Lines& lines, const char* key, double scale, Other other, const char* style) {
    Bars all;
    for (std::size_t l = 0; l < lines.list.size(); ++l) {
        all.blocks += fmt::format("$range_{} << END\n", l);
        for (const Json* r : lines.list[l].results)
            if (r->contains("ranges") && r->at("ranges").contains(key))
                all.blocks += range_of(*r, key, scale, other(*r));
        all.blocks += "END\n";
        all.plots += fmt::format(", \\\n     $range_{} using {} lc rgb '{}' lw 1 pt 0 notitle", l,
                                 style, kColours[l % std::size(kColours)]);
    }
    return all;
}

std::string latency_script(const Lines& lines, const std::string& name) {
    const Bars ranges = bars(
        lines, "latency_s", 1e6, [&](const Json& r) { return value_at(r, lines.x); },
        "1:2:3:4 with yerrorbars");
    return head(name, "Latency against " + lines.x_label + ", with its range") + ranges.blocks +
           x_axis(lines) +
           "set ylabel 'latency of one image (µs)'\nset yrange [0:*]\nset key top left\n" +
           series(lines, "", 1, "latency_s", 1e6) + ranges.plots + "\n";
}

std::string pareto_script(const Lines& lines, const std::string& name) {
    std::string labels;
    for (std::size_t l = 0; l < lines.list.size(); ++l)
        labels += fmt::format(
            ", \\\n     $line_{} using 2:3:1 with labels offset 0,0.8 tc rgb "
            "'{}' notitle",
            l, kInk);
    const Bars ranges = bars(
        lines, "energy_j", 1e6,
        [](const Json& r) { return fmt::format("{:.6g}", 100 * r.at("top1").get<double>()); },
        "2:1:3:4 with xerrorbars");
    return head(name,
                "Energy, with its range, against accuracy; beside a point its " + lines.x_label) +
           ranges.blocks +
           "set xlabel 'energy of one image (µJ)'\nset ylabel 'accuracy (%)'\n"
           "set key bottom right\nset offsets graph 0.08, graph 0.08, graph 0.08, 0\n" +
           series(lines, "energy_j", 1e6, "top1", 100) + ranges.plots + labels + "\n";
}

std::string energy_script(const Lines& lines, const std::string& name) {
    std::string text =
        head(name, "Energy by component, for each line and " + lines.x_label + ", with its range") +
        "set ylabel 'energy of one image (µJ)'\nset yrange [0:*]\n"
        "set style data histograms\nset style histogram rowstacked title offset 0,-0.6 tc rgb '" +
        std::string(kInk) +
        "'\n"
        "set style fill solid noborder\nset boxwidth 0.72\nset xtics scale 0\n"
        "set bmargin 4\nset key outside right top vertical reverse Left samplen 1 invert\n";
    const std::vector<std::string> parts = energy_classes();
    std::vector<bool> drawn(parts.size());  // classes that some result has
    for (const Line& line : lines.list)
        for (const Json* r : line.results) {
            const std::vector<double> joules = energy_by_class(*r);
            for (std::size_t c = 0; c < parts.size(); ++c) drawn[c] = drawn[c] || joules[c] > 0;
        }
    std::string plots;
    std::string ranges = "$range << END\n";
    int position = 0;  // of the next bar
    for (std::size_t l = 0; l < lines.list.size(); ++l) {
        const Line& line = lines.list[l];
        text += fmt::format("$line_{} << END\n", l);
        plots += fmt::format("{}newhistogram {} at {}", l == 0 ? "plot " : ", \\\n     ",
                             quoted(line.name.substr(0, line.name.find(','))), position);
        for (const Json* r : line.results) {
            text += value_at(*r, lines.x);
            for (const double joules : energy_by_class(*r))
                text += fmt::format(" {:.6g}", joules * 1e6);
            text += "\n";
            ranges += range_of(*r, "energy_j", 1e6, std::to_string(position++));
        }
        text += "END\n";
        ++position;
        for (std::size_t c = 0; c < parts.size(); ++c)
            if (drawn[c])
                plots += fmt::format(", \\\n     $line_{} using {}:xtic(1) lc rgb '{}' {}", l,
                                     c + 2, kColours[c],
                                     l == 0 ? "title " + quoted(parts[c]) : std::string("notitle"));
    }
    return text + ranges + "END\n" + plots +
           fmt::format(
               ", \\\n     $range using 1:2:3:4 with yerrorbars lc rgb '{}' pt 0 lw 1.5 "
               "title 'range'\n",
               kInk);
}

// A histogram for each point with repetitions.
std::string chips_script(const Lines& lines, const std::string& name) {
    std::string blocks;
    std::string plots;
    int point = 0;
    for (const Line& line : lines.list)
        for (const Json* r : line.results) {
            if (!r->contains("repetitions")) continue;
            const Json& top1 = r->at("repetitions").at("top1");
            const Json& bins = top1.at("histogram");
            const auto counts = bins.at("counts").get<std::vector<int>>();
            const double low = bins.at("low").get<double>();
            const double width =
                (bins.at("high").get<double>() - low) / static_cast<double>(counts.size());
            blocks += fmt::format("$point_{} << END\n", point);
            for (std::size_t b = 0; b < counts.size(); ++b)
                blocks += fmt::format("{:.6g} {} {:.6g}\n",
                                      100 * (low + (static_cast<double>(b) + 0.5) * width),
                                      counts[b], 100 * std::max(width, 1e-4));
            blocks += "END\n";
            const std::string title = fmt::format(
                "{}{} {}: {:.2f} ± {:.2f} %", lines.list.size() > 1 ? line.name + ", " : "",
                lines.x_label, value_at(*r, lines.x), 100 * top1.at("mean").get<double>(),
                100 * top1.at("deviation").get<double>());
            plots += fmt::format("{}$point_{} using 1:2:3 with boxes lc rgb '{}' title {}",
                                 point == 0 ? "plot " : ", \\\n     ", point,
                                 kColours[static_cast<std::size_t>(point) % std::size(kColours)],
                                 quoted(title));
            ++point;
        }
    return head(name, "Accuracy over chips: how many in each bin") +
           "set xlabel 'accuracy (%)'\nset ylabel 'chips'\nset yrange [0:*]\n"
           "set style fill transparent solid 0.6 noborder\n"
           "set key above vertical maxcols 1 Left reverse font ',11'\n" +
           blocks + plots + "\n";
}

}  // namespace

namespace {

double dram_and_reloading(const Json& result) {
    double sum = 0;
    for (const Json& component : result.at("components"))
        if (component.at("name") == "dram") sum += component.at("dynamic_energy_j").get<double>();
    if (result.contains("reload")) sum += result["reload"].at("energy_j").get<double>();
    return sum;
}

}  // namespace

std::vector<std::string> energy_classes() {
    std::vector<std::string> names;
    for (const EnergyClass& c : classes()) names.emplace_back(c.name);
    names.emplace_back("leakage");
    names.emplace_back("DRAM, reloading");
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
    joules.push_back(dram_and_reloading(result));
    return joules;
}

std::vector<Figure> write_figures(const Json& merged, const std::filesystem::path& folder) {
    const Lines lines = lines_of(merged);
    std::vector<std::tuple<std::string, std::string, std::string>> scripts = {
        {"accuracy", "Accuracy", accuracy_script(lines, "accuracy")},
        {"energy", "Energy by component", energy_script(lines, "energy")},
        {"latency", "Latency", latency_script(lines, "latency")},
        {"pareto", "Energy against accuracy", pareto_script(lines, "pareto")}};
    if (has_repetitions(merged))
        scripts.emplace(scripts.begin() + 1, "chips", "Accuracy over chips",
                        chips_script(lines, "chips"));
    std::vector<Figure> figures;
    for (const auto& [name, title, script] : scripts) {
        draw(name, script, folder);
        figures.push_back({title, folder / (name + ".svg")});
    }
    return figures;
}

}  // namespace cimarron
