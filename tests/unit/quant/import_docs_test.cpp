// SPDX-License-Identifier: Apache-2.0
// docs/import.md lists the operators that an import takes, and no others.
#include "quant/onnx/operators.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace cimarron::foreign {
namespace {

std::vector<std::string> rows_of_table(const std::string& head) {
    std::ifstream in(CIMARRON_SOURCE_DIR "/docs/import.md");
    std::vector<std::string> rows;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line == head)
            inside = true;
        else if (inside && line.rfind("|", 0) != 0)
            inside = false;
        else if (inside && line.rfind("|--", 0) != 0)
            rows.push_back(line);
    }
    return rows;
}

TEST(ImportDocs, ListEveryOperatorOfTheReader) {
    std::vector<std::string> rows;
    for (const OperatorRule& rule : operator_rules())
        rows.push_back(fmt::format("| {} | {} | {} |",
                                   *rule.domain == '\0' ? "ai.onnx" : rule.domain, rule.name,
                                   rule.note));
    EXPECT_EQ(rows_of_table("| domain | operator | where |"), rows);
}

}  // namespace
}  // namespace cimarron::foreign
