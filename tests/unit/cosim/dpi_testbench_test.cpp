// SPDX-License-Identifier: Apache-2.0
// sim/dpi/macro_testbench.sv in Verilator: RTL beside the model, through the DPI.
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
const char* const kRtl[] = {"macro_control.sv", "shift_adder.sv", "macro_digital.sv"};

std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

class DpiTestbench : public testing::Test {
protected:
    DpiTestbench()
        : folder_(fs::path(testing::TempDir()) / fmt::format("cimarron_dpi_{}", getpid())) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~DpiTestbench() override { fs::remove_all(folder_); }

    // Verilates the testbench with the RTL of a folder; what did not change is not compiled again.
    bool build(const fs::path& rtl) {
        std::string files = (kSource / "sim/dpi/cimarron_dpi_pkg.sv").string();
        for (const char* file : kRtl) files += ' ' + (rtl / file).string();
        const fs::path library = CIMARRON_DPI_LIBRARY;
        const std::string command = fmt::format(
            "verilator --binary -Wall -Wno-UNUSEDPARAM --Mdir {0}/obj -o testbench --top-module "
            "macro_testbench "
            "-CFLAGS -O0 {1} {2}/sim/dpi/macro_testbench.sv {3} -LDFLAGS -Wl,-rpath,{4} > {0}/log "
            "2>&1",
            folder_.string(), files, kSource.string(), library.string(),
            library.parent_path().string());
        return std::system(command.c_str()) == 0;
    }
    int run(const std::string& arguments) {
        return std::system(fmt::format("cd {} && {}/obj/testbench {} > {}/log 2>&1",
                                       kSource.string(), folder_.string(), arguments,
                                       folder_.string())
                               .c_str());
    }
    std::string log() const { return read(folder_ / "log"); }

    const fs::path folder_;
};

struct Mutant {
    const char* file;
    const char* from;
    const char* to;
};

// A wrong cycle, a wrong sum, a wrong handshake.
const Mutant kMutants[] = {
    {"macro_control.sv", "position + 1'b1 == mux_positions", "position == mux_positions"},
    {"shift_adder.sv", "code << shift", "code >> shift"},
    {"macro_control.sv", "request_ready = !busy || response", "request_ready = !busy"},
};

TEST_F(DpiTestbench, PassesOnTheRtlAndFailsOnMutants) {
    ASSERT_TRUE(build(kSource / "hw/rtl")) << log();
    for (const char* arguments :
         {"", "+set=accelerator.macro.sample_and_hold.present=false +seed=2",
          "+set=accelerator.macro.array.rows_active=128 +weight_bits=1 +channels=128 +input_bits=8 "
          "+rows=128 +products=5 +seed=3",
          "'+set=accelerator.macro.word_line_driver.settle_cycles=7 "
          "accelerator.macro.shift_adder.add_cycles=0' +seed=4"}) {
        EXPECT_EQ(run(arguments), 0) << log();
        EXPECT_NE(log().find("PASS "), std::string::npos) << log();
    }
    EXPECT_NE(run("+rows=1000"), 0);
    EXPECT_NE(log().find("rows 1000 is outside 1..128"), std::string::npos) << log();
    for (const Mutant& mutant : kMutants) {
        SCOPED_TRACE(mutant.to);
        const fs::path rtl = folder_ / "rtl";
        fs::remove_all(rtl);
        fs::create_directories(rtl);
        for (const char* file : kRtl) fs::copy_file(kSource / "hw/rtl" / file, rtl / file);
        std::string text = read(rtl / mutant.file);
        const auto at = text.find(mutant.from);
        ASSERT_NE(at, std::string::npos);
        std::ofstream(rtl / mutant.file)
            << text.replace(at, std::string(mutant.from).size(), mutant.to);
        ASSERT_TRUE(build(rtl)) << log();
        EXPECT_NE(run("+products=4"), 0);
        EXPECT_NE(log().find("FAIL cycle "), std::string::npos) << log();
    }
}

}  // namespace
}  // namespace cimarron
