// SPDX-License-Identifier: Apache-2.0
// libsystemc brings its own main; gtest_main must never be linked beside it.
#include <gtest/gtest.h>
#include <systemc>

namespace {

// Any kernel warning or error is a test failure; errors and fatals also throw.
void report_handler(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
    if (report.get_severity() >= sc_core::SC_ERROR) throw report;
    if (report.get_severity() == sc_core::SC_WARNING) ADD_FAILURE() << report.what();
    static_cast<void>(actions);
}

}  // namespace

int sc_main(int argc, char** argv) {
    sc_core::sc_report_handler::set_handler(report_handler);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
