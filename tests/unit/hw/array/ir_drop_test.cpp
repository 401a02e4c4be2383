// SPDX-License-Identifier: Apache-2.0
#include "common/rng.h"
#include "hw/array/analog/analog_array.h"
#include "hw/array/analog/column_network.h"
#include "hw/periphery/word_line_drivers.h"
#include "tests/support/seed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace cimarron {
namespace {

ColumnNetwork network(std::vector<double> cells, double wire) {
    return {std::move(cells), wire / 2, wire / 2};
}

// Many small cells: the distributed line, current tanh(x) / x of the unloaded one.
TEST(ColumnNetwork, AnEvenlyLoadedLineFollowsTheClosedForm) {
    for (const double x : {0.1, 0.5, 1.0, 2.0, 3.0}) {
        constexpr int kRows = 4000;
        const double load = 40;
        const double wire = x * x / (kRows * load);
        const ColumnNetwork column = network(std::vector<double>(kRows, load / kRows), wire);
        EXPECT_NEAR(nodal_current(column), load * std::tanh(x) / x, 1e-3 * load) << "x " << x;
    }
}

// A single cell sees the resistance of both lines from its row to their ends.
TEST(ColumnNetwork, OneCellIsInSeriesWithItsLines) {
    for (int row = 0; row < 5; ++row) {
        std::vector<double> cells(5, 0.0);
        cells[row] = 0.25;
        const double lines = 0.3 * (5 - row);
        EXPECT_NEAR(nodal_current(network(cells, 0.3)), 1 / (4 + lines), 1e-12);
    }
}

struct Error {
    double worst = 0;  // of the current, in units of G_on - G_off
    double square = 0;
    double loss = 0;  // mean share of the current that the lines take
    int columns = 0;
    double rms() const { return std::sqrt(square / columns); }
};

// The model's current against the nodal solution on random columns: half of the lines driven, half
// of the cells on.
Error judge(Rng& rng, int rows, double wire, double off) {
    constexpr int kColumns = 64;
    const ArrayParams array{rows, kColumns, rows, 1};
    CellArray cells(array, rows, kColumns);
    WordLineDrivers drivers({}, cells.groups());
    std::vector<std::uint8_t> codes;
    for (int r = 0; r < rows; ++r) {
        codes.push_back(rng.coin(0.5) ? 1 : 0);
        for (int c = 0; c < kColumns; ++c) cells.write(r, c, rng.coin(0.5));
    }
    drivers.load(codes.data(), 1);
    CellNonIdealities params;
    params.off_conductance = off;
    params.wire_resistance = wire;
    AnalogArray analog(params, array, cells.groups(), kColumns, rng.engine()());
    analog.program(cells);
    std::vector<float> currents(kColumns);
    analog.evaluate(0, drivers.drive(0, 0), 1, currents.data());
    Error error;
    for (int c = 0; c < kColumns; ++c) {
        std::vector<double> column;
        double sum = 0;
        for (int r = 0; r < rows; ++r) {
            column.push_back(codes[r] * analog.conductance(r, c));
            sum += column.back();
        }
        const double exact = nodal_current(network(column, wire));
        const double difference = std::fabs(currents[c] - exact);
        error.worst = std::max(error.worst, difference);
        error.square += difference * difference;
        error.loss += sum > 0 ? (1 - exact / sum) / kColumns : 0;
        ++error.columns;
    }
    return error;
}

// What docs/nonidealities.md states: run with -V to see the table.
TEST(IrDrop, TheFastFormStaysCloseToTheNodalSolution) {
    const std::uint64_t seed = test::test_seed(71);
    Rng rng(seed);
    fmt::print("  rows  wire x dG  mean loss  rms error  worst error (of dG)\n");
    for (const int rows : {32, 64, 128, 256, 512})
        for (const double wire : {1e-6, 1e-5, 1e-4, 5e-4}) {
            const Error error = judge(rng, rows, wire, 0.05);
            fmt::print("  {:4}  {:9.0e}  {:8.2f}%  {:9.3f}  {:9.3f}\n", rows, wire,
                       100 * error.loss, error.rms(), error.worst);
            EXPECT_LE(error.worst, 0.02 + 0.3 * error.loss * rows / 4) << "seed " << seed;
        }
}

#ifdef CIMARRON_NGSPICE
double spice_current(const ColumnNetwork& column, const std::filesystem::path& folder) {
    std::ofstream(folder / "column.cir") << spice_netlist(column);
    const std::string command =
        fmt::format("'{}' -b '{}' > '{}' 2>/dev/null", CIMARRON_NGSPICE,
                    (folder / "column.cir").string(), (folder / "column.log").string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream in(folder / "column.log");
    for (std::string line; std::getline(in, line);) {
        const std::size_t at = line.find("vsense#branch");
        if (at != std::string::npos) return std::stod(line.substr(at + 13));
    }
    ADD_FAILURE() << "no current in the output of ngspice";
    return 0;
}

TEST(ColumnNetwork, NgspiceGivesTheSameCurrent) {
    const std::uint64_t seed = test::test_seed(72);
    Rng rng(seed);
    const auto folder =
        std::filesystem::temp_directory_path() / fmt::format("cimarron_spice_{}", rng.engine()());
    std::filesystem::create_directories(folder);
    for (const int rows : {1, 8, 32}) {
        ColumnNetwork column;
        column.bit_line = rng.uniform(0.001, 0.1);
        column.source_line = rng.uniform(0.001, 0.1);
        for (int r = 0; r < rows; ++r)
            column.cells.push_back(rng.coin(0.5) ? rng.uniform(0.05, 1) : 0);
        column.cells.back() = 0.5;
        const double exact = nodal_current(column);
        EXPECT_NEAR(spice_current(column, folder), exact, 1e-5 * exact)
            << rows << " rows, seed " << seed;
    }
    std::filesystem::remove_all(folder);
}
#endif

}  // namespace
}  // namespace cimarron
