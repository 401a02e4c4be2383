// SPDX-License-Identifier: Apache-2.0
#include "sim/report/html.h"

#include "common/yaml/document.h"
#include "sim/report/attribution.h"
#include "sim/report/gnuplot.h"
#include "sim/report/html_style.h"
#include "sim/report/repetitions.h"
#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cimarron {

namespace {

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '"')
            result += "&quot;";
        else
            result += c;
    }
    return result;
}

bool is_number(const std::string& cell) {
    return cell.find_first_not_of("0123456789.-e+") == std::string::npos;
}

std::string html(const Table& table) {
    std::vector<const char*> kinds;  // of each column
    for (std::size_t c = 0; c < table.header.size(); ++c)
        kinds.push_back(std::all_of(table.rows.begin(), table.rows.end(),
                                    [c](const auto& row) { return is_number(row[c]); })
                            ? " class=\"n\""
                            : "");
    std::string text = "<div class=\"scroll\"><table><thead><tr>";
    for (std::size_t c = 0; c < table.header.size(); ++c)
        text += fmt::format("<th{}>{}</th>", kinds[c], escaped(table.header[c]));
    text += "</tr></thead><tbody>\n";
    for (const auto& row : table.rows) {
        text += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c)
            text += fmt::format("<td{}>{}</td>", kinds[c], escaped(row[c]));
        text += "</tr>\n";
    }
    return text + "</tbody></table></div>\n";
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// The drawing without its XML head, in the page's colour, so that it suits light and dark.
std::string inline_svg(const std::filesystem::path& file) {
    std::string svg = read_text_file(file);
    svg.erase(0, svg.find("<svg"));
    const int red = std::stoi(std::string(kInk).substr(1, 2), nullptr, 16);
    const int green = std::stoi(std::string(kInk).substr(3, 2), nullptr, 16);
    const int blue = std::stoi(std::string(kInk).substr(5, 2), nullptr, 16);
    replace_all(svg, "color=\"black\"", "color=\"inherit\"");
    replace_all(svg, "fill=\"#ffffff\"", "fill=\"none\"");
    replace_all(svg, fmt::format("rgb({:3}, {:3}, {:3})", red, green, blue), "currentColor");
    replace_all(svg, fmt::format("rgb({},{},{})", red, green, blue), "currentColor");
    return svg;
}

std::string name_of(const Json& result, const std::vector<std::string>& keys) {
    std::string name = fmt::format("{} · {} bit", result.at("device").get<std::string>(),
                                   result.at("activation_bits").get<int>());
    for (const std::string& key : keys)
        name += fmt::format(" · {} {}", short_name(key), value_at(result, key));
    return name;
}

Table components(const Json& result) {
    Table table = items(result, "components");
    table.header.emplace_back("share %");
    const double total = result.at("energy_j").get<double>();
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const Json& c = result.at("components")[i];
        const double joules =
            c.at("dynamic_energy_j").get<double>() + c.at("leakage_energy_j").get<double>();
        table.rows[i].push_back(fmt::format("{:.1f}", 100 * joules / total));
    }
    return table;
}

std::string checks(const Json& result) {
    std::string text = "<ul class=\"checks\">\n";
    for (const Json& check : result.at("checks")) {
        const bool passed = check.at("passed").get<bool>();
        text += fmt::format("<li class=\"{}\"><b>{}</b> <span>{}</span></li>\n",
                            passed ? "ok" : "failed", escaped(check.at("name").get<std::string>()),
                            escaped(check.at("detail").get<std::string>()));
    }
    return text + "</ul>\n";
}

std::string inputs(const Json& result) {
    Table table{{"input", "file", "SHA-256"}, {}};
    for (const Json& file : result.at("manifest").at("inputs"))
        table.rows.push_back({file.at("role").get<std::string>(),
                              file.at("name").get<std::string>(),
                              file.at("sha256").get<std::string>()});
    return html(table);
}

std::string details(const Json& result, const std::vector<std::string>& keys) {
    return fmt::format(
        "<details><summary>{}</summary>\n<h3>Components</h3>\n{}<h3>Layers</h3>\n{}"
        "<h3>Cycles of the macros</h3>\n{}<h3>Critical path of the last timed image</h3>\n{}"
        "<h3>Checks</h3>\n{}<h3>Inputs</h3>\n{}"
        "<details><summary>Effective configuration</summary><pre>{}</pre></details>"
        "</details>\n",
        escaped(name_of(result, keys)), html(components(result)), html(items(result, "layers")),
        html(stall_table(result)), html(critical_path_table(result)), checks(result),
        inputs(result), escaped(result.at("config").dump(2)));
}

// Constants of technology and device, each once: what the joules rest on.
void add_constants(const Json& node, const std::string& path, std::set<std::string>& seen,
                   Table& table) {
    if (!node.is_object()) return;
    if (node.contains("source") && node.contains("value")) {
        const std::vector<std::string> row = {path, node.at("value").dump(), node.value("unit", ""),
                                              node.value("grade", ""), node.value("source", "")};
        if (seen.insert(fmt::format("{}", fmt::join(row, "\n"))).second) table.rows.push_back(row);
        return;
    }
    for (const auto& [key, child] : node.items())
        add_constants(child, path.empty() ? key : path + "." + key, seen, table);
}

Table sources(const Json& results) {
    Table table{{"constant", "value", "unit", "grade", "source"}, {}};
    std::set<std::string> seen;
    for (const Json& r : results) {
        add_constants(r.at("config").at("technology"), "technology", seen, table);
        add_constants(r.at("config").at("device"), r.at("device").get<std::string>(), seen, table);
    }
    return table;
}

std::string intro(const Json& results) {
    const Json& first = results.at(0);
    int failed = 0;
    int all = 0;
    for (const Json& r : results)
        for (const Json& check : r.at("checks")) {
            ++all;
            failed += check.at("passed").get<bool>() ? 0 : 1;
        }
    return fmt::format(
        "<p class=\"lead\">{} results. {:.3g} million multiply-accumulates an image; accuracy over "
        "{} test images, every ADC conversion computed; cycles from {} images through the SystemC "
        "model. <span class=\"badge {}\">{}</span></p>\n",
        results.size(), first.at("macs").get<double>() * 1e-6, first.at("images").get<int>(),
        first.at("timed_images").get<int>(), failed == 0 ? "ok" : "failed",
        failed == 0 ? fmt::format("all {} checks passed", all)
                    : fmt::format("{} of {} checks failed", failed, all));
}

}  // namespace

std::string html_report(const Json& results, const Json& merged,
                        const std::vector<Figure>& figures) {
    const std::string title = escaped(results.at(0).at("network").get<std::string>());
    std::string text = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{0} · Cimarron</title>\n<style>{1}</style></head><body><main>\n"
        "<header><p class=\"kicker\">Cimarron {2}</p><h1>{0}</h1>{3}</header>\n",
        title, kHtmlStyle, escaped(results.at(0).at("manifest").at("version").get<std::string>()),
        intro(results));
    text += "<section>" + html(summary(merged)) + "</section>\n";
    if (has_repetitions(merged))
        text += "<section><h2>Over chips</h2>\n" + html(statistics_table(merged)) + "</section>\n";
    text += "<section class=\"figures\">\n";
    for (const Figure& figure : figures)
        text += fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n",
                            escaped(figure.title), inline_svg(figure.svg));
    text += "</section>\n<section><h2>Each result</h2>\n";
    const std::vector<std::string> keys = varied_keys(merged);
    for (const Json& result : merged) text += details(result, keys);
    text +=
        "</section>\n<section><h2>What the figures rest on</h2>\n<details><summary>Constants, "
        "with unit, grade and source</summary>" +
        html(sources(results)) + "</details></section>\n</main></body></html>\n";
    return text;
}

}  // namespace cimarron
