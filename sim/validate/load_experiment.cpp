// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"
#include "sim/config/device_config.h"
#include "sim/config/technology_config.h"
#include "sim/validate/experiment_keys.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

// Assignments that begin with `prefix`, without it; with none, those of neither other file.
std::vector<std::string> assignments(const std::vector<std::string>& all,
                                     const std::string& prefix) {
    std::vector<std::string> mine;
    for (const std::string& one : all) {
        const bool device = one.rfind("device.", 0) == 0;
        const bool technology = one.rfind("technology.", 0) == 0;
        const bool accelerator = one.rfind("accelerator.", 0) == 0;
        if (prefix.empty() ? !device && !technology && !accelerator : one.rfind(prefix, 0) == 0)
            mine.push_back(one.substr(prefix.size()));
    }
    return mine;
}

YamlReader open(const std::filesystem::path& file, const std::vector<std::string>& set) {
    YamlReader reader = YamlReader::load(file);
    for (const std::string& assignment : set) reader.override_value(assignment);
    return reader;
}

std::vector<ExperimentCase> read_cases(const YamlReader& reader) {
    std::vector<ExperimentCase> cases;
    KeyReader keys(reader);
    describe_cases(keys, cases);
    const std::vector<YamlReader> places = reader.required_children("cases");
    for (std::size_t c = 0; c < cases.size(); ++c) {
        const std::vector<YamlReader> figures = places[c].required_children("figures");
        for (std::size_t i = 0; i < figures.size(); ++i)
            check_informs(figures[i], cases[c].figures[i].informs);
    }
    return cases;
}

ChipWorkload workload_of(const ChipFiles& files, const std::vector<std::string>& set,
                         AcceleratorConfig& config) {
    const std::vector<std::string> changes = assignments(set, "accelerator.");
    config = read_accelerator(open(files.accelerator, changes));
    return {files.network, files.activation_bits,
            fmt::format("{} {} {} {}", files.network.string(), files.activation_bits,
                        files.accelerator.string(), fmt::join(changes, " "))};
}

// The model's side of the file, and the files it names.
void read_hardware(const ExperimentFile& file, const YamlReader& reader, const ExperimentCase& one,
                   Experiment& e) {
    e.technology = read_technology(open(file.technology, assignments(one.set, "technology.")));
    e.device = read_device(open(file.device, assignments(one.set, "device.")));
    e.buffer = file.buffer;
    e.digital = file.digital;
    e.workload = file.workload;
    e.config = file.config;
    if (file.chip) e.chip = workload_of(*file.chip, one.set, e.config);
    if (e.digital && e.digital->weights() < 1)
        reader.required_child("digital").fail("columns", "hold no weight");
    if (e.is_macro()) finish_macro(reader, e.config);
}

Experiment read_experiment(const std::filesystem::path& file, const ExperimentCase& one) {
    const YamlReader reader = open(file, assignments(one.set, ""));
    ExperimentFile read;
    KeyReader keys(reader);
    describe_experiment(keys, read);
    reader.done();
    Experiment e;
    e.macro = file.stem().string();
    e.name = one.name.empty() ? e.macro : e.macro + ", " + one.name;
    e.title = read.title;
    e.source = read.source;
    e.roll_up = read.roll_up;
    if (!e.roll_up) read_hardware(read, reader, one, e);
    e.calibrations = read.calibrations;
    e.figures = one.figures;
    return e;
}

}  // namespace

std::vector<Experiment> load_experiments(const std::filesystem::path& file) {
    std::vector<Experiment> experiments;
    for (const ExperimentCase& one : read_cases(YamlReader::load(file)))
        experiments.push_back(read_experiment(file, one));
    return experiments;
}

std::vector<KeyEntry> experiment_keys() {
    ExperimentFile file;
    return list_keys([&](KeyLister& keys) { describe_experiment(keys, file); });
}

}  // namespace cimarron
