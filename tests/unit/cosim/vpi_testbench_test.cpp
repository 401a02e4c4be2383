// SPDX-License-Identifier: Apache-2.0
// sim/vpi/macro_testbench.v in Icarus Verilog: RTL beside the model, through the VPI.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = CIMARRON_SOURCE_DIR;

std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

class VpiTestbench : public testing::Test {
protected:
    VpiTestbench()
        : folder_(fs::path(testing::TempDir()) / fmt::format("cimarron_vpi_{}", getpid())) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        for (const char* file : {"macro_control.sv", "shift_adder.sv", "macro_digital.sv"})
            fs::copy_file(kSource / "hw/rtl" / file, folder_ / file);
    }
    ~VpiTestbench() override { fs::remove_all(folder_); }

    void mutate(const char* file, const std::string& from, const std::string& to) {
        std::string text = read(folder_ / file);
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos);
        std::ofstream(folder_ / file) << text.replace(at, from.size(), to);
    }
    // Exit code of the testbench with these parameters; -1 when it does not compile.
    int run(const std::string& parameters = "") {
        const std::string compile = fmt::format(
            "iverilog -g2012 -L {0} -m cimarron {1} -s macro_testbench -o {2}/testbench {2}/*.sv "
            "{3}/sim/vpi/macro_testbench.v > {2}/log 2>&1",
            CIMARRON_VPI_FOLDER, parameters, folder_.string(), kSource.string());
        if (std::system(compile.c_str()) != 0) return -1;
        return std::system(
            fmt::format("cd {} && vvp -M {} -m cimarron -n {}/testbench > {}/log 2>&1",
                        kSource.string(), CIMARRON_VPI_FOLDER, folder_.string(), folder_.string())
                .c_str());
    }
    std::string log() const { return read(folder_ / "log"); }

    const fs::path folder_;
};

TEST_F(VpiTestbench, PassesOnTheRtl) {
    for (const char* parameters :
         {"",
          "-Pmacro_testbench.ROWS=128 -Pmacro_testbench.CHANNELS=128 "
          "-Pmacro_testbench.WEIGHT_BITS=1 -Pmacro_testbench.INPUT_BITS=8"}) {
        EXPECT_EQ(run(parameters), 0) << log();
        EXPECT_NE(log().find("PASS 20 products"), std::string::npos) << log();
    }
}

TEST_F(VpiTestbench, TellsWhatTheModelRefuses) {
    EXPECT_NE(run("-Pmacro_testbench.ROWS=1000"), 0);
    EXPECT_NE(log().find("FAIL rows 1000 is outside 1..128"), std::string::npos) << log();
}

TEST_F(VpiTestbench, FailsOnAWrongCycle) {
    mutate("macro_control.sv", "converter_free = !converting || conversions_end",
           "converter_free = !converting");
    EXPECT_NE(run(), 0);
    EXPECT_NE(log().find("cycles: expected"), std::string::npos) << log();
}

TEST_F(VpiTestbench, FailsOnAWrongSum) {
    mutate("shift_adder.sv", "code << shift", "code >> shift");
    EXPECT_NE(run(), 0);
    EXPECT_NE(log().find("partial sum: expected"), std::string::npos) << log();
}

}  // namespace
}  // namespace cimarron
