// SPDX-License-Identifier: Apache-2.0
// cimarron-rtl-host, through the program itself.
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

namespace cimarron::test {
namespace {

ProgramResult rtl_host(const SmallRun& run, const std::vector<std::string>& arguments) {
    return run.cimarron(arguments, CIMARRON_BINARY_DIR "/bin/cimarron-rtl-host");
}

TEST(RtlHost, gives_the_references_logits) {
    const SmallRun run;
    const ProgramResult program = rtl_host(run, {"run.yaml", "--images", "3", "--vcd", "bus.vcd"});
    EXPECT_EQ(program.exit_code, 0) << program.err;
    EXPECT_NE(program.out.find("image 2: class "), std::string::npos) << program.out;
    EXPECT_NE(program.out.find("3 of 3 images"), std::string::npos) << program.out;
    const std::string vcd = run.text("bus.vcd");
    const std::size_t name = vcd.find("  interrupt ");
    ASSERT_NE(name, std::string::npos);
    const std::size_t code = vcd.rfind(' ', name - 1) + 1;
    const std::string rise = "\n1" + vcd.substr(code, name - code) + '\n';
    int rises = 0;
    for (auto at = vcd.find(rise); at != std::string::npos; at = vcd.find(rise, at + 1)) ++rises;
    EXPECT_EQ(rises, 3);
}

TEST(RtlHost, mistakes_are_told_in_a_line) {
    const SmallRun run;
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"no.yaml"},
                                                      {"run.yaml", "--images", "0"},
                                                      {"run.yaml", "--set", "activation_bits=3"},
                                                      {}}) {
        const ProgramResult program = rtl_host(run, arguments);
        EXPECT_EQ(program.exit_code, 2) << program.err;
        EXPECT_EQ(program.err.rfind("cimarron-rtl-host: ", 0), 0U) << program.err;
        EXPECT_EQ(program.err.find('\n'), program.err.size() - 1) << program.err;
    }
}

}  // namespace
}  // namespace cimarron::test
