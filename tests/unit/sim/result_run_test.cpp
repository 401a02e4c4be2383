// SPDX-License-Identifier: Apache-2.0
#include "sim/config/yaml_json.h"
#include "sim/result/result_key.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace cimarron::test {
namespace {

// The fields of a line, read by RFC 4180.
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields = {""};
    bool in_quotes = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && in_quotes && i + 1 < line.size() && line[i + 1] == '"')
            fields.back() += line[++i];
        else if (line[i] == '"')
            in_quotes = !in_quotes;
        else if (line[i] == ',' && !in_quotes)
            fields.emplace_back();
        else
            fields.back() += line[i];
    }
    return fields;
}

std::vector<std::map<std::string, std::string>> read_csv(const std::string& text) {
    std::istringstream in(text);
    std::string line;
    std::getline(in, line);
    const std::vector<std::string> titles = fields_of(line);
    EXPECT_EQ(std::set<std::string>(titles.begin(), titles.end()).size(), titles.size());
    std::vector<std::map<std::string, std::string>> rows;
    while (std::getline(in, line)) {
        const std::vector<std::string> fields = fields_of(line);
        EXPECT_EQ(fields.size(), titles.size()) << line;
        rows.emplace_back();
        for (std::size_t i = 0; i < titles.size(); ++i) rows.back()[titles[i]] = fields.at(i);
    }
    return rows;
}

std::string text_at(const Json& result, std::string path) {
    std::replace(path.begin(), path.end(), '.', '/');
    const Json::json_pointer place("/" + path);
    if (!result.contains(place)) return "";
    const Json& value = result.at(place);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

// Chips of unlike parts: analog macros, digital ones, a DRAM, and ranges of its own for each
// layer's ADCs.
void write_mixed_sweep(const SmallRun& run) {
    const std::string analog = run.text("chip.yaml");
    const std::size_t macro = analog.find("macro:\n");
    const std::size_t end = analog.find("interconnect:");
    run.write("digital.yaml",
              analog.substr(0, macro) +
                  "macro:\n  kind: digital\n  implementation: model\n  array: {rows: 32, columns: "
                  "96, rows_active: 32, write_cycles: auto}\n  adder_tree: {pipeline_cycles: "
                  "auto}\n  shift_adder: {accumulator_bits: 24}\n" +
                  analog.substr(end));
    const std::string dram =
        "dram: {bytes: 1048576, banks: 8, row_bytes: 2048, burst_bytes: 32, pins: 16, "
        "activate_cycles: auto, precharge_cycles: auto, access_cycles: auto, bytes_per_cycle: "
        "auto}\n";
    run.write("dram.yaml", analog);
    run.edit("dram.yaml", "dram: {bytes: 0}\n", dram);
    run.write("calibrated.yaml", analog);
    run.edit("calibrated.yaml", "bits: auto, full_scale: unit_lsb",
             "bits: 4, full_scale: calibrated");
    run.edit("run.yaml", "seed: 1", "calibration_images: 4\nseed: 1");
    run.edit("run.yaml", "dataset: {name: fashion_mnist, folder: data}", "dataset: {name: random}");
    run.write("mixed.yaml",
              "run: run.yaml\nvary:\n  accelerator: [digital.yaml, chip.yaml, dram.yaml, "
              "calibrated.yaml]\n");
}

ProgramResult mixed_sweep(const SmallRun& run) {
    write_mixed_sweep(run);
    return run.cimarron({"sweep", "mixed.yaml", "--out", "out", "--jobs", "2"});
}

TEST(ResultCsv, read_back_equals_the_results_of_chips_of_unlike_parts) {
    const SmallRun run;
    const ProgramResult swept = mixed_sweep(run);
    ASSERT_EQ(swept.exit_code, 0) << swept.err;
    const Json results = Json::parse(run.text("out/results.json"));
    const auto rows = read_csv(run.text("out/results.csv"));
    ASSERT_EQ(rows.size(), 4u);
    std::set<std::string> names;
    for (const Json& result : results)
        for (const Json& component : result.at("components")) names.insert(component.at("name"));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const char* path : {"network", "activation_bits", "cycles", "energy_j", "tops_per_w",
                                 "programming.energy_j", "dram.bytes_read", "adc.bits"})
            EXPECT_EQ(rows[i].at(path), text_at(results[i], path)) << path;
        EXPECT_EQ(rows[i].at("energy_j_high"), text_at(results[i], "ranges.energy_j.1"));
        EXPECT_EQ(rows[i].at("checks_passed"), "true");
        std::map<std::string, const Json*> components;
        for (const Json& c : results[i].at("components")) components[c.at("name")] = &c;
        for (const std::string& name : names) {
            const auto found = components.find(name);
            if (found == components.end()) {
                EXPECT_EQ(rows[i].at(name + ".energy_j"), "") << name;
                EXPECT_EQ(rows[i].at(name + ".area_mm2"), "") << name;
                continue;
            }
            const Json& c = *found->second;
            EXPECT_EQ(
                std::stod(rows[i].at(name + ".energy_j")),
                c.at("dynamic_energy_j").get<double>() + c.at("leakage_energy_j").get<double>());
            EXPECT_EQ(std::stod(rows[i].at(name + ".area_mm2")), c.at("area_mm2").get<double>());
        }
    }
    EXPECT_EQ(rows[0].at("macro.adc.energy_j"), "");
    EXPECT_NE(rows[1].at("macro.adc.energy_j"), "");
    EXPECT_NE(rows[2].at("dram.energy_j"), "");
    EXPECT_EQ(rows[0].at("adc.bits"), "");
    EXPECT_EQ(rows[3].at("accelerator"), "calibrated.yaml");
}

TEST(ResultCsv, tells_apart_networks_of_one_name) {
    const SmallRun run;
    for (const char* folder : {"a", "b"}) {
        std::filesystem::create_directories(run.path(folder));
        std::filesystem::copy(run.path("net2.onnx"), run.path(folder) / "net.onnx");
    }
    run.write(
        "sweep.yaml",
        "run: run.yaml\nvary:\n  network: [a/net.onnx, b/net.onnx]\n  activation_bits: [2]\n");
    EXPECT_EQ(run.cimarron({"sweep", "sweep.yaml", "--out", "out"}).exit_code, 0);
    const auto rows = read_csv(run.text("out/results.csv"));
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].at("vary.network"), "a/net.onnx");
    EXPECT_EQ(rows[1].at("vary.network"), "b/net.onnx");
    EXPECT_EQ(rows[0].at("network"), "small");
    EXPECT_EQ(rows[0].count("vary.activation_bits"), 0u);
}

// Places of a result's values as the descriptions write them; the configuration is one.
void collect(const Json& node, const std::string& place, std::set<std::string>& places) {
    const ResultKey* key = result_key(place);
    if (key != nullptr && key->path == place &&
        (place == "config" || key->type == ResultType::range ||
         key->type == ResultType::integers)) {
        places.insert(place);
    } else if (node.is_object()) {
        for (const auto& [name, value] : node.items())
            collect(value, place.empty() ? name : place + "." + name, places);
    } else if (node.is_array()) {
        for (const Json& item : node) collect(item, place + "[]", places);
    } else {
        places.insert(key != nullptr && key->path.back() == '*' ? key->path : place);
    }
}

TEST(ResultKeys, are_those_that_runs_write_and_no_others) {
    const SmallRun run;
    const ProgramResult swept = mixed_sweep(run);
    ASSERT_EQ(swept.exit_code, 0) << swept.err;
    std::set<std::string> written;
    for (const Json& result : Json::parse(run.text("out/results.json")))
        collect(result, "", written);
    std::set<std::string> described;
    for (const ResultKey& key : result_keys())
        if (key.type != ResultType::list && (key.type != ResultType::tree || key.path == "config"))
            described.insert(key.path);
    EXPECT_EQ(written, described);
}

TEST(CompareCommand, says_by_its_exit_code_whether_two_sweeps_differ) {
    const SmallRun run;
    for (const char* folder : {"one", "two"})
        ASSERT_EQ(run.cimarron({"sweep", "sweep.yaml", "--out", folder}).exit_code, 0);
    const auto compare = [&run](std::vector<std::string> more) {
        std::vector<std::string> arguments = {"compare", "one", "two"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run.cimarron(arguments);
    };
    ProgramResult said = compare({"--tolerance", "0"});
    EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
    EXPECT_EQ(said.out.rfind("the same: ", 0), 0u) << said.out;

    // Another order, as another version without a schema wrote it.
    Json results = Json::parse(run.text("two/results.json"));
    for (Json& result : results) {
        result.erase("schema");
        result["manifest"]["version"] = "0.1";
    }
    std::reverse(results.begin(), results.end());
    run.write("two/results.json", results.dump());
    EXPECT_EQ(compare({"--tolerance", "0"}).exit_code, 0);

    results[3]["energy_j"] = results[3]["energy_j"].get<double>() * 1.001;
    results[0]["layers"][1]["cycles"] = 1;
    run.write("two/results.json", results.dump());
    said = compare({});
    EXPECT_EQ(said.exit_code, 1);
    EXPECT_LT(said.out.find("layers[middle].cycles"), said.out.find("energy_j")) << said.out;
    EXPECT_NE(said.out.find("device=SRAM 8T, 22 nm activation_bits=1"), std::string::npos)
        << said.out;
    EXPECT_NE(said.out.find("2 differences: "), std::string::npos) << said.out;
    EXPECT_EQ(compare({"--tolerance", "0.01"}).out.find("energy_j"), std::string::npos);
    EXPECT_EQ(run.cimarron({"compare", "one/results.json", "two"}).exit_code, 1);
}

TEST(CompareCommand, refuses_what_it_cannot_read_in_one_line) {
    const SmallRun run;
    ASSERT_EQ(run.cimarron({"simulate", "run.yaml", "--json", "r.json"}).exit_code, 0);
    Json later = Json::parse(run.text("r.json"));
    later["schema"] = 1000;
    run.write("later.json", later.dump());
    run.write("none.json", "[]");
    run.write("broken.json", "{");
    for (const char* other : {"later.json", "none.json", "broken.json", "missing.json", "data"}) {
        const ProgramResult said = run.cimarron({"compare", "r.json", other});
        EXPECT_EQ(said.exit_code, 2) << other;
        EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
        EXPECT_NE(said.err.find(other), std::string::npos) << said.err;
    }
    EXPECT_EQ(run.cimarron({"compare", "r.json", "r.json", "--tolerance", "-1"}).exit_code, 2);
    for (const char* command : {"inspect", "compare"}) {
        std::vector<std::string> arguments = {command, "later.json"};
        if (arguments[0] == "compare") arguments.emplace_back("later.json");
        EXPECT_NE(run.cimarron(arguments).err.find("has schema 1000, this program reads 1"),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace cimarron::test
