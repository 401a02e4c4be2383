// SPDX-License-Identifier: Apache-2.0
#include "hw/array/analog/column_network.h"

#include <fmt/format.h>

#include <array>

namespace cimarron {

namespace {

// Symmetric positive definite matrix with two off-diagonals on either side, L D L^T.
class Banded {
public:
    explicit Banded(std::size_t size) : rows_(size), right_(size) {}

    void connect(std::size_t a, std::size_t b, double conductance) {  // b - a is 1 or 2
        rows_[a][0] += conductance;
        rows_[b][0] += conductance;
        rows_[a][b - a] -= conductance;
    }
    void tie(std::size_t node, double conductance, double volts) {
        rows_[node][0] += conductance;
        right_[node] += conductance * volts;
    }
    std::vector<double> solve() {
        const std::size_t n = rows_.size();
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 1; k <= kBand && i + k < n; ++k) {
                const double factor = rows_[i][k] / rows_[i][0];
                for (std::size_t j = k; j <= kBand; ++j)
                    rows_[i + k][j - k] -= factor * rows_[i][j];
                right_[i + k] -= factor * right_[i];
            }
        for (std::size_t i = n; i-- > 0;) {
            for (std::size_t k = 1; k <= kBand && i + k < n; ++k)
                right_[i] -= rows_[i][k] * right_[i + k];
            right_[i] /= rows_[i][0];
        }
        return right_;
    }

private:
    static constexpr std::size_t kBand = 2;
    std::vector<std::array<double, kBand + 1>> rows_;  // diagonal, then to the right
    std::vector<double> right_;
};

}  // namespace

double nodal_current(const ColumnNetwork& column) {
    const std::size_t rows = column.cells.size();
    Banded matrix(2 * rows);  // source line and bit line nodes of a row beside each other
    for (std::size_t k = 0; k < rows; ++k) {
        matrix.connect(2 * k, 2 * k + 1, column.cells[k]);
        if (k + 1 == rows) break;
        matrix.connect(2 * k, 2 * k + 2, 1 / column.source_line);
        matrix.connect(2 * k + 1, 2 * k + 3, 1 / column.bit_line);
    }
    matrix.tie(2 * rows - 2, 1 / column.source_line, 1);
    matrix.tie(2 * rows - 1, 1 / column.bit_line, 0);
    return matrix.solve().back() / column.bit_line;
}

std::string spice_netlist(const ColumnNetwork& column) {
    const std::size_t rows = column.cells.size();
    std::string text = "* one column of a gate-driven array\nvread source 0 1\nvsense sense 0 0\n";
    for (std::size_t k = 0; k < rows; ++k) {
        const bool last = k + 1 == rows;
        const auto next = [&](const char* line, const char* end) {
            return last ? std::string(end) : fmt::format("{}{}", line, k + 1);
        };
        text += fmt::format("rs{} s{} {} {:.17g}\n", k, k, next("s", "source"), column.source_line);
        text += fmt::format("rb{} b{} {} {:.17g}\n", k, k, next("b", "sense"), column.bit_line);
        if (column.cells[k] > 0)
            text += fmt::format("rc{} s{} b{} {:.17g}\n", k, k, k, 1 / column.cells[k]);
    }
    return text + ".op\n.end\n";
}

}  // namespace cimarron
