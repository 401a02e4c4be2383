// SPDX-License-Identifier: Apache-2.0
// What a waveform of a whole run shows is what the result says.
#include "sim/config/yaml_json.h"
#include "tests/support/vcd_reader.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

namespace cimarron::test {
namespace {

constexpr std::int64_t kPeriodPs = 1250;
const char* const kCycles[] = {"converting", "evaluating",  "accumulating",
                               "wait_input", "wait_output", "wait_dependency"};

// macro, tile, interconnect or global_buffer.
std::string block_of(const std::string& instance) {
    const std::string name = instance.substr(instance.rfind('.') + 1);
    return name.substr(
        0, name.find_last_of("0123456789") == name.size() - 1 ? name.rfind('_') : name.size());
}

// What can be read off the dump of a whole run.
class Dump {
public:
    explicit Dump(const Vcd& dump) : dump_(dump) {
        for (const std::string& path : dump.variables()) {
            const std::size_t at = path.rfind(".control.mvm");
            if (at != std::string::npos) macros_.insert(path.substr(0, at));
            if (path.size() > 9 && path.substr(path.size() - 9) == ".energy_j")
                energy_of_.insert(path.substr(0, path.size() - 9));
        }
        for (const std::string& path : dump.variables()) {
            const std::size_t at = path.rfind(".adc.code_");
            if (at != std::string::npos) codes_[path.substr(0, at)].push_back(path);
        }
        dump.for_each_time([&](const Vcd::Snapshot& now, const Vcd::Snapshot& before) {
            for (const std::string& macro : macros_) add(macro, now, before);
        });
        const Vcd::Snapshot end = dump.at(dump.last_time());
        for (const std::string& instance : energy_of_)
            energy[block_of(instance)] += end.real(instance + ".energy_j");
        for (const std::string& macro : macros_) {
            clipped += end.number(macro + ".adc.clipped");
            mvms += end.number(macro + ".control.mvm");
        }
    }

    std::uint64_t end(const std::string& variable) const {
        return dump_.at(dump_.last_time()).number(variable);
    }

    std::map<std::string, std::map<std::string, std::int64_t>> cycles;  // by tile, by kind
    std::map<std::string, double> energy;                               // by kind of block
    std::uint64_t clipped = 0;
    std::uint64_t code_sum = 0;
    std::uint64_t mvms = 0;

private:
    void add(const std::string& macro, const Vcd::Snapshot& now, const Vcd::Snapshot& before) {
        const std::string tile = macro.substr(0, macro.rfind('.'));
        if (now.time() > before.time())
            cycles[tile][kCycles[before.number(macro + ".control.cycles")]] +=
                (now.time() - before.time()) / kPeriodPs;
        const std::string additions = macro + ".shift_adder.additions";
        if (now.number(additions) != before.number(additions) && now.number(additions) > 0)
            for (const std::string& code : codes_[macro]) code_sum += now.number(code);
    }
    const Vcd dump_;
    std::set<std::string> macros_, energy_of_;
    std::map<std::string, std::vector<std::string>> codes_;
};

const Json& component(const Json& result, const std::string& name) {
    for (const Json& c : result.at("components"))
        if (c.at("name") == name) return c;
    throw std::runtime_error("no component " + name);
}

double energy_of(const Json& result, const std::string& prefix) {
    double sum = 0;
    for (const Json& c : result.at("components"))
        if (c.at("name").get<std::string>().rfind(prefix, 0) == 0)
            sum += c.at("dynamic_energy_j").get<double>() * result.at("images").get<double>();
    return sum;
}

class Waveform : public testing::TestWithParam<const char*> {};

TEST_P(Waveform, of_a_whole_run_says_what_its_result_says) {
    const SmallRun run;
    const ProgramResult program =
        run.cimarron({"simulate", "run.yaml", "--set", "images=2", "--set", "timed_images=2",
                      "--set", std::string("accelerator.macro.implementation=") + GetParam(),
                      "--set", "accelerator.macro.adc.bits=2", "--vcd", "w.vcd", "--scope",
                      "accelerator", "--to", "1000000000", "--json", "r.json"});
    ASSERT_EQ(program.exit_code, 0) << program.err;
    const Json result = Json::parse(run.text("r.json"));
    const Dump dump{Vcd(run.path("w.vcd"))};

    std::size_t tile = 0;
    for (const Json& layer : result.at("layers")) {
        std::map<std::string, std::int64_t> cycles;
        for (std::size_t t = 0; t < layer.at("tiles").get<std::size_t>(); ++t)
            for (const auto& [kind, count] :
                 dump.cycles.at("accelerator.tile_" + std::to_string(tile++)))
                cycles[kind] += count;
        const Json& booked = layer.at("macro_cycles");
        for (const char* kind : {"converting", "evaluating", "accumulating", "wait_input"})
            EXPECT_EQ(cycles[kind], booked.at(kind).get<std::int64_t>())
                << layer.at("name") << " " << kind;
        // A macro sees that it waits; for what, its tile knows.
        std::int64_t waits = 0;
        for (const char* kind :
             {"wait_accumulator", "wait_output_buffer", "wait_network", "wait_dependency"})
            waits += booked.at(kind).get<std::int64_t>();
        EXPECT_EQ(cycles["wait_output"] + cycles["wait_dependency"], waits) << layer.at("name");
    }
    const auto counter = [&](const char* name, const char* what) {
        return component(result, name).at("activity").at(what).get<std::uint64_t>();
    };
    EXPECT_GT(dump.clipped, 0U);
    EXPECT_EQ(dump.clipped, counter("macro.adc", "clipped"));
    EXPECT_EQ(dump.code_sum, counter("macro.adc", "code_sum"));
    EXPECT_EQ(dump.mvms, counter("macro.control", "mvms"));
    for (const char* block : {"macro", "tile", "interconnect", "global_buffer"})
        EXPECT_NEAR(dump.energy.at(block), energy_of(result, block),
                    1e-9 * energy_of(result, block));
    for (const char* images : {"written", "started", "sent", "done", "read"})
        EXPECT_EQ(dump.end(std::string("accelerator.global_buffer.") + images), 2U) << images;
    EXPECT_GT(dump.end("accelerator.interconnect.delivered"), 0U);
    EXPECT_EQ(dump.end("accelerator.interconnect.delivered"),
              dump.end("accelerator.interconnect.accepted"));
    EXPECT_EQ(dump.end("accelerator.interconnect.under_way"), 0U);
    EXPECT_EQ(dump.end("accelerator.busy"), 0U);
    EXPECT_EQ(dump.end("accelerator.done"), 1U);
}
#ifdef CIMARRON_TEST_RTL
const auto kImplementations = testing::Values("model", "rtl");
#else
const auto kImplementations = testing::Values("model");
#endif
INSTANTIATE_TEST_SUITE_P(Of, Waveform, kImplementations,
                         [](const auto& test) { return std::string(test.param); });

// A window of any block, one after the other; what an unknown scope could have been is said.
TEST(WaveformFile, of_each_kind_of_block) {
    const SmallRun run;
    for (const char* scope : {"accelerator.interconnect", "accelerator.global_buffer",
                              "accelerator.tile_1", "accelerator.tile_0.macro_0"}) {
        const ProgramResult program =
            run.cimarron({"simulate", "run.yaml", "--vcd", "w.vcd", "--scope", scope, "--from",
                          "50", "--to", "2000"});
        ASSERT_EQ(program.exit_code, 0) << program.err;
        const Vcd dump(run.path("w.vcd"));
        EXPECT_EQ(dump.first_time(), 50 * kPeriodPs);
        EXPECT_EQ(dump.last_time(), 2000 * kPeriodPs);
        for (const std::string& variable : dump.variables())
            EXPECT_EQ(variable.rfind(scope, 0), 0U) << variable;
    }
}

// The shipped GTKWave views name variables of the demo's dumps, and files that are there.
TEST(WaveformFile, has_what_the_views_show) {
    const SmallRun run;
    const ProgramResult program = run.cimarron(
        {"simulate", CIMARRON_SOURCE_DIR "/configs/run/fashion_cnn.yaml", "--images", "1", "--set",
         "timed_images=1", "--vcd", "w.vcd", "--scope", "accelerator", "--to", "1"});
    ASSERT_EQ(program.exit_code, 0) << program.err;
    const auto variables = Vcd(run.path("w.vcd")).variables();
    const std::set<std::string> there(variables.begin(), variables.end());
    for (const char* view : {"macro", "tile", "pipeline"}) {
        std::ifstream lines(std::string(CIMARRON_SOURCE_DIR "/traces/") + view + ".gtkw");
        int shown = 0;
        for (std::string line; std::getline(lines, line);) {
            if (line.rfind('^', 0) == 0) {
                const std::string file = line.substr(line.find(' ') + 1);
                EXPECT_TRUE(std::filesystem::exists(CIMARRON_SOURCE_DIR "/" + file)) << file;
            }
            if (line.rfind("accelerator.", 0) != 0) continue;
            ++shown;
            EXPECT_EQ(there.count(line.substr(0, line.find('['))), 1U) << view << " " << line;
        }
        EXPECT_GT(shown, 5) << view;
    }
}

#ifdef CIMARRON_TEST_RTL
// Every change of the dump, byte for byte.
TEST(WaveformFile, of_rtl_is_that_of_the_model) {
    const SmallRun run;
    std::string dumps[2];
    for (const bool rtl : {false, true}) {
        const ProgramResult program = run.cimarron(
            {"simulate", "run.yaml", "--vcd", "w.vcd", "--scope", "accelerator.tile_0.macro_0",
             "--to", "100000", "--set",
             std::string("accelerator.macro.implementation=") + (rtl ? "rtl" : "model")});
        ASSERT_EQ(program.exit_code, 0) << program.err;
        dumps[rtl ? 1 : 0] = run.text("w.vcd");
    }
    EXPECT_GT(dumps[0].size(), 10000U);
    EXPECT_TRUE(dumps[0] == dumps[1]);
}
#endif

TEST(WaveformFile, that_its_trigger_never_opens_is_said) {
    const SmallRun run;
    const ProgramResult program =
        run.cimarron({"simulate", "run.yaml", "--vcd", "w.vcd", "--scope", "accelerator.tile_0",
                      "--trigger", "clipped_code", "--length", "10"});
    EXPECT_EQ(program.exit_code, 2);
    EXPECT_NE(program.err.find("w.vcd: not written: no clipped_code in "), std::string::npos)
        << program.err;
}

TEST(WaveformFile, wrong_options_are_the_users_error) {
    const SmallRun run;
    const auto error = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"simulate", "run.yaml", "--vcd", "w.vcd"});
        const ProgramResult program = run.cimarron(options);
        EXPECT_EQ(program.exit_code, 2);
        return program.err;
    };
    const auto says = [&](const std::vector<std::string>& options, const std::string& what) {
        const std::string text = error(options);
        EXPECT_NE(text.find(what), std::string::npos) << text;
    };
    says({}, "--vcd needs --scope");
    says({"--scope", "a", "--from", "5", "--to", "5"}, "--to 5: must be a cycle after --from 5");
    says({"--scope", "a", "--trigger", "mvm:stem"}, "--trigger mvm:stem: must be");
    says({"--scope", "a", "--trigger", "mvm:stem:x", "--length", "5"}, "must be clipped_code or");
    says({"--scope", "a", "--trigger", "clipped_code"}, "--trigger needs --length");
    says({"--scope", "accelerator.tile_0", "--trigger", "mvm:stern:0", "--length", "5"},
         "there is no layer stern; the layers are stem, middle, end");
    says({"--scope", "accelerator.tile_7", "--to", "5"}, "trace scope accelerator.tile_7");
}

TEST(WaveformFile, as_fst_is_converted_or_the_converter_asked_for) {
    const SmallRun run;
    const std::vector<std::string> options = {"simulate", "run.yaml",           "--vcd", "w.fst",
                                              "--scope",  "accelerator.tile_0", "--to",  "100"};
    if (std::system("command -v vcd2fst >/dev/null") == 0) {
        const ProgramResult program = run.cimarron(options);
        EXPECT_EQ(program.exit_code, 0) << program.err;
        EXPECT_GT(std::filesystem::file_size(run.path("w.fst")), 0U);
        EXPECT_FALSE(std::filesystem::exists(run.path("w.fst.vcd")));
        std::filesystem::remove(run.path("w.fst"));
    }
    const std::string path = std::getenv("PATH");
    const std::filesystem::path only_a_shell = run.path("bin");
    std::filesystem::create_directory(only_a_shell);
    std::filesystem::create_symlink("/bin/sh", only_a_shell / "sh");
    setenv("PATH", only_a_shell.c_str(), 1);
    const ProgramResult without = run.cimarron(options);
    setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(without.exit_code, 2);
    EXPECT_NE(without.err.find("w.fst: FST needs vcd2fst"), std::string::npos) << without.err;
    EXPECT_FALSE(std::filesystem::exists(run.path("w.fst")));
}

}  // namespace
}  // namespace cimarron::test
