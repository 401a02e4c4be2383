// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/validate/shipped.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace cimarron::test {
namespace {

const std::filesystem::path kPage =
    std::filesystem::path(CIMARRON_SOURCE_DIR) / "docs/validation.md";

std::string text_of(const std::filesystem::path& page) {
    std::ifstream in(page);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The first YAML block of a page.
std::string yaml_of(const std::filesystem::path& page) {
    const std::string text = text_of(page);
    const std::string open = "```yaml\n";
    const std::size_t start = text.find(open) + open.size();
    return text.substr(start, text.find("```", start) - start);
}

TEST(Documentation, TheWorkedExampleIsAMacroInTenLines) {
    const std::string text = yaml_of(kPage);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 10);
    const auto folder = std::filesystem::temp_directory_path() / "cimarron_worked_example";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "validate");
    for (const char* name : {"technology", "device", "scaling"})
        std::filesystem::copy(validate_folder().parent_path() / name, folder / name,
                              std::filesystem::copy_options::recursive);
    std::ofstream(folder / "validate/my_chip.yaml") << text;
    const auto experiments = load_experiments(folder / "validate/my_chip.yaml");
    ASSERT_EQ(experiments.size(), 1u);
    const auto rows = validate(experiments.front());
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_TRUE(rows.front().within()) << rows.front().ours;
    std::filesystem::remove_all(folder);
}

bool starts_with(const std::string& text, const std::string& prefix) {
    return text.rfind(prefix, 0) == 0;
}

const ValidationRow* find_row(const std::string& macro, const std::string& quantity,
                              const std::string& model) {
    const auto rows = shipped_rows().find(macro.substr(0, macro.find(',')));
    if (rows == shipped_rows().end()) return nullptr;
    for (const ValidationRow& row : rows->second)
        if (row.macro == macro && row.quantity == quantity && row.model == model) return &row;
    return nullptr;
}

// Ours over published, and the band: `0.94 (x1.5)`; bold where the band is missed.
std::string cell(const ValidationRow* row) {
    if (row == nullptr || !row->band) return "";
    const std::string ratio = fmt::format("{:.2f}", row->ours / row->published);
    const Band& band = *row->band;
    const bool factor = std::abs(band.low * band.high - 1) < 1e-9;
    const std::string limit =
        factor ? fmt::format("x{:g}", band.high) : fmt::format("{:g} %", 100 * (band.high - 1));
    return fmt::format(row->within() ? "{} ({})" : "**{}** ({})", ratio, limit);
}

// The page's table of a chip's figures, each line worked out anew.
TEST(Documentation, EveryFigureOfAChipStandsOnThePageAsTheCommandPrintsIt) {
    const std::string page = text_of(kPage);
    std::set<std::string> seen;
    for (const auto& [macro, rows] : shipped_rows()) {
        if (starts_with(macro, "cacti") || starts_with(macro, "neurosim")) continue;
        for (const ValidationRow& row : rows) {
            if (!seen.insert(row.macro + row.quantity).second) continue;
            const auto of = [&](const char* model) {
                return cell(find_row(row.macro, row.quantity, model));
            };
            if (of("generic") + of("own") + of("siblings") == "") continue;
            const std::string line =
                fmt::format("| {} | {}{} | {} | {} | {} |\n", row.macro, row.quantity,
                            find_row(row.macro, row.quantity, "generic")->in_sample ? " *" : "",
                            of("generic"), of("own"), of("siblings"));
            EXPECT_NE(page.find(line), std::string::npos) << line;
        }
    }
}

// `| name | ours over the other tool's, of each column |`.
std::string comparison(const std::string& name, const std::vector<std::string>& macros,
                       const std::string& quantity) {
    std::string line = "| " + name + " |";
    for (const std::string& macro : macros) {
        const ValidationRow* row = find_row(macro, quantity, "generic");
        line += row == nullptr ? " |" : fmt::format(" {:.2g} |", row->ours / row->published);
    }
    return line;
}

TEST(Documentation, ComparisonsWithNeuroSimStandOnThePageAsTheCommandPrintsThem) {
    const std::string page = text_of(kPage);
    const auto expect = [&](const std::string& line) {
        EXPECT_NE(page.find(line), std::string::npos) << line;
    };
    std::vector<std::string> chips;
    for (const char* device : {"sram", "rram", "fefet"})
        chips.push_back(fmt::format("neurosim_vgg8_{}, 4 bits", device));
    for (const char* quantity :
         {"ADC", "array, drivers, mux", "shift-adders and trees", "buffers and interconnect",
          "all that switches", "array area", "ADC area", "shift-adder area"})
        expect(comparison(quantity, chips, quantity));
    const auto nodes = [](const char* component) {
        std::vector<std::string> macros;
        for (const int node : {65, 45, 32, 22, 14, 7})
            macros.push_back(fmt::format("neurosim_{}nm, {}", node, component));
        return macros;
    };
    for (const auto& [component, quantities] :
         std::vector<std::pair<const char*, std::vector<std::string>>>{
             {"SAR, 5 bits", {"a conversion", "converter area"}},
             {"SAR, 8 bits", {"a conversion", "converter area"}},
             {"flash, 5 bits", {"a conversion", "converter area", "word lines", "a vector"}},
             {"shift-adder, 13 bits", {"an addition", "shift-adder area"}}})
        for (const std::string& quantity : quantities)
            expect(
                comparison(fmt::format("{}: {}", component, quantity), nodes(component), quantity));
    std::vector<std::string> buffers;
    for (const int node : {65, 45, 32, 22})
        buffers.push_back(fmt::format("neurosim_buffer_{}nm", node));
    for (const char* quantity : {"read", "write", "access", "area"})
        expect(comparison(fmt::format("buffer of 2 KB: {}", quantity), buffers, quantity));
}

// The counts of the sentences about CACTI and about chips the model was not fitted to.
TEST(Documentation, CountsAreThoseOfTheRows) {
    int cacti = 0, beyond = 0, chips = 0, within_two = 0, within_three = 0;
    double worst = 0;
    for (const auto& [macro, rows] : shipped_rows())
        for (const ValidationRow& row : rows) {
            if (starts_with(macro, "cacti")) {
                ++cacti;
                beyond += !row.within();
                worst = std::max(worst, std::abs(row.error()));
            }
            const bool silicon = !starts_with(macro, "cacti") && !starts_with(macro, "neurosim");
            if (!silicon || row.model != "generic" || row.in_sample) continue;
            const double off = std::abs(std::log(row.ours / row.published));
            ++chips;
            within_two += off <= std::log(2);
            within_three += off <= std::log(3);
        }
    const auto expect = [](const char* file, const std::string& sentence) {
        EXPECT_NE(text_of(std::filesystem::path(CIMARRON_SOURCE_DIR) / file).find(sentence),
                  std::string::npos)
            << file << ": " << sentence;
    };
    expect("docs/validation.md", fmt::format("of {} figures from 90 to 22 nm {} are beyond 15 % "
                                             "(worst {:.0f} %",
                                             cacti, beyond, 100 * worst));
    const std::string near =
        fmt::format("of {} figures {} are within a factor of 2 and {} within 3", chips, within_two,
                    within_three);
    expect("docs/validation.md", near);
    expect("docs/cost.md", near);
    expect("README.md", near);
}

}  // namespace
}  // namespace cimarron::test
